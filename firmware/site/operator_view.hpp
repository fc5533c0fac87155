// What the operators' API sees of a wired site: the bridge between site and services/api, because
// services do not know the site.
#pragma once

#include <functional>

#include "firmware/services/api/bridge_api.hpp"
#include "firmware/services/api/edge_api.hpp"
#include "firmware/site/bridge_site.hpp"
#include "firmware/site/edge_site.hpp"

namespace tally {

/// Site and ports must outlive the view. `box` is asked for every status and doctor.
EdgeView operator_view(EdgeSite& site, const EdgePorts& ports, std::function<BoxFacts()> box);
BridgeView operator_view(BridgeSite& site, const BridgePorts& ports, std::function<BoxFacts()> box);

}  // namespace tally

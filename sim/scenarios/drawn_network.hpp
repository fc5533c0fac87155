// Links and brokers as a seed draws them.
#pragma once

#include "sim/kernel/broker_options.hpp"
#include "sim/kernel/link_options.hpp"
#include "sim/scenarios/scenario.hpp"

namespace tally::sim {

LinkOptions drawn_link(const Draws& draws);
BrokerOptions drawn_broker(const Draws& draws);

}  // namespace tally::sim

// A vehicle's factsheet against what the site assumes of it and what it is sent: every
// contradiction as a sentence. Advice only: nothing is refused for it, for factsheets are often
// wrong, and the vehicle itself is the judge of what it can do. Pure.
// Source: VDA 5050 2.0.0 and 2.1.0, 6.13 and 7 (factsheet; protocolLimits, protocolFeatures).
#pragma once

#include <string>
#include <vector>

#include "drivers/vda5050/messages.hpp"
#include "drivers/vda5050/topics.hpp"
#include "firmware/domain/fleet/vehicle_needs.hpp"

namespace tally::vda5050 {

/// The most of each that was written to a vehicle so far.
class SentSizes {
 public:
    void note(const Order& order, std::size_t bytes);
    void note(const std::vector<VehicleAction>& at_once, std::size_t bytes);
    bool operator==(const SentSizes&) const = default;

    std::size_t message_bytes = 0, id_chars = 0, word_chars = 0;
    std::size_t nodes = 0, edges = 0, node_actions = 0, parameters = 0, instant_actions = 0;

 private:
    void note(const VehicleAction& action);
};

struct SheetContext {
    const Address& address;
    Version version;
    const VehicleNeeds& needs;
    const SentSizes& sent;
};

/// What was wrong, why it matters, what to do: one text each, always in the same order. Empty: it
/// agrees, as far as it says something.
std::vector<std::string> contradictions(const Factsheet& sheet, const SheetContext& context);

}  // namespace tally::vda5050

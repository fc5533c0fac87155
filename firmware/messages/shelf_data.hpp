// `data` and `evidence` of shelf_changed, and what a shelf remembers between two runs of its box:
// canonical JSON both ways, strict.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally {

/// What a weight says, in at most 512 bytes.
struct ShelfEvidence {
    std::string device;  ///< the slot
    std::int64_t before_mg = 0, after_mg = 0;
    std::int64_t tolerance_mg = 0;  ///< half the width of the band the number was found in
};

/// data of shelf_changed.
struct ShelfData {
    std::string slot;
    std::string what;  ///< "count", "first_weighing", "unidentified", "put_back", "tare_asked", ...
    std::string sku;   ///< empty for commands
    std::int64_t units = 0;  ///< signed: below 0 went away
    std::string text;        ///< for a person; may be empty
};

/// A weight change that waits for other evidence: of tagged goods, for the sighting that says which
/// unit it was; of counted goods, for the scan that says where they went (below 0) or came from
/// (above 0, booked out of UNEXPLAINED).
struct OpenShelfChange {
    std::string ref;  ///< of its shelf_changed
    std::string sku;
    std::int64_t units = 0;  ///< still unexplained, signed
    std::string anomaly;     ///< id, once it took too long or contradicts the book

    bool operator==(const OpenShelfChange&) const = default;
};

/// A movement into or out of a slot that somebody told before its weight did.
struct WaitingMove {
    std::string item;  ///< empty: goods tracked by count, told by a scan
    std::string sku;
    std::int64_t units = 0;  ///< still unconfirmed, signed: below 0 left the slot
    std::string anomaly;     ///< id, once it took too long

    bool operator==(const WaitingMove&) const = default;
};

/// A weight that nothing explains and that is an anomaly by now.
struct OddWeight {
    std::int64_t weight_mg = 0;
    std::string anomaly;

    bool operator==(const OddWeight&) const = default;
};

/// Tare or zero, asked for and not known to be done or not.
struct AskedCommand {
    std::string what;           ///< ShelfCommand by name
    std::string ref;            ///< of the event that asked
    std::int64_t shown_mg = 0;  ///< the weight when it was asked

    bool operator==(const AskedCommand&) const = default;
};

/// What a slot has counted since its last certain count: those counts together weigh `change_mg`,
/// or one of them was wrong.
struct CountedLately {
    struct Units {
        std::string sku;
        std::int64_t units = 0;  ///< signed

        bool operator==(const Units&) const = default;
    };
    std::int64_t change_mg = 0;
    std::vector<Units> units;  ///< by SKU, no SKU twice

    bool operator==(const CountedLately&) const = default;
};

/// State row of a slot.
struct SlotMemory {
    std::optional<std::int64_t>
        baseline_mg;  ///< weight at the last booking; nothing: adopt the next
    std::vector<OpenShelfChange> open;
    std::vector<WaitingMove> moves;
    std::vector<WaitingMove> crossed;  ///< counted: in and out again, before the weight told either
    std::optional<OddWeight> odd;
    std::optional<AskedCommand> asked;
    bool never_weighed = false;
    std::optional<CountedLately> counted;

    bool operator==(const SlotMemory&) const = default;
};

std::string encode(const ShelfEvidence& evidence);
std::string encode(const ShelfData& data);
std::string encode(const SlotMemory& memory);

Result<ShelfEvidence> decode_shelf_evidence(std::string_view json);
Result<ShelfData> decode_shelf_data(std::string_view json);
Result<SlotMemory> decode_slot_memory(std::string_view json);

}  // namespace tally

// Which children of a pallet were seen going through a gate together. UHF reads of a full pallet
// miss some: enough expected children and no foreign one is the whole pallet, the rest inferred
// (design 5, "A pallet is its aggregation").
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "firmware/domain/gate/passage.hpp"
#include "firmware/domain/ids.hpp"
#include "firmware/ports/scheduler.hpp"

namespace tally {

/// A pallet's passage while it lasts: from the first member seen until kQuiet after the last.
struct PalletPassage {
    GateId gate;
    Direction direction = Direction::inward;
    std::string sscc;
    bool label_seen = false;          ///< the SSCC's own tag
    std::set<std::string> children;   ///< seen, each already booked on its own evidence
    std::set<std::string> strangers;  ///< our units on no pallet, seen in the same window
    std::string evidence;             ///< of the newest member
};

/// Single-threaded. Holds only open windows; a restart forgets them, and the children not seen by
/// then stay where they were. A window that is over while nothing can be booked stays open until
/// it can.
class PalletWatch {
 public:
    static constexpr Duration kQuiet = std::chrono::milliseconds(2'500);
    static constexpr Duration kRetry = std::chrono::milliseconds(100);
    using Closed = std::function<void(const PalletPassage&)>;
    using MayClose = std::function<bool()>;

    PalletWatch(Scheduler& scheduler, MayClose may_close, Closed closed)
        : scheduler_(scheduler), may_close_(std::move(may_close)), closed_(std::move(closed)) {}

    /// The pallet's own label, or one of its children, went through.
    void member(const GateId& gate, Direction direction, const std::string& sscc,
                const std::string& item, const std::string& evidence);

    /// A unit of ours that is on no pallet went through the same way: it counts against every
    /// window open there, and against those that open until kQuiet after the newest such unit.
    void stranger(const GateId& gate, Direction direction, const std::string& item);

 private:
    struct Key {
        GateId gate;
        Direction direction = Direction::inward;
        std::string sscc;
        auto operator<=>(const Key&) const = default;
    };
    struct Window {
        PalletPassage passage;
        Timer quiet;
        explicit Window(Scheduler& scheduler) : quiet(scheduler) {}
    };

    struct Strangers {
        std::set<std::string> items;
        Timer quiet;
        explicit Strangers(Scheduler& scheduler) : quiet(scheduler) {}
    };
    using Way = std::pair<GateId, Direction>;

    void close(const Key& key);

    Scheduler& scheduler_;
    MayClose may_close_;
    Closed closed_;
    std::map<Key, Window> windows_;
    std::map<Way, Strangers> strangers_;  ///< seen lately
};

}  // namespace tally

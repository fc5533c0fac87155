// The inventory of one edge: evidence in, ledger events out. It knows whose tag it is, what a
// passage means for the book, which pallet a unit belongs to, and what another edge must be told.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "firmware/domain/epc/ownership.hpp"
#include "firmware/domain/gate/passage.hpp"
#include "firmware/domain/layout/site.hpp"
#include "firmware/messages/event_data.hpp"
#include "firmware/messages/hand_over.hpp"
#include "firmware/messages/shelf_data.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/services/inventory/movement.hpp"
#include "firmware/services/inventory/pallet_watch.hpp"
#include "firmware/services/inventory/portions.hpp"
#include "firmware/services/ledger/ledger.hpp"

namespace tally {

/// One decided passage, or the beginning of a presence (then without an outcome).
struct GateReport {
    GateId gate;
    Epc epc;
    std::optional<PassageOutcome> outcome;
    GateEvidence evidence;
};

/// A tag that a moving reader has read while it stood at a place.
struct PlaceRead {
    Epc epc;
    PlaceId place;               ///< where it was read best
    std::set<PlaceId> beside{};  ///< other stops of the same round where it was read, too
    std::string mission;
    PlaceEvidence evidence;
};

/// What a gate saw; foreign tags are counted and never alarmed (design 5).
struct GateCounts {
    std::uint64_t sightings = 0;
    std::uint64_t passages = 0;
    std::uint64_t undecided = 0;
    std::uint64_t foreign_tags = 0;
};

/// A weight change that has been explained as units.
struct ShelfChange {
    PlaceId slot, around;
    std::string sku;
    std::int64_t units = 0;  ///< signed: below 0 went away
    ShelfEvidence evidence;
    bool is_first = false;  ///< what the very first weighing found
};

/// Counted goods at a slot that its weight has told of and no scan has, in units.
struct UnnamedGoods {
    bool is_weighed = false;       ///< the slot can count this SKU
    std::int64_t departed = 0;     ///< they stand in the zone
    std::int64_t lent = 0;         ///< arrived, booked out of the zone
    std::int64_t owed = 0;         ///< arrived, booked out of UNEXPLAINED and doubted
    std::int64_t lent_beside = 0;  ///< arrived at other slots of the zone, booked out of it
};

/// Who watches shelves, so that one movement seen by shelf, gate and scan is booked once.
class ShelfWatch {
 public:
    virtual ~ShelfWatch() = default;
    /// Reference of a departure from the slot that waits to learn which unit it was; or empty.
    [[nodiscard]] virtual std::string open_departure(const PlaceId& slot,
                                                     const std::string& sku) const = 0;
    /// A unit has been booked out of a slot or into one, by whatever evidence.
    virtual void on_item_moved(const Event& event) = 0;
    /// A person has the unit in hand in the slot where the book has it.
    virtual void on_item_in_place(const PlaceId& slot, const std::string& item,
                                  const std::string& sku) = 0;
    /// A count or a write-off has changed how many counted goods the book has at a slot or slots;
    /// the weight is to agree.
    virtual void on_corrected(const Event& event) = 0;
    /// A unit of the SKU weighs something else than was thought.
    virtual void on_unit_weight(const std::string& sku) = 0;

    [[nodiscard]] virtual UnnamedGoods unnamed(const PlaceId& slot,
                                               const std::string& sku) const = 0;
    /// A scan has named so many of them: they are unnamed no longer.
    virtual void on_named(const PlaceId& slot, const std::string& sku,
                          const UnnamedGoods& named) = 0;
    /// A scan has booked so many units out of the slot (below 0) or into it; its weight follows.
    virtual void on_told_ahead(const PlaceId& slot, const std::string& sku, std::int64_t units) = 0;
    /// A scan took goods that the book did not have in a slot: what is scanned into it later pays
    /// for them, and ends the anomaly. Without an anomaly they were in the zone in front of it.
    virtual void on_owed(const PlaceId& slot, const OpenShelfChange& owed) = 0;
    /// What fell from the slot was not there any more to be named: the weight of a slot beside it
    /// had taken it for its own arrival, which is owed instead.
    virtual void on_lent_wrongly(const PlaceId& slot, const OpenShelfChange& owed) = 0;
};

/// How counted goods that a person carries are booked where a weight tells of them too: what it has
/// told already runs over the zone in front of the slot, the rest straight, ahead of the weight.
/// Filled by carry_way(), written by the caller, and told to the shelf by carried().
struct CarryWay {
    struct Share {
        PlaceId place;
        std::int64_t milli = 0;
    };
    PlaceId from, to;  ///< as the person said
    std::string sku;
    std::vector<Share> sources;     ///< what they lack is UNEXPLAINED
    std::vector<Share> targets;     ///< add up to what is still to be booked
    UnnamedGoods out, in;           ///< what this names at `from` and at `to`, booked or not
    std::int64_t lent_wrongly = 0;  ///< units named at `from` that the zone lacks
    std::int64_t ahead_out = 0;     ///< units that the weight of `from` is still to tell
    std::int64_t ahead_in = 0;
    bool is_weighed = false;    ///< `from` is a slot whose weight tells of these
    std::int64_t lent_out = 0;  ///< units taken from the zone of `from` that no weight had told of
};

/// Who asks for a change through the API or the command log: "user:li.wei", "bridge:user:li.wei";
/// and because of what: "cmd:1:7" or empty.
struct Actor {
    std::string by;
    std::string cause;
};

/// Single-threaded; the ledger must have started. All that it does becomes ledger events, so a
/// restart forgets nothing but open pallet windows, whose unread children then stay where they
/// were.
class Inventory {
 public:
    using Written = Ledger::Effect;  ///< runs after the commit

    Inventory(const SiteLayout& site, Ledger& ledger, Scheduler& scheduler, Events& events);

    // From the gate service.
    void on_gate_report(const GateReport& report);
    void on_blind(const BlindData& blind);
    void on_sighted(const DeviceId& device, std::uint16_t antenna);

    /// From a reader that a vehicle carries past places (place_reads.cpp). A sighting, and nothing
    /// is booked: a tag is heard some slots away. True: the book agrees, for the unit belongs to
    /// the place, or to one beside it. A unit that the book has elsewhere raises missed_passage, a
    /// tag of ours that nobody bound unknown_tag, a retired one retired_tag; foreign tags nothing.
    bool on_place_read(const PlaceRead& read);

    // From the shelf service (shelf_bookings.cpp). Set the watch before the readers start.
    void watch_shelves(ShelfWatch& watch) { shelf_watch_ = &watch; }
    /// Goods tracked by count: the change moves them between slot and zone. What the book does not
    /// have where it came from is booked against UNEXPLAINED and is an anomaly.
    struct ShelfBooked {
        Seq seq;                       ///< of the last event
        std::int64_t unexplained = 0;  ///< units that the book did not have
        std::string anomaly;           ///< about them
    };
    Result<ShelfBooked> book_shelf_count(const ShelfChange& change);
    /// The way of a scan of counted goods; places without a weight are booked as they are named.
    [[nodiscard]] CarryWay carry_way(const PlaceId& from, const PlaceId& to, const std::string& sku,
                                     std::int64_t milli) const;
    /// It is written: pays UNEXPLAINED back what the weight had drawn from there, and lets the
    /// shelf know. `lacking` is the anomaly about goods that `from` did not have; may be empty.
    Result<void> carried(const CarryWay& way, const std::string& lacking,
                         std::int64_t lacking_milli);
    /// What a shelf says without anything moving.
    Result<Seq> note_shelf(const ShelfData& data, const ShelfEvidence& evidence, const Actor& actor,
                           Written written = {});
    /// The unit is known by now: it went from its slot into the zone, or the other way.
    Result<Seq> bind_to_shelf(const std::string& item, const PlaceId& to,
                              const ShelfEvidence& evidence, const Actor& actor);
    /// Id of the anomaly; empty if it could not be written.
    std::string doubt_shelf(AnomalyKind kind, const PlaceId& slot, const std::string& text,
                            const std::string& cause);
    /// Harmless if it is resolved already.
    void settle_shelf(const std::string& anomaly, const std::string& how);

    /// The other half of a hand-over, relayed by the bridge: the unit is now in a place of mine.
    Result<Seq> expect(const HandOverNotice& notice, const Actor& actor, Written written);
    /// The unit was seen entering a place of another edge: mine no longer has it.
    Result<Seq> release(const HandOverNotice& notice, const Actor& actor, Written written);

    /// Records that change nothing are counted and not written; the others become durable in one
    /// transaction. The first record that may not be refuses them all (conflict), and nothing is
    /// written.
    struct ImportOutcome {
        std::size_t changed = 0;
        std::size_t unchanged = 0;
    };
    Result<ImportOutcome> import_master(const std::vector<MasterRecord>& records,
                                        const Actor& actor, Written written);
    /// The same from a file: the problem of a record names its line, and a record that was made
    /// from another version than stands here is refused (conflict) unless it changes nothing.
    struct MasterImport {
        std::vector<MasterRow> rows;
        std::string file;  ///< its name for messages; may be empty
    };
    Result<ImportOutcome> import_master(const MasterImport& import, const Actor& actor,
                                        Written written);

    /// conflict if there is no such open anomaly.
    Result<Seq> resolve_anomaly(const std::string& id, const std::string& how, const Actor& actor,
                                Written written);
    /// Ends an aggregation: the pallet's, or one child's. conflict if it is not known.
    Result<Seq> unpack(const std::string& item, const Actor& actor, Written written);
    /// A named person says where a unit is; the difference is booked. refused if the place is not
    /// this edge's nor virtual, or if it takes goods out of a real place to a virtual one, which
    /// only two people may (a write-off); conflict if it is there already or its SKU is not known.
    Result<Seq> correct(const std::string& item, const PlaceId& to, const std::string& reason,
                        const Actor& actor, Written written);

    [[nodiscard]] const std::map<GateId, GateCounts>& counts() const { return counts_; }
    [[nodiscard]] const SiteLayout& site() const { return site_; }

    // For the services of people's work, which book beside the gates.

    /// What is known of an item before an event about it is written.
    struct Known {
        std::string item, sku, lot, custody, quality, parent;
        std::optional<PlaceId> place;
        Seq seq;
    };
    /// Nothing if the item's SKU cannot be told.
    [[nodiscard]] std::optional<Known> known(const std::string& item) const;
    /// True for a unit of goods tracked by count: reads of its tag move nothing (design 5).
    [[nodiscard]] bool moves_by_count(const Known& item) const;
    /// Raises an anomaly with the kind's advice where `about.next` is empty; gives its id.
    std::string raise(AnomalyKind kind, const std::string& item, const AnomalyData& about,
                      const std::string& cause);
    void resolve(const std::string& id, const std::string& how, const std::string& by);
    /// Evidence that agrees with the book answers what was open about the unit's whereabouts.
    void settle(const std::string& item, const std::string& how);
    /// A person has the unit in hand where the book has it.
    void seen_in_place(const Known& item);
    Result<Seq> write(Event event, Written written = {});
    /// What evidence of one unit's movement means for the book (movement.hpp), written: the same
    /// rule for a gate's passage and a person's scan, so that one movement is booked once whoever
    /// tells it first. `source` gives by, evidence, cause and remarks.
    void book(const Known& item, const MovementFacts& facts, const Event& source);

 private:
    [[nodiscard]] Result<Registers::MasterEffect> judge(const Registers& trial,
                                                        const MasterRow& row) const;
    [[nodiscard]] Result<void> may_track(const ItemRecord& item) const;
    [[nodiscard]] Result<void> not_booked_yet(const HandOverNotice& notice) const;
    [[nodiscard]] bool is_unexplained(const std::string& item) const;
    [[nodiscard]] std::optional<std::string> blind_excuse(const Known& item,
                                                          const MovementFacts& facts) const;
    [[nodiscard]] MovementFacts facts_of(const GateLayout& gate, Direction direction,
                                         const Known& item) const;
    [[nodiscard]] Event draft(EventType type, const Known& item) const;

    void on_sighting(const GateReport& report, std::optional<Known> unit);
    void on_retired_tag(const GateReport& report, const RetiredTag& tag);
    void raise_retired(const std::string& item, const RetiredTag& tag, AnomalyData about, Seq seq);
    void on_passage(const GateLayout& gate, const GateReport& report);
    [[nodiscard]] std::vector<StockPortion> portions_in_hand(const PlaceId& place,
                                                             const std::string& sku) const;
    void step_off_shelf(Known& item, const PlaceId& zone, const Event& source);
    Result<void> pay_back(const CarryWay& way);
    void watch_pallet(const GateLayout& gate, Direction direction, const Known& item,
                      const std::string& evidence);
    void on_pallet_passed(const PalletPassage& passage);
    void infer(const PalletPassage& passage, const std::vector<std::string>& missing,
               std::size_t expected);
    [[nodiscard]] std::vector<std::string> expected_children(const std::string& sscc) const;
    void seen_undecided(const GateReport& report);
    Result<void> write_master(const std::vector<const MasterRecord*>& records, const Actor& actor);

    const SiteLayout& site_;
    Ledger& ledger_;
    Events& events_;
    TagOwnership ownership_;
    std::map<GateId, GateLayout> gates_;
    std::map<GateId, GateCounts> counts_;
    PalletWatch pallets_;
    ShelfWatch* shelf_watch_ = nullptr;
};

}  // namespace tally

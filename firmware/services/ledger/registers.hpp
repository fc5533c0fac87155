// What an edge's ledger says beside quantities: open anomalies, blind spans, master data. Like the
// book these are folds of the ledger, kept up event by event and stored as state rows.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/ledger/event.hpp"
#include "firmware/messages/event_data.hpp"
#include "firmware/messages/master_file.hpp"
#include "firmware/ports/journal_rows.hpp"
#include "firmware/services/ledger/fleet_book.hpp"
#include "firmware/services/ledger/master_book.hpp"
#include "firmware/services/ledger/order_book.hpp"
#include "firmware/services/ledger/signal_book.hpp"
#include "firmware/services/ledger/tag_book.hpp"
#include "firmware/services/ledger/work_book.hpp"

namespace tally {

/// An anomaly nobody has resolved yet.
struct OpenAnomaly {
    std::string id;  ///< reference of the event that raised it
    std::string item;
    std::int64_t t_ms = 0;
    AnomalyData what;
};

/// A span in which a device could not tell, between two events of the ledger.
struct BlindSpan {
    BlindData what;
    std::uint64_t began_seq = 0;
    std::uint64_t ended_seq = 0;  ///< 0 while it lasts
    std::int64_t until_t_ms = 0;  ///< annotation; meaningful once ended
};

/// Single-threaded value. Same events in the same order give the same registers.
class Registers {
 public:
    static constexpr std::size_t kEndedSpansMax = 64;    ///< kept per device, the newest
    static constexpr std::size_t kPairedMax = 10'000;    ///< hand-overs kept, the newest
    static constexpr std::size_t kUnpackedMax = 10'000;  ///< likewise pallets

    /// Folds one event; appends the state rows that changed. malformed if its data is not what its
    /// type asks for; nothing has changed then.
    Result<void> apply(const Event& event, std::vector<StateRow>& changed);

    /// Takes one stored row back in at start-up; rows of other kinds are left alone.
    Result<void> load(const StateRow& row);

    /// All rows as they stand, e.g. after a refold. Removed keys are not listed.
    [[nodiscard]] std::vector<StateRow> rows(const EdgeId& edge) const;

    [[nodiscard]] const std::map<std::string, OpenAnomaly>& anomalies() const { return anomalies_; }
    /// Ids of open anomalies that concern an item, oldest first.
    [[nodiscard]] std::vector<std::string> anomalies_of(const std::string& item) const;

    /// Key: device, then antenna.
    using DeviceKey = std::pair<std::string, std::uint16_t>;
    [[nodiscard]] const std::map<DeviceKey, BlindSpan>& blind() const { return blind_; }
    [[nodiscard]] const std::map<std::string, std::deque<BlindSpan>>& ended_spans() const {
        return ended_;
    }
    /// The newest span of the device that lasts or ended after event `seq`.
    [[nodiscard]] std::optional<BlindSpan> blind_since(const std::string& device, Seq seq) const;

    [[nodiscard]] const MasterBook& master() const { return master_; }
    [[nodiscard]] const WorkBook& work() const { return work_; }
    [[nodiscard]] const OrderBook& orders() const { return orders_; }
    [[nodiscard]] const SignalBook& signals() const { return signals_; }
    [[nodiscard]] const TagBook& tags() const { return tags_; }
    [[nodiscard]] const FleetBook& fleet() const { return fleet_; }
    [[nodiscard]] const std::map<std::string, ItemRecord>& skus() const { return master_.skus(); }
    [[nodiscard]] const ItemRecord* sku(const std::string& sku) const { return master_.sku(sku); }
    [[nodiscard]] const ItemRecord* sku_of_gtin(const std::string& gtin) const {
        return master_.sku_of_gtin(gtin);
    }
    [[nodiscard]] const BindingRecord* binding(const std::string& item) const;
    [[nodiscard]] const PalletRecord* pallet(const std::string& sscc) const;
    /// The expected pallet that lists this unit and has not been unpacked.
    [[nodiscard]] const PalletRecord* pallet_of(const std::string& item) const;

    /// The one open advice whose lines still wait for units of the SKU that come on no announced
    /// pallet; empty: none waits, or several do and only a scan can tell which.
    [[nodiscard]] std::string advice_awaiting(const std::string& item,
                                              const std::string& sku) const;

    /// True for a pallet that was expected or here once and has been unpacked: its label may still
    /// be read anywhere, and means nothing.
    [[nodiscard]] bool was_unpacked(const std::string& sscc) const {
        return unpacked_.contains(sscc);
    }

    /// True if this edge has booked its half of another edge's hand-over. What the bridge relays a
    /// second time (it was restored from a backup) must not be booked again.
    [[nodiscard]] bool is_paired(const std::string& ref) const { return paired_.contains(ref); }

    /// All records of a kind with their versions, ordered by key.
    [[nodiscard]] std::vector<MasterVersion> master_records(std::string_view kind) const;

    /// Whether a record would change anything, and whether it may: conflict if a code already
    /// belongs to another SKU, a record names an unknown SKU or a unit is on two pallets.
    enum class MasterEffect { none, changes };
    [[nodiscard]] Result<MasterEffect> judge(const MasterRecord& record) const;
    /// conflict if the record would change something and was made from another version than stands
    /// here: an older file must not silently undo newer changes.
    [[nodiscard]] Result<void> check_version(const MasterRow& row) const;
    /// Takes a record in without an event: to try a file of records before writing any.
    void put(const MasterRecord& record);

 private:
    void put_units(const MasterRecord& record);
    [[nodiscard]] Result<MasterEffect> judge_pallet(const PalletRecord& wanted) const;
    [[nodiscard]] std::vector<const BindingRecord*> sorted_bindings() const;
    Result<void> apply_blind(const Event& event, std::vector<StateRow>& changed);
    Result<void> apply_master(const Event& event, std::vector<StateRow>& changed);
    void drop_pallet(const std::string& sscc);
    void note_unpacked(const Event& event, const std::string& sscc, std::vector<StateRow>& changed);
    void note_hand_over(const Event& event, std::vector<StateRow>& changed);

    /// Keys with the event that set them; the oldest are forgotten first.
    struct Recent {
        std::map<std::string, std::uint64_t> seqs;
        std::map<std::uint64_t, std::string> keys;
        bool contains(const std::string& key) const { return seqs.contains(key); }
        void put(const std::string& key, std::uint64_t seq);
        /// The oldest key, taken out, if there are more than `most`.
        std::optional<std::string> drop_above(std::size_t most);
    };

    std::map<std::string, OpenAnomaly> anomalies_;
    std::map<DeviceKey, BlindSpan> blind_;
    std::map<std::string, std::deque<BlindSpan>> ended_;
    MasterBook master_;
    WorkBook work_;
    OrderBook orders_;
    SignalBook signals_;
    TagBook tags_;
    FleetBook fleet_;
    std::unordered_map<std::string, BindingRecord>
        bindings_;  ///< looked up, never iterated to emit
    std::map<std::string, PalletRecord> pallets_;
    std::unordered_map<std::string, std::string> pallet_by_child_;
    Recent unpacked_;
    Recent paired_;
};

}  // namespace tally

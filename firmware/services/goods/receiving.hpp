// Receiving against an advice (ASN): what came, compared with what was announced. Gate, scan and
// manifest may tell the same arrival in any order; it is booked once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/services/goods/scanned.hpp"
#include "firmware/services/inventory/inventory.hpp"

namespace tally {

enum class Condition : std::uint8_t { good, damaged };

struct ReceiptScan {
    std::string asn;
    std::string code;
    std::int64_t qty_milli = 0;  ///< goods tracked by count; 0: what the code stands for
    PlaceId place;               ///< where it is put down
    std::string lot;             ///< goods tracked by count; empty: the advice's lot, or "-"
    Condition condition = Condition::good;
};

/// One line of a comparison: goods of an advice, or one pallet of it.
struct ReceiptLine {
    std::string sku, lot;  ///< of goods
    std::string sscc;      ///< of a pallet
    std::int64_t expected_milli = 0, good_milli = 0, damaged_milli = 0;
    std::vector<std::string> missing;  ///< units of the pallet that have not come
    std::uint64_t inferred = 0;        ///< units whose presence follows from their pallet only

    /// "as_announced", "short", "over", "wrong"; damage stands beside it.
    [[nodiscard]] std::string verdict() const;
};

struct ReceiptReport {
    std::string asn, supplier, due;
    bool closed = false;
    std::vector<ReceiptLine> lines;  ///< pallets by SSCC, then goods by SKU and lot
};

/// How a receipt is closed. `announced`: what nobody scanned but its pallet vouches for is there.
/// `scanned`: every unit was in somebody's hand, so what nobody scanned is not there.
enum class Closing : std::uint8_t { announced, scanned };

/// Single-threaded; a few calls a second by people.
class Receiving {
 public:
    Receiving(Inventory& inventory, Ledger& ledger) : inventory_(inventory), ledger_(ledger) {}

    /// Books one scan. A pallet's label with its announced units makes the pallet whole, the
    /// units marked inferred. What the advice does not name is booked too and raises
    /// receipt_wrong; damaged goods are booked as such and raise receipt_damaged. conflict for an
    /// advice that is not known, or for counted goods of one that is closed.
    Result<Carried> scan(const ReceiptScan& scan, const Actor& actor);

    /// conflict if the advice is not known.
    [[nodiscard]] Result<ReceiptReport> report(const std::string& asn) const;
    [[nodiscard]] std::vector<std::string> advices() const;

    /// Says what is over and short, one anomaly each, and ends the receipt's task in the name of
    /// the actor. Units that were only inferred and not scanned leave the book with
    /// Closing::scanned.
    Result<Seq> close(const std::string& asn, Closing how, const Actor& actor);

 private:
    [[nodiscard]] bool is_known(const std::string& asn) const;
    [[nodiscard]] bool announces(const std::string& asn, const std::string& item,
                                 const std::string& sku) const;
    Result<Carried> scan_pallet(const ReceiptScan& scan, const std::string& sscc,
                                const Actor& actor);
    [[nodiscard]] Result<std::string> announced_lot(const std::string& asn,
                                                    const std::string& sku) const;
    Result<Carried> scan_goods(const ReceiptScan& scan, const Scanned& goods,
                               const std::string& tag_lot, const Actor& actor);
    void judge(const ReceiptScan& scan, const Carried& carried);
    void raise(AnomalyKind kind, const std::string& asn, const std::string& item,
               const std::string& text);
    void take_back_inferred(const std::string& asn, const Actor& actor);
    Result<Seq> finish_task(const std::string& asn, const Actor& actor);

    Inventory& inventory_;
    Ledger& ledger_;
};

/// The key of an advice's task.
std::string receive_key(const std::string& asn);

/// `data` of answers.
std::string receipt_data(const ReceiptReport& report);
std::string receipts_data(const std::vector<ReceiptReport>& reports);

}  // namespace tally

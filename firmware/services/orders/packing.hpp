// Packing station: what is in hand for an order becomes parcels, said unit by unit, weighed,
// numbered (SSCC), labelled, and handed to a carrier with a manifest.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "firmware/services/orders/orders.hpp"
#include "firmware/services/tags/commissioning.hpp"

namespace tally {

/// What a parcel may weigh, in mg, by the item master; 0 where the weight of a unit is not known.
/// Within three standard deviations and 1 %, and up to kPackagingMg of box and paper above.
inline constexpr std::int64_t kPackagingMg = 500'000;
struct ExpectedWeight {
    std::int64_t goods_mg = 0;
    std::int64_t least_mg = 0, most_mg = 0;
};
struct WeighedGoods {
    std::int64_t unit_mg = 0, sigma_mg = 0, milli = 0;
};
ExpectedWeight expected_weight(const std::vector<WeighedGoods>& goods);

/// SSCC of 18 digits: extension digit, company prefix, number, check digit (GS1 General
/// Specifications 3.3.1). The number is a serial of this edge (docs/adr/0008) in fewer bits.
/// exhausted where it does not fit: epoch above 15, block above 8191, or a prefix of more than 7
/// digits.
Result<std::string> sscc_of(const std::string& company_prefix, std::uint64_t serial);

/// Single-threaded.
class Packing {
 public:
    Packing(Inventory& inventory, Ledger& ledger, Orders& orders, Commissioning& tags)
        : inventory_(inventory), ledger_(ledger), orders_(orders), tags_(tags) {}

    struct Wish {
        std::string order;
        PlaceId place;                   ///< where it is packed, a place of this box
        std::vector<std::string> codes;  ///< each unit's tag, each scan of counted goods
        std::int64_t weight_mg = 0;      ///< as weighed; 0: there is no scale
        DeviceId printer;                ///< empty: no label
    };
    struct Packed {
        Seq seq;
        Parcel parcel;
        std::string text;  ///< what could not be checked, and why
    };
    /// One parcel. refused, and nothing is booked, for what is not in hand for this order, counted
    /// goods that are not all there, goods that may not be sold (any more), more claims than one
    /// event holds, and a weight that is not that of the goods; conflict for a printer that is
    /// not known, exhausted for one with too many labels; offline while no number can be given out.
    Result<Packed> pack(const Wish& wish, const Actor& actor);

    struct LabelWish {
        std::string order;
        std::string sscc;  ///< of one parcel; empty: of all that no carrier has taken
        DeviceId printer;  ///< empty: the only one there is
    };
    /// Orders labels of parcels (again); gives their SSCCs. conflict where no such parcel waits or
    /// for a printer that is not known; exhausted, and none is ordered, where it has no room for
    /// all.
    Result<std::vector<std::string>> label(const LabelWish& wish, const Actor& actor);

    /// All that is in a parcel that no carrier has taken, to another place of this box; what its
    /// goods are promised to goes along. conflict where there is no such parcel here.
    Result<void> move_parcel(const std::string& order, const std::string& sscc, const PlaceId& to,
                             const Actor& actor);

    struct HandOver {
        std::vector<std::string> orders;  ///< all parcels of these that wait; empty: of all orders
        std::string carrier;
    };
    struct Manifest {
        std::string number;
        std::vector<std::pair<std::string, Parcel>> parcels;  ///< order and parcel
    };
    /// Writes what leaves as departed, one commit; gives all that was handed over. Parcels whose
    /// goods a gate has seen leave before are part of it. conflict where nothing waits.
    Result<Manifest> hand_over(const HandOver& wish, const Actor& actor);

    /// A manifest as far as its orders are still kept (OrderBook::kFinishedMax).
    [[nodiscard]] Manifest manifest(const std::string& number) const;

 private:
    [[nodiscard]] Result<std::vector<std::pair<std::string, Parcel>>> waiting(
        const std::vector<std::string>& orders) const;
    Result<Seq> print_label(const Parcel& parcel, const DeviceId& printer, const std::string& order,
                            const Actor& actor);
    [[nodiscard]] Result<void> check_goods(const Order& order,
                                           const std::vector<Claim>& claims) const;
    [[nodiscard]] Result<std::vector<Claim>> said(const Order& order, const Wish& wish) const;
    Result<void> weigh(const Order& order, const std::vector<Claim>& claims, const Wish& wish,
                       Packed& packed) const;
    Result<void> gather(const Order& order, const std::vector<Claim>& claims, const Wish& wish,
                        const Actor& actor);
    Result<void> move_claim(const Order& order, const Claim& claim, const PlaceId& to,
                            EventType type, const Actor& actor, const std::string& parent);

    Inventory& inventory_;
    Ledger& ledger_;
    Orders& orders_;
    Commissioning& tags_;
};

/// `data` of a manifest.
std::string manifest_data(const Packing::Manifest& manifest);

}  // namespace tally

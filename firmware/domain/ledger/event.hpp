// A ledger event: one fact, never changed afterwards. Stock is nothing but the fold of these.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/base/units.hpp"
#include "firmware/domain/ids.hpp"

namespace tally {

/// What kind of fact. The wire name is to_string().
enum class EventType : std::uint8_t {
    epoch_began,      ///< ledger generation opened; data {last_common_seq, why}
    master_changed,   ///< item master, expected pallet or other master data; data is the record
    bound,            ///< item tied to SKU and lot
    sighted,          ///< presence of an item began somewhere; moves nothing
    received,         ///< from SUPPLIER or IN_TRANSIT (then cause names the hand-over) into a place
    moved,            ///< between two places of this edge
    handed_over,      ///< from a place of this edge into IN_TRANSIT; data {to_edge, to_place}
    departed,         ///< out to CUSTOMER
    unpacked,         ///< an aggregation ended; its children stand alone
    counted,          ///< somebody counted; moves nothing by itself
    corrected,        ///< a named person booked a difference
    shelf_changed,    ///< a shelf saw a weight change
    custody_changed,  ///< customs state of an item changed
    blind_began,      ///< a device can no longer tell; data {device, why}
    blind_ended,      ///< it can again; data {device, since_t_ms}
    anomaly_raised,   ///< a contradiction; data {id, kind, text, next}
    anomaly_resolved,  ///< data {id, how}
    reserved,          ///< a claim on stock
    released,          ///< the claim, or a part of it, ended
    command_refused,   ///< a command from the bridge was not carried out; data {reason, next}
    task_changed,      ///< work for people was opened, taken, moved on, done or dropped
    tag_changed,       ///< a label took a step, a tag was retired, serials were reserved
    barrier_ordered,   ///< a rule or a person decided what a barrier is to do; data {gate, order}
    fleet_ordered,     ///< a person ordered something of a vehicle; data {act, vehicle, ...}
    order_changed,     ///< an order came, waits, was packed, handed over or cancelled
};

std::string_view to_string(EventType type) noexcept;
std::optional<EventType> event_type_from(std::string_view name) noexcept;

/// Customs state and quality state are keys of every position; these are their defaults.
inline constexpr std::string_view kFreeCustody = "free";
inline constexpr std::string_view kGoodQuality = "good";
inline constexpr std::string_view kDefaultLot = "-";

/// The fields of design 5. Text fields are ledger text (event_form.hpp): printable ASCII without
/// quotation mark and backslash, except where noted. `evidence` and `data` are canonical JSON
/// objects (messages/canonical_json.hpp) or empty.
struct Event {
    static constexpr int kVersion = 1;
    static constexpr std::size_t kEvidenceBytesMax = 512;

    EdgeId edge;
    Epoch epoch;
    Seq seq;
    EventType type = EventType::sighted;
    std::int64_t t_ms = 0;  ///< UTC milliseconds, annotation only

    ItemId item;       ///< empty: by_count or no item
    SkuId sku;         ///< empty: moves nothing
    LotId lot;         ///< empty: moves nothing
    Quantity qty;      ///< at least 0; 0 moves nothing
    PlaceId from, to;  ///< both set or both empty, where qty > 0 both set
    std::string custody = std::string(kFreeCustody);
    std::string quality = std::string(kGoodQuality);
    std::string custody_to;  ///< empty: unchanged by the move
    std::string quality_to;  ///< empty: unchanged by the move
    std::string parent;      ///< aggregation (SSCC) the item belongs to after this event

    std::string cause;     ///< "<edge>:<epoch>:<seq>", "cmd:<epoch>:<seq>", an order, or empty
    std::string by;        ///< "device:g1", "rule:presence", "user:li.wei", "bridge:..."
    std::string evidence;  ///< canonical JSON object, at most kEvidenceBytesMax bytes
    std::string data;      ///< canonical JSON object, what the type says; text values may be UTF-8
    std::string raw_ref;   ///< SHA-256 of raw data kept elsewhere

    bool operator==(const Event&) const = default;
};

/// "<edge>:<epoch>:<seq>": how one event names another.
std::string event_ref(const EdgeId& edge, Epoch epoch, Seq seq);

}  // namespace tally

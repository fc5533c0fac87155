// Commissioning: labels without a tag, of places and parcels. Each order is a row of its own until
// its label is printed, so that it outlives a crash of the box.
#include <utility>

#include "firmware/messages/tag_data.hpp"
#include "firmware/services/tags/commissioning.hpp"

namespace tally {

namespace {

constexpr Duration kAgainAfter = std::chrono::seconds(5);  // A printer that took nothing.
constexpr std::size_t kWaitingMax = 1'000;
/// "<epoch>:<seq> of the order, 20 digits each" -> what was ordered.
constexpr const char* kWaitingRows = "place_label";
constexpr const char* kUnsureRows = "place_label_unsure";
constexpr const char* kParcelRows = "parcel_label";

std::string padded(std::uint64_t number) {
    const std::string digits = std::to_string(number);
    return std::string(20 - digits.size(), '0') + digits;
}

const char* rows_of(Commissioning::PlainLabel::Of of) {
    return of == Commissioning::PlainLabel::Of::place ? kWaitingRows : kParcelRows;
}

}  // namespace

/// One whose printer is no more in the config waits for a person; of a place that is no more in the
/// config nobody could order it again, so it is forgotten.
void Commissioning::load_places() {
    const auto is_of_no_place = [&](const std::string& value) {
        const auto order = decode_tag_data(value);
        return !order || !inventory_.site().has_place(PlaceId(order->place));
    };
    for (const char* kind : {kWaitingRows, kUnsureRows}) {
        for (const auto& [key, value] : ledger_.state_rows(kind)) {
            if (is_of_no_place(value)) {
                ledger_.together([&, key = key] { ledger_.write_state(kind, key, {}); });
            }
        }
    }
    for (const auto& [key, value] : ledger_.state_rows(kWaitingRows)) {
        const auto order = decode_tag_data(value);
        if (is_of_no_place(value)) {
            continue;
        }
        Printer* const printer = find(DeviceId(order->printer));
        if (printer != nullptr) {
            printer->plain.push_back({PlainLabel::Of::place, key, order->place});
            continue;
        }
        ledger_.together([&, key = key, value = value] {
            ledger_.write_state(kWaitingRows, key, {});
            ledger_.write_state(kUnsureRows, key, value);
        });
    }
}

/// One whose printer is no more in the config is forgotten: its packer sees that none came out, and
/// orders it from another one.
void Commissioning::load_parcels() {
    for (const auto& [key, value] : ledger_.state_rows(kParcelRows)) {
        const auto order = decode_tag_data(value);
        Printer* const printer = order ? find(DeviceId(order->printer)) : nullptr;
        if (printer != nullptr) {
            printer->plain.push_back({PlainLabel::Of::parcel, key, order->place});
        } else {
            ledger_.together([&, key = key] { ledger_.write_state(kParcelRows, key, {}); });
        }
    }
}

void Commissioning::send_plain(Printer& printer) {
    const PlainLabel label = printer.plain.front();
    printer.plain.erase(printer.plain.begin());
    printer.busy = label.text;
    PrintJob job;
    job.title = label.text;
    job.code = label.text;
    job.barcode = label.text;
    job.human = label.text;
    hands_.print(printer.setup.id, job, [this, id = printer.setup.id, label](auto outcome) {
        Printer* const at = find(id);
        at->busy.clear();
        if (outcome.what == PrintOutcome::What::nothing) {
            at->plain.insert(at->plain.begin(), label);
            at->again_at = clock_.mono_now() + kAgainAfter;
            return;
        }
        const bool unsure = outcome.what == PrintOutcome::What::unsure;
        at->printed += unsure ? 0 : 1;
        const char* const rows = rows_of(label.of);
        ledger_.together([&] {
            if (unsure && label.of == PlainLabel::Of::place) {
                ledger_.write_state(kUnsureRows, label.key, ledger_.state_row(rows, label.key));
            }
            ledger_.write_state(rows, label.key, {});
        });
    });
}

std::vector<std::string> Commissioning::unsure_places() const {
    std::vector<std::string> places;
    for (const auto& [key, value] : ledger_.state_rows(kUnsureRows)) {
        if (const auto order = decode_tag_data(value)) {
            places.push_back(order->place);
        }
    }
    return places;
}

Result<void> Commissioning::check_room(const Printer& printer, std::size_t labels) {
    if (printer.plain.size() + labels > kWaitingMax) {
        return fail(ErrorKind::exhausted,
                    "printer " + printer.setup.id.str() + " has " +
                        std::to_string(printer.plain.size()) + " labels to print, and keeps " +
                        std::to_string(kWaitingMax) + "; wait for it, or name another one");
    }
    return {};
}

/// One event and one row.
Result<Seq> Commissioning::order_plain(const PlainLabel& wanted, Printer& printer,
                                       const Actor& actor) {
    TALLY_TRY(check_room(printer, 1));
    TagData data;
    data.act = TagAct::place;
    data.place = wanted.text;
    data.printer = printer.setup.id.str();
    Event event;
    event.type = EventType::tag_changed;
    event.by = actor.by;
    event.cause = actor.cause;
    event.data = encode(data);
    const std::string order = event.data;
    TALLY_TRY_ASSIGN(const Seq seq, inventory_.write(std::move(event)));
    PlainLabel label = wanted;
    label.key = padded(ledger_.line().epoch().value()) + ":" + padded(seq.value());
    ledger_.write_state(rows_of(label.of), label.key, order,
                        [this, id = printer.setup.id, label] { find(id)->plain.push_back(label); });
    return seq;
}

Result<Seq> Commissioning::label_place(const PlaceId& place, const DeviceId& wanted,
                                       const Actor& actor) {
    TALLY_TRY_ASSIGN(Printer* const printer, printer_of(wanted));
    if (!inventory_.site().has_place(place)) {
        return fail(ErrorKind::conflict,
                    "place " + place.str() + " is not in site.toml; write one of its places");
    }
    Result<Seq> seq = Seq();
    ledger_.together([&] {
        seq = order_plain({PlainLabel::Of::place, {}, place.str()}, *printer, actor);
        if (!seq) {
            return;
        }
        for (const auto& [key, value] : ledger_.state_rows(kUnsureRows)) {
            const auto unsure = decode_tag_data(value);
            if (!unsure || unsure->place == place.str()) {
                ledger_.write_state(kUnsureRows, key, {});
            }
        }
    });
    return seq;
}

Result<void> Commissioning::check_printer(const DeviceId& wanted, std::size_t labels) {
    TALLY_TRY_ASSIGN(const Printer* const printer, printer_of(wanted));
    return check_room(*printer, labels);
}

Result<Seq> Commissioning::label_parcel(const std::string& code, const DeviceId& wanted,
                                        const Actor& actor) {
    TALLY_TRY_ASSIGN(Printer* const printer, printer_of(wanted));
    Result<Seq> seq = Seq();
    ledger_.together([&] {
        seq = order_plain({PlainLabel::Of::parcel, {}, code}, *printer, actor);
    });
    return seq;
}

}  // namespace tally

// Commissioning: labels of places. Each order is a row of its own until its label is printed, so
// that it outlives a crash of the box.
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

std::string padded(std::uint64_t number) {
    const std::string digits = std::to_string(number);
    return std::string(20 - digits.size(), '0') + digits;
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
            printer->places.push_back({key, order->place});
            continue;
        }
        ledger_.together([&, key = key, value = value] {
            ledger_.write_state(kWaitingRows, key, {});
            ledger_.write_state(kUnsureRows, key, value);
        });
    }
}

void Commissioning::send_place(Printer& printer) {
    const PlaceLabel label = printer.places.front();
    printer.places.erase(printer.places.begin());
    printer.busy = label.place;
    PrintJob job;
    job.title = label.place;
    job.code = label.place;
    job.barcode = label.place;
    job.human = label.place;
    hands_.print(printer.setup.id, job, [this, id = printer.setup.id, label](auto outcome) {
        Printer* const at = find(id);
        at->busy.clear();
        if (outcome.what == PrintOutcome::What::nothing) {
            at->places.insert(at->places.begin(), label);
            at->again_at = clock_.mono_now() + kAgainAfter;
            return;
        }
        const bool unsure = outcome.what == PrintOutcome::What::unsure;
        at->printed += unsure ? 0 : 1;
        if (label.key.empty()) {
            return;  // A parcel's: its packer sees whether it came out.
        }
        ledger_.together([&] {
            if (unsure) {
                ledger_.write_state(kUnsureRows, label.key,
                                    ledger_.state_row(kWaitingRows, label.key));
            }
            ledger_.write_state(kWaitingRows, label.key, {});
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

Result<Seq> Commissioning::label_place(const PlaceId& place, const DeviceId& wanted,
                                       const Actor& actor) {
    TALLY_TRY_ASSIGN(Printer* const printer, printer_of(wanted));
    if (!inventory_.site().has_place(place)) {
        return fail(ErrorKind::conflict,
                    "place " + place.str() + " is not in site.toml; write one of its places");
    }
    if (printer->places.size() >= kWaitingMax) {
        return fail(ErrorKind::exhausted, "printer " + printer->setup.id.str() +
                                              " has a thousand labels to print; wait for it");
    }
    TagData data;
    data.act = TagAct::place;
    data.place = place.str();
    data.printer = printer->setup.id.str();
    Event event;
    event.type = EventType::tag_changed;
    event.by = actor.by;
    event.cause = actor.cause;
    event.data = encode(data);
    Result<Seq> seq = Seq();
    ledger_.together([&] {
        const std::string order = event.data;
        seq = inventory_.write(std::move(event));
        if (!seq) {
            return;
        }
        for (const auto& [key, value] : ledger_.state_rows(kUnsureRows)) {
            const auto unsure = decode_tag_data(value);
            if (!unsure || unsure->place == place.str()) {
                ledger_.write_state(kUnsureRows, key, {});
            }
        }
        const PlaceLabel label{padded(ledger_.line().epoch().value()) + ":" + padded(seq->value()),
                               place.str()};
        ledger_.write_state(kWaitingRows, label.key, order, [this, id = printer->setup.id, label] {
            find(id)->places.push_back(label);
        });
    });
    return seq;
}

Result<void> Commissioning::check_printer(const DeviceId& wanted) {
    TALLY_TRY(printer_of(wanted));
    return {};
}

Result<void> Commissioning::label_parcel(const std::string& code, const DeviceId& wanted) {
    TALLY_TRY_ASSIGN(Printer* const printer, printer_of(wanted));
    ledger_.after_commit([this, id = printer->setup.id, code] {
        find(id)->places.push_back({{}, code});
    });
    return {};
}

}  // namespace tally

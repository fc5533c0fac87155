#include "firmware/services/tags/commissioning.hpp"

#include <algorithm>
#include <utility>

#include "firmware/domain/epc/scheme.hpp"
#include "firmware/domain/epc/text.hpp"
#include "firmware/domain/place.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/tag_data.hpp"
#include "firmware/services/inventory/retag.hpp"

namespace tally {

namespace {

constexpr Duration kLookEvery = std::chrono::milliseconds(200);
constexpr Duration kAgainAfter = std::chrono::seconds(5);  // A printer that took nothing.
/// A day's labels of a busy box, for days without head office.
constexpr std::uint64_t kAheadAtWork = 2'048;
constexpr const char* kRule = "rule:commissioning";

std::string seen_evidence(const DeviceId& device, std::uint16_t antenna) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("antenna").number(antenna).key("device").text(device.str()).end_object();
    return out;
}

}  // namespace

Commissioning::Commissioning(std::vector<PrinterSetup> printers, Inventory& inventory,
                             Ledger& ledger, Clock& clock, Scheduler& scheduler)
    : inventory_(inventory), ledger_(ledger), clock_(clock), timer_(scheduler) {
    for (PrinterSetup& setup : printers) {
        Printer printer;
        printer.setup = std::move(setup);
        printers_.push_back(std::move(printer));
    }
}

void Commissioning::start() {
    const MonoTime now = clock_.mono_now();
    std::vector<std::string> cut_off;
    for (const auto& [item, label] : ledger_.registers().tags().labels()) {
        if (label.state == LabelState::sent) {
            cut_off.push_back(item);
        } else if (label.state == LabelState::printed) {
            printed_at_[item] = now;
        }
    }
    for (const std::string& item : cut_off) {
        static_cast<void>(step(item, TagAct::fail,
                               "the box stopped while the label was at the printer; scan the tag "
                               "if it is there and good, else void it",
                               {kRule, {}}));
    }
    load_places();
    load_parcels();
    if (!printers_.empty()) {
        look();
    }
}

void Commissioning::keep_ready() {
    const bool gives_any = inventory_.site().serial_ranges.contains(ledger_.edge());
    if (gives_any && !timer_.armed()) {
        look();
    }
}

void Commissioning::look() {
    if (!ledger_.full()) {
        keep_serials();
        for (Printer& printer : printers_) {
            work_at(printer);
        }
        look_at_limits();
    }
    timer_.arm(kLookEvery, [this] { look(); });
}

/// Keeps a reservation ahead. It is used only by this life of the box and only once the bridge
/// holds it, so that whatever disk comes back, nobody gives these serials out again (ADR 0008).
void Commissioning::keep_serials() {
    if (!inventory_.site().serial_ranges.contains(ledger_.edge())) {
        return;
    }
    const auto& newest = ledger_.registers().tags().serials();
    for (Block& block : blocks_) {
        const bool stands = block.confirmed || block.block.epoch == ledger_.line().epoch().value();
        block.confirmed = block.confirmed || (stands && hands_.confirmed(block.seq));
    }
    // A reservation that was not confirmed when another epoch began is nobody's any more.
    std::erase_if(blocks_, [&](const Block& block) {
        return (!block.confirmed && block.block.epoch != ledger_.line().epoch().value()) ||
               block.used == kSerialBlockSize;
    });
    std::uint64_t ahead = 0;
    for (const Block& block : blocks_) {
        ahead += kSerialBlockSize - block.used;
    }
    // A box that gives none out wastes few with each of its lives.
    if (ahead >= (has_given_ ? kAheadAtWork : kSerialBlockSize)) {
        return;
    }
    SerialBlock next{ledger_.line().epoch().value(), 0};
    if (newest && newest->block.epoch == next.epoch) {
        next.block = newest->block.block + 1;
    }
    const auto range = inventory_.site().serial_ranges.at(ledger_.edge());
    is_used_up_ = !serial_of(range, next, 0);
    if (is_used_up_) {
        return;
    }
    TagData data;
    data.act = TagAct::reserve;
    data.block = next;
    Event event;
    event.type = EventType::tag_changed;
    event.by = kRule;
    event.data = encode(data);
    if (const auto seq = inventory_.write(std::move(event))) {
        blocks_.push_back({next, *seq, false, 0});
    }
}

std::uint64_t Commissioning::serials_left() const {
    std::uint64_t left = 0;
    for (const Block& block : blocks_) {
        left += block.confirmed ? kSerialBlockSize - block.used : 0;
    }
    return left;
}

void Commissioning::work_at(Printer& printer) {
    const MonoTime now = clock_.mono_now();
    if (!printer.busy.empty() || now < printer.again_at ||
        printer.status.trouble != PrinterTrouble::none) {
        return;
    }
    const Label* first = nullptr;
    for (const auto& [item, label] : ledger_.registers().tags().labels()) {
        const bool mine =
            label.state == LabelState::waiting && label.printer == printer.setup.id.str();
        if (mine && (first == nullptr || label.seq < first->seq)) {
            first = &label;
        }
    }
    if (first != nullptr) {
        send(printer, *first);
        return;
    }
    if (!printer.plain.empty()) {
        send_plain(printer);
    }
}

/// First the ledger says that the label is at the printer; then it is sent there.
void Commissioning::send(Printer& printer, const Label& label) {
    printer.busy = label.item;
    const auto sent = step(label.item, TagAct::send, {}, {kRule, {}},
                           [this, id = printer.setup.id, job = job_of(label), item = label.item] {
                               hands_.print(id, job, [this, id, item](const auto& outcome) {
                                   printed(id, item, outcome);
                               });
                           });
    if (!sent) {
        printer.busy.clear();
        printer.again_at = clock_.mono_now() + kAgainAfter;
    }
}

PrintJob Commissioning::job_of(const Label& label) const {
    const auto epc = Epc::parse(label.item);
    const Gs1Decode gs1 = epc ? decode_gs1(*epc) : Gs1Decode{};
    const ItemRecord* sku = ledger_.registers().sku(label.sku);
    const auto known = std::find_if(
        printers_.begin(), printers_.end(),
        [&](const Printer& printer) { return printer.setup.id.str() == label.printer; });
    PrintJob job;
    const bool encodes =
        known != printers_.end() && known->setup.tags == PrinterSetup::Tags::encodes;
    job.epc_hex = encodes ? label.item : std::string();
    job.title = sku != nullptr && !sku->name.empty() ? sku->name : label.sku;
    job.detail = label.sku + (label.lot == kDefaultLot ? std::string() : "  " + label.lot);
    job.human = gs1.ok() ? element_string(gs1.fields) : label.item;
    job.code = label.item;
    return job;
}

void Commissioning::printed(const DeviceId& id, const std::string& item,
                            const PrintOutcome& outcome) {
    Printer* const printer = find(id);
    printer->busy.clear();
    const Label* label = ledger_.registers().tags().label(item);
    if (label == nullptr || label->state != LabelState::sent) {
        return;  // A person voided or bound it meanwhile.
    }
    switch (outcome.what) {
        case PrintOutcome::What::done:
            ++printer->printed;
            printed_at_[item] = clock_.mono_now();
            static_cast<void>(step(item, TagAct::printed, {}, {"device:" + id.str(), {}}));
            return;
        case PrintOutcome::What::nothing:
            printer->again_at = clock_.mono_now() + kAgainAfter;
            static_cast<void>(
                step(item, TagAct::take_back, outcome.text, {"device:" + id.str(), {}}));
            return;
        case PrintOutcome::What::unsure:
            static_cast<void>(step(item, TagAct::fail, outcome.text, {"device:" + id.str(), {}}));
            return;
    }
}

/// A label that its reader does not see in time may be anywhere and carry anything.
void Commissioning::look_at_limits() {
    const MonoTime now = clock_.mono_now();
    std::vector<std::pair<std::string, const Printer*>> late;
    for (const auto& [item, since] : printed_at_) {
        const Label* label = ledger_.registers().tags().label(item);
        const Printer* printer = label == nullptr ? nullptr : find(DeviceId(label->printer));
        if (printer == nullptr || label->state != LabelState::printed) {
            late.emplace_back(item, nullptr);
        } else if (!printer->setup.verify_reader.empty() &&
                   now - since > printer->setup.verify_limit) {
            late.emplace_back(item, printer);
        }
    }
    for (const auto& [item, printer] : late) {
        printed_at_.erase(item);
        if (printer != nullptr) {
            static_cast<void>(step(item, TagAct::fail,
                                   "reader " + printer->setup.verify_reader.str() +
                                       " did not see the tag in time; hold it to the reader or "
                                       "scan it, else void it",
                                   {kRule, {}}));
        }
    }
}

void Commissioning::on_printer(const DeviceId& id, const PrinterStatus& status) {
    if (Printer* const printer = find(id)) {
        printer->status = status;
    }
}

void Commissioning::on_reads(const DeviceId& reader, std::span<const TagRead> reads) {
    const auto& labels = ledger_.registers().tags().labels();
    if (labels.empty() || ledger_.full()) {
        return;
    }
    for (const Printer& printer : printers_) {
        if (printer.setup.verify_reader != reader) {
            continue;
        }
        for (const TagRead& read : reads) {
            const bool here =
                printer.setup.verify_antenna == 0 || read.antenna == printer.setup.verify_antenna;
            const Label* label = here ? ledger_.registers().tags().label(read.epc.str()) : nullptr;
            if (label != nullptr && label->printer == printer.setup.id.str() &&
                label->state != LabelState::waiting) {
                seen(printer, *label, read.antenna);
            }
        }
    }
}

void Commissioning::seen(const Printer& printer, const Label& label, std::uint16_t antenna) {
    const DeviceId& reader = printer.setup.verify_reader;
    const Label wanted = label;
    printed_at_.erase(wanted.item);
    static_cast<void>(
        finish(wanted, {"device:" + reader.str(), {}}, seen_evidence(reader, antenna)));
}

/// The tag was seen: from here on it is the unit.
Result<Seq> Commissioning::finish(const Label& label, const Actor& actor,
                                  const std::string& evidence) {
    Result<Seq> done = Seq();
    ledger_.together([&] {
        if (!label.replaces.empty()) {
            done = retag(inventory_, ledger_, {label.replaces, label.item, "its tag was replaced"},
                         actor, evidence);
            return;
        }
        Event bound;
        bound.type = EventType::bound;
        bound.item = ItemId(label.item);
        bound.by = actor.by;
        bound.cause = actor.cause;
        bound.evidence = evidence;
        bound.data = encode(MasterRecord(BindingRecord{label.item, label.sku, label.lot}));
        done = inventory_.write(std::move(bound));
    });
    return done;
}

Result<Seq> Commissioning::step(const std::string& item, TagAct act, const std::string& text,
                                const Actor& actor, Ledger::Effect effect) {
    TagData data;
    data.act = act;
    data.text = text;
    Event event;
    event.type = EventType::tag_changed;
    event.item = ItemId(item);
    event.by = actor.by;
    event.cause = actor.cause;
    event.data = encode(data);
    return inventory_.write(std::move(event), std::move(effect));
}

Commissioning::Printer* Commissioning::find(const DeviceId& id) {
    const auto found = std::find_if(printers_.begin(), printers_.end(),
                                    [&](const Printer& each) { return each.setup.id == id; });
    return found == printers_.end() ? nullptr : &*found;
}

}  // namespace tally

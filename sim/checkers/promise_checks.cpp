#include "sim/checkers/promise_checks.hpp"

#include <array>
#include <map>
#include <utility>

#include "firmware/messages/event_json.hpp"
#include "firmware/messages/order_data.hpp"
#include "sim/checkers/stored.hpp"

namespace tally::sim {

namespace {

using Spot = std::array<std::string, 3>;  // place, SKU, lot

class Ledger {
 public:
    explicit Ledger(Findings& findings) : findings_(findings) {}

    void take(const Event& event) {
        at_ = event_ref(event.edge, event.epoch, event.seq);
        if (event.type == EventType::order_changed) {
            asked(event);
        } else if (event.type == EventType::reserved) {
            promise(event);
        } else if (event.type == EventType::released) {
            give_back(event);
        } else if (event.qty.milli > 0) {
            move(event);
        }
    }

 private:
    struct Held {
        Spot spot;
        std::uint64_t line = 0;
        std::int64_t milli = 0;
    };
    struct Line {
        std::int64_t asked = 0, held = 0, got = 0;
    };

    void find(const char* checker, const std::string& text) {
        if (!caught_by(findings_, checker)) {
            findings_.push_back({checker, "after event " + at_ + ": " + text});
        }
    }

    void look(const Spot& spot) {
        if (promised_[spot] > 0 && promised_[spot] > here_[spot]) {
            find("promise.over", std::to_string(promised_[spot]) + "/1000 of SKU " + spot[1] +
                                     ", lot " + spot[2] + " at " + spot[0] + " are promised, " +
                                     std::to_string(here_[spot]) + "/1000 are there");
        }
    }

    void move(const Event& event) {
        const std::string& custody = event.custody_to.empty() ? event.custody : event.custody_to;
        const std::string& quality = event.quality_to.empty() ? event.quality : event.quality_to;
        if (event.custody == "free" && event.quality == "good") {
            const Spot spot{event.from.str(), event.sku.str(), event.lot.str()};
            here_[spot] -= event.qty.milli;
            look(spot);
        }
        if (custody == "free" && quality == "good") {
            here_[{event.to.str(), event.sku.str(), event.lot.str()}] += event.qty.milli;
        }
    }

    void asked(const Event& event) {
        const auto data = decode_order_data(event.data);
        if (!data || data->act != OrderAct::add) {
            return;
        }
        for (std::size_t i = 0; i < data->added.lines.size(); ++i) {
            lines_[{data->order, i + 1}].asked = data->added.lines[i].qty_milli;
        }
    }

    void promise(const Event& event) {
        const auto data = decode_reserved_data(event.data);
        if (!data) {
            find("promise.sum", "a claim that cannot be read");
            return;
        }
        Held& held = claims_[{data->order, data->claim.n}];
        held.spot = {data->claim.place, data->sku, data->claim.lot};
        held.line = data->claim.line;
        held.milli += data->claim.qty_milli;
        promised_[held.spot] += data->claim.qty_milli;
        Line& line = lines_[{data->order, held.line}];
        line.held += data->claim.qty_milli;
        if (line.held + line.got > line.asked) {
            find("promise.sum", "order " + data->order + " holds more than it asked for");
        }
        look(held.spot);
    }

    void give_back(const Event& event) {
        const auto data = decode_released_data(event.data);
        if (!data) {
            find("promise.sum", "a release that cannot be read");
            return;
        }
        Held& held = claims_[{data->order, data->what.n}];
        held.milli -= data->what.qty_milli;
        promised_[held.spot] -= data->what.qty_milli;
        Line& line = lines_[{data->order, held.line}];
        line.held -= data->what.qty_milli;
        line.got += data->what.why == ReleaseWhy::shipped ? data->what.qty_milli : 0;
        if (held.milli < 0) {
            find("promise.sum", "order " + data->order + " gives back more than it holds");
        }
    }

    Findings& findings_;
    std::string at_;
    std::map<Spot, std::int64_t> here_, promised_;
    std::map<std::pair<std::string, std::uint64_t>, Held> claims_;
    std::map<std::pair<std::string, std::uint64_t>, Line> lines_;
};

}  // namespace

Findings check_promises(const std::vector<JournalRow>& rows) {
    Findings findings;
    Ledger ledger(findings);
    for (const JournalRow& row : rows) {
        if (const auto event = decode_event(row.canonical)) {
            ledger.take(*event);
        }
    }
    return findings;
}

Findings check_promises(host::SqliteStore& disk, const std::string& edge) {
    return check_promises(stored_rows(disk, edge, Span::line));
}

}  // namespace tally::sim

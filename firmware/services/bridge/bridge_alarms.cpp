// Bridge: what it says about contradictions between edges, and where it shows a unit.
#include <utility>

#include "firmware/messages/event_data.hpp"
#include "firmware/services/bridge/bridge_service.hpp"
#include "firmware/services/bridge/word_rank.hpp"

namespace tally {

/// Two ledgers of one edge: an alarm, never a silent overwrite. It ends when heads are found equal,
/// or with the edge's next epoch.
void BridgeService::alarm_ledgers(const EdgeLink& edge, Seq at) {
    raise_once(AnomalyKind::ledger_diverged, edge.edge.str(), {},
               "edge " + edge.edge.str() + " and the bridge hold different ledgers up to event " +
                   std::to_string(at.value()));
}

std::string BridgeService::find_open(AnomalyKind kind, const std::string& device,
                                     const std::string& item) const {
    for (const auto& [id, open] : own_.registers().anomalies()) {
        if (open.what.kind == to_string(kind) && open.what.device == device && open.item == item) {
            return id;
        }
    }
    return {};
}

void BridgeService::raise_once(AnomalyKind kind, const std::string& device, const std::string& item,
                               const std::string& text) {
    if (find_open(kind, device, item).empty()) {
        raise(kind, item, text, device);
    }
}

void BridgeService::settle(AnomalyKind kind, const std::string& device, const std::string& item,
                           const std::string& how) {
    const std::string id = find_open(kind, device, item);
    if (id.empty()) {
        return;
    }
    Event event;
    event.type = EventType::anomaly_resolved;
    event.by = "bridge:sync";
    event.item = ItemId(item);
    event.data = encode(ResolutionData{id, how});
    static_cast<void>(own_.write(std::move(event)));
}

std::string BridgeService::raise(AnomalyKind kind, const std::string& item, const std::string& text,
                                 const std::string& device) {
    AnomalyData data;
    data.device = device;
    data.kind = std::string(to_string(kind));
    data.text = text;
    data.next = std::string(describe(kind).advice);
    Event event;
    event.type = EventType::anomaly_raised;
    event.item = ItemId(item);
    event.by = "bridge:sync";
    event.data = encode(data);
    const Result<Seq> seq = own_.write(std::move(event));
    return seq ? event_ref(own_.edge(), own_.line().epoch(), *seq) : std::string();
}

Result<Seq> BridgeService::resolve_anomaly(const std::string& id, const std::string& how,
                                           const std::string& by, Ledger::Effect written) {
    if (!own_.registers().anomalies().contains(id)) {
        return fail(ErrorKind::conflict, "the bridge has no open anomaly " + id +
                                             " of its own; an edge's anomaly is resolved there");
    }
    Event event;
    event.type = EventType::anomaly_resolved;
    event.by = by;
    event.data = encode(ResolutionData{id, how});
    return own_.write(std::move(event), std::move(written));
}

std::string BridgeService::holder(const std::string& item, const std::string& not_edge) const {
    for (const auto& [id, edge] : edges_) {
        if (id.str() == not_edge) {
            continue;
        }
        const auto held = edge->stored.line().book().item(item);
        if (held && site_.has_place(PlaceId(held->place))) {
            return id.str();
        }
    }
    return {};
}

std::optional<UnitView> BridgeService::unit(const std::string& item) const {
    const OpenHandOver* open = hand_overs_.of_item(item);
    std::optional<UnitView> best;
    int best_rank = -1;
    for (const auto& [id, edge] : edges_) {
        const auto held = edge->stored.line().book().item(item);
        if (!held) {
            continue;
        }
        // While a hand-over is open its first half is the newest word.
        const bool is_newest = open != nullptr && open->edge == id.str();
        const int rank = is_newest ? kNewestWord : word_rank(PlaceId(held->place));
        if (rank <= best_rank) {
            continue;
        }
        best_rank = rank;
        best = UnitView{id,
                        item,
                        std::string(held->place),
                        std::string(held->sku),
                        std::string(held->lot),
                        std::string(held->custody),
                        std::string(held->quality),
                        std::string(held->parent),
                        held->seq};
    }
    return best;
}

}  // namespace tally

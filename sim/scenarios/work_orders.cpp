// Work: orders of customers, and hands on the picks they ask for. Goods move as they do anyway, by
// strangers: a weight or a gate then closes the pick that somebody has just taken, or takes away
// what was promised.
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "sim/scenarios/work.hpp"

namespace tally::sim {

namespace {

const Actor kPicker{"user:mei", ""};
const Actor kShop{"user:web", ""};

}  // namespace

/// An edge that is up, knows its goods and can write; null: this one cannot now. Where vehicles
/// pick it is theirs: nobody picks what others take in.
EdgeSite* Work::working_edge(Prng& prng) {
    const auto& edges = site_.site().edges;
    const std::string name =
        floor_ != nullptr ? site_.site().fleet_master.str() : edges[prng.below(edges.size())].str();
    const bool can = site_.is_open(name) && opened(name) && !site_.edge(name).ledger().full();
    return can ? &site_.edge(name) : nullptr;
}

/// Of what the edge knows.
Order Work::drawn_order(Prng& prng, const EdgeSite& edge) {
    Order order;
    order.id = "O-" + std::to_string(++orders_);
    order.priority = prng.between(kUrgentPriority, kIdlePriority);
    const auto& skus = edge.ledger().registers().skus();
    const std::uint64_t lines = 1 + prng.below(3);
    for (std::uint64_t i = 0; i < lines; ++i) {
        const auto sku =
            std::next(skus.begin(), static_cast<std::ptrdiff_t>(prng.below(skus.size())));
        OrderLine line;
        line.sku = sku->first;
        line.qty_milli = prng.between(1, 6) * 1'000;
        order.lines.push_back(line);
    }
    return order;
}

void Work::order(Prng& prng) {
    EdgeSite* const edge = working_edge(prng);
    if (edge == nullptr || edge->ledger().registers().skus().empty()) {
        return;
    }
    const Order order = drawn_order(prng, *edge);
    const auto added = edge->work().orders.add(order, kShop);
    note_(fmt::format("order {} of {} line(s) at {}{}", order.id, order.lines.size(),
                      edge->config().edge.str(),
                      added ? std::string() : ": " + added.error().text));
}

/// Whatever becomes of the edge then: the till goes on until it is answered.
void Work::order_by_till(Prng& prng) {
    EdgeSite* const edge = working_edge(prng);
    if (edge == nullptr || edge->ledger().registers().skus().empty()) {
        return;
    }
    const Order order = drawn_order(prng, *edge);
    till_->send(edge->config().edge, order);
    note_(fmt::format("order {} is sent to {}", order.id, edge->config().edge.str()));
}

/// Of what an edge said it has taken, also what has ended, and what is cancelled already: then it
/// hears so.
void Work::cancel_by_till(Prng& prng) {
    if (till_ == nullptr) {
        return;
    }
    const auto& edges = site_.site().edges;
    const EdgeId& edge = edges[prng.below(edges.size())];
    const std::set<std::string>& taken = till_->taken(edge);
    if (taken.empty()) {
        return;
    }
    const std::string& id =
        *std::next(taken.begin(), static_cast<std::ptrdiff_t>(prng.below(taken.size())));
    till_->cancel(edge, id);
    note_(fmt::format("the till cancels order {} at {}", id, edge.str()));
}

void Work::cancel_order(Prng& prng) {
    EdgeSite* const edge = working_edge(prng);
    if (edge == nullptr) {
        return;
    }
    const std::vector<std::string> open = edge->ledger().registers().orders().open();
    if (open.empty()) {
        return;
    }
    const std::string& id = open[prng.below(open.size())];
    const auto cancelled = edge->work().orders.cancel(id, "changed my mind", kShop);
    note_(fmt::format("order {} is cancelled{}", id,
                      cancelled ? std::string() : ": " + cancelled.error().text));
}

void Work::touch_order(Prng& prng) {
    EdgeSite* const edge = working_edge(prng);
    if (edge == nullptr) {
        return;
    }
    std::vector<Task> picks;
    for (const auto& [id, task] : edge->ledger().registers().work().tasks()) {
        if (task.kind == TaskKind::pick && !task.finished()) {
            picks.push_back(task);
        }
    }
    if (picks.empty()) {
        return;
    }
    const Task task = picks[prng.below(picks.size())];
    if (prng.chance_ppm(50'000)) {
        static_cast<void>(edge->work().orders.cancel(task.document, "changed my mind", kShop));
        return;
    }
    const TaskAct act = task.state == TaskState::open ? TaskAct::take : TaskAct::put_back;
    if (act == TaskAct::take || prng.chance_ppm(300'000)) {
        static_cast<void>(edge->work().tasks.step({task.id, act, 0, {}}, kPicker));
    }
}

}  // namespace tally::sim

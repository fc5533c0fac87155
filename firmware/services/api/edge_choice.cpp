#include "firmware/services/api/edge_choice.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "firmware/messages/csv.hpp"
#include "firmware/services/orders/order_lines.hpp"

namespace tally {

namespace {

constexpr const char* kNever = "9999";

/// Why its stock is not looked at; empty: it is.
std::string why_not(const EdgeLink& edge) {
    if (!edge.online) {
        return "is away";
    }
    return edge.has_true_stock() ? std::string()
                                 : "does not have the stock that is known here (tally sync status)";
}

std::string count_of(std::size_t n, const std::string& what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

}  // namespace

EdgeChoice::EdgeChoice(const BridgeService& service, const std::vector<Order>& orders)
    : service_(service) {
    for (const auto& [id, edge] : service.edges()) {
        const Line& line = edge->stored.line();
        std::set<std::string> skus;
        for (const Order& order : orders) {
            for (const OrderLine& asked : order.lines) {
                skus.insert(line.registers().master().meaning_of(asked.sku).sku);
            }
        }
        stock_.try_emplace(id, service.site(), line,
                           Availability::Wish{skus, service.own().wall_now().ms()});
    }
}

void EdgeChoice::take(const EdgeId& edge, const Order& order) {
    plan(edge, order);
}

/// Takes what it finds, also where that is not all.
EdgeChoice::Plan EdgeChoice::plan(const EdgeId& edge, const Order& order) {
    Plan plan{edge, {}, {}, kNever};
    Order named = order;
    const Registers& registers = service_.edges().at(edge)->stored.line().registers();
    if (const auto known = name_skus(named, registers); !known) {
        plan.lacks = known.error().text;
        return plan;
    }
    Availability& stock = stock_.at(edge);
    std::size_t others = 0;
    for (const OrderLine& line : named.lines) {
        std::int64_t missing = line.qty_milli;
        const std::string reason = stock.reason(line);
        for (const Offer& offer : stock.offers(line)) {
            const std::int64_t milli = std::min(missing, offer.free_milli);
            if (milli == 0) {
                break;
            }
            stock.take(line.sku, offer, milli);
            plan.taken.push_back({line.sku, offer, milli});
            plan.expiry = offer.expiry.empty() ? plan.expiry : std::min(plan.expiry, offer.expiry);
            missing -= milli;
        }
        if (missing > 0 && plan.lacks.empty()) {
            plan.lacks =
                "lacks " + format_units(missing) + " of SKU " + line.sku + " (" + reason + ")";
        } else {
            others += missing > 0 ? 1 : 0;
        }
    }
    plan.lacks += others > 0 ? " and of " + count_of(others, "more line") : std::string();
    return plan;
}

void EdgeChoice::undo(const Plan& plan) {
    for (const Taken& taken : plan.taken) {
        stock_.at(plan.edge).take(taken.sku, taken.offer, -taken.milli);
    }
}

Result<EdgeChoice::Choice> EdgeChoice::choose(const Order& order) {
    std::vector<Plan> able;
    std::string lacks;
    for (const EdgeId& edge : service_.site().edges) {
        std::string why = why_not(*service_.edges().at(edge));
        if (why.empty()) {
            Plan found = plan(edge, order);
            undo(found);
            why = found.lacks;
            if (why.empty()) {
                able.push_back(std::move(found));
                continue;
            }
        }
        lacks += (lacks.empty() ? "" : "; ") + edge.str() + " " + why;
    }
    if (able.empty()) {
        return fail(ErrorKind::refused,
                    "order " + order.id +
                        " was not sent: no edge has all of it, and an order is "
                        "not split. " +
                        lacks +
                        ". Name the edge that is to serve it, where it then waits for the rest "
                        "(--edge EDGE), or send what each has as an order of its own");
    }
    const auto rank = [](const Plan& one) { return std::tuple(one.expiry, one.taken.size()); };
    std::stable_sort(able.begin(), able.end(),
                     [&](const Plan& a, const Plan& b) { return rank(a) < rank(b); });
    const Plan& best = able.front();
    for (const Taken& taken : best.taken) {
        stock_.at(best.edge).take(taken.sku, taken.offer, taken.milli);
    }
    std::string why = "only there is all of it";
    if (able.size() > 1) {
        const Plan& next = able[1];
        const std::string also = "all of it is there and at " + next.edge.str() + ", ";
        why = best.expiry != next.expiry ? also + "here it expires first, on " + best.expiry
              : best.taken.size() != next.taken.size()
                  ? also + "here in " + count_of(best.taken.size(), "pick") + " instead of " +
                        std::to_string(next.taken.size())
                  : also + "nothing between them; first in the site file";
    }
    return Choice{best.edge, "goes to edge " + best.edge.str() + ": " + why};
}

}  // namespace tally

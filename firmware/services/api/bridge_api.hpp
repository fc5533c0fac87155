// The operators' API of the bridge: every edge of the site at once, each unit shown once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/services/api/bridge_orders.hpp"
#include "firmware/services/api/event_feed.hpp"
#include "firmware/services/api/health.hpp"
#include "firmware/services/api/history.hpp"
#include "firmware/services/api/operator_api.hpp"
#include "firmware/services/api/request_values.hpp"
#include "firmware/services/api/stock_view.hpp"
#include "firmware/services/bridge/bridge_service.hpp"

namespace tally {

/// What the API sees of the bridge. All must outlive it.
struct BridgeView {
    BridgeService& service;
    Journal& journal;
    Clock& clock;
    Scheduler& scheduler;
    std::function<BoxFacts()> box;
};

/// Single-threaded, on the loop; the service must have started. Answers are `as_of` the bridge's
/// own line; rows of an edge carry that edge's epoch and seq where it matters.
class BridgeApi final : public OperatorApi {
 public:
    BridgeApi(BridgeView view, std::vector<OperatorToken> users);

 private:
    /// One `stock verify` under way: edge after edge.
    struct Verification {
        ApiReplyTo reply;
        std::map<EdgeId, std::unique_ptr<EdgeLink>>::const_iterator next;
        std::vector<std::pair<EdgeId, std::uint64_t>> done;  ///< events checked
        int tries = 0;
    };

    void read(ApiCall call, ApiReplyTo reply) override;
    ApiReply write(const ApiCall& call) override;

    [[nodiscard]] ApiReply ok(std::string_view schema, std::string_view data,
                              std::string_view next = {}) const;

    ApiReply status();
    ApiReply doctor();
    ApiReply stock(const ApiCall& call);
    ApiReply items(const ApiCall& call);
    ApiReply gates();
    ApiReply readers();
    ApiReply anomalies(const ApiCall& call);
    ApiReply sync();
    ApiReply master_export(const ApiCall& call);
    void verify(ApiReplyTo reply);
    void verify_next();
    void verify_edge(EdgeLink& edge);
    void compare_stored(EdgeLink& edge);
    void end_verification(ApiReply reply);
    [[nodiscard]] ApiReply verified() const;
    void trace(const std::string& text, ApiReplyTo reply);
    void gate_log(const ApiCall& call, ApiReplyTo reply);
    void gate_why(const ApiCall& call, ApiReplyTo reply);
    void events(const ApiCall& call, ApiReplyTo reply);

    ApiReply resolve(const ApiCall& call);
    ApiReply import_master(const ApiCall& call);
    ApiReply resync(const ApiCall& call);

    [[nodiscard]] std::vector<Finding> findings() const;
    [[nodiscard]] PlaceTrusts trusts() const;
    [[nodiscard]] std::vector<AnomalyRowView> all_anomalies() const;
    [[nodiscard]] const ItemRecord* sku(const std::string& sku) const;
    [[nodiscard]] std::vector<UnitRow> units(const StockFilter& filter) const;

    BridgeView view_;
    EventFeed feed_;
    History history_;
    BridgeOrders orders_;
    std::optional<Verification> verification_;  ///< one at a time
};

}  // namespace tally

// The operators' API of one edge box.
#pragma once

#include "firmware/services/api/edge_view.hpp"
#include "firmware/services/api/event_feed.hpp"
#include "firmware/services/api/fleet_api.hpp"
#include "firmware/services/api/health.hpp"
#include "firmware/services/api/history.hpp"
#include "firmware/services/api/operator_api.hpp"
#include "firmware/services/api/order_api.hpp"
#include "firmware/services/api/plan_api.hpp"
#include "firmware/services/api/stock_view.hpp"
#include "firmware/services/api/tag_api.hpp"
#include "firmware/services/api/work_api.hpp"

namespace tally {

/// Single-threaded, on the loop; the ledger must have started. Destroy it before what it views.
class EdgeApi final : public OperatorApi {
 public:
    EdgeApi(EdgeView view, std::vector<OperatorToken> users);

 private:
    void read(ApiCall call, ApiReplyTo reply) override;
    ApiReply write(const ApiCall& call) override;
    std::optional<ApiReply> page(const ApiRequest& request) const override;

    [[nodiscard]] ApiReply ok(std::string_view schema, std::string_view data,
                              std::string_view next = {}) const;
    [[nodiscard]] ApiReply written(Result<Seq> seq, std::string_view next) const;

    ApiReply status();
    ApiReply doctor();
    ApiReply stock(const ApiCall& call);
    ApiReply items(const ApiCall& call);
    ApiReply gates();
    ApiReply readers();
    ApiReply shelves();
    ApiReply anomalies(const ApiCall& call);
    ApiReply sync();
    ApiReply master_export(const ApiCall& call);
    void verify(ApiReplyTo reply);
    void trace(const std::string& text, ApiReplyTo reply);
    void gate_log(const ApiCall& call, ApiReplyTo reply);
    void gate_why(const ApiCall& call, ApiReplyTo reply);
    void events(const ApiCall& call, ApiReplyTo reply);

    ApiReply correct(const ApiCall& call);
    ApiReply resolve(const ApiCall& call);
    ApiReply import_master(const ApiCall& call);
    ApiReply unpack(const ApiCall& call);
    ApiReply resync(const ApiCall& call);
    ApiReply command_shelf(const ApiCall& call, ShelfCommand what);
    ApiReply order_barrier(const ApiCall& call);
    void test_signal(const ApiCall& call, ApiReplyTo reply);

    [[nodiscard]] std::vector<Finding> findings() const;
    [[nodiscard]] PlaceTrusts trusts() const;
    [[nodiscard]] const GateLayout* own_gate(const std::string& id) const;
    [[nodiscard]] const GateTracker* tracker(const GateId& gate) const;

    EdgeView view_;
    EventFeed feed_;
    History history_;
    WorkApi work_;
    PlanApi plans_;
    TagApi tags_;
    FleetApi fleet_;
    OrderApi orders_;
};

}  // namespace tally

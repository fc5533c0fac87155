// The operators' API of plans: ask, look, cancel. Plans are proposals, so none of this is a write.
#pragma once

#include "firmware/services/api/edge_view.hpp"
#include "firmware/services/api/operator_api.hpp"

namespace tally {

/// Single-threaded, on the loop; part of EdgeApi.
class PlanApi {
 public:
    explicit PlanApi(const EdgeView& view) : view_(view) {}

    ApiReply answer(ApiCall call);

 private:
    ApiReply ask(ApiCall call);
    [[nodiscard]] ApiReply list() const;
    [[nodiscard]] ApiReply floor() const;
    [[nodiscard]] ApiReply shown(const Plan& plan) const;
    [[nodiscard]] ApiReply ok(std::string_view schema, std::string_view data,
                              std::string_view next) const;

    const EdgeView& view_;
};

}  // namespace tally

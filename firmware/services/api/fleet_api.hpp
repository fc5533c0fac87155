// The operators' API of vehicles: which there are, how they stand, and what people order of them.
// Bodies are flat objects of texts.
#pragma once

#include <string>

#include "firmware/services/api/edge_view.hpp"
#include "firmware/services/api/mission_api.hpp"
#include "firmware/services/api/operator_api.hpp"

namespace tally {

/// Single-threaded, on the loop; part of EdgeApi.
class FleetApi {
 public:
    explicit FleetApi(const EdgeView& view) : view_(view), missions_(view) {}

    ApiReply read(const ApiCall& call) const;
    /// Within the transaction that also remembers the answer.
    ApiReply write(const ApiCall& call);

 private:
    [[nodiscard]] ApiReply ok(std::string_view schema, std::string_view data,
                              std::string_view next) const;
    [[nodiscard]] ApiReply no_vehicles() const;
    ApiReply transfer(const ApiCall& call);

    const EdgeView& view_;
    MissionApi missions_;
};

}  // namespace tally

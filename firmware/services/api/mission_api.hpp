// The operators' API of what vehicles are told to do: missions, what the dispatcher decided of whom
// and why, and roads that are closed. Bodies are flat objects of texts.
#pragma once

#include <string>

#include "firmware/services/api/edge_view.hpp"
#include "firmware/services/api/operator_api.hpp"

namespace tally {

/// Single-threaded, on the loop; part of FleetApi, which has seen to it that there is a fleet.
class MissionApi {
 public:
    explicit MissionApi(const EdgeView& view) : view_(view) {}

    /// `data` of the list of missions, the newest decisions, tasks that no vehicle is sent for, and
    /// closed roads.
    [[nodiscard]] std::string missions() const;
    /// The wish of a write: of a mission, or of a road.
    [[nodiscard]] static Result<HandWish> wish_in(const ApiCall& call);
    [[nodiscard]] static Result<Transfers::Wish> transfer_in(const ApiCall& call);

 private:
    const EdgeView& view_;
};

}  // namespace tally

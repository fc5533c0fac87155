// What an edge's ledger says about vehicles: the last order that a person gave each, which of them
// are off the floor, and the roads that are closed by hand. A fold of its events, part of the
// registers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "firmware/domain/ledger/event.hpp"
#include "firmware/messages/fleet_data.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally {

/// Single-threaded value. Same events in the same order give the same book.
class FleetBook {
 public:
    /// Folds one event; appends the state rows that changed.
    Result<void> apply(const Event& event, std::vector<StateRow>& changed);

    /// Null if no person ever ordered anything of this vehicle.
    [[nodiscard]] const HandOrderGiven* last_order(const std::string& vehicle) const;

    /// Roads that were closed and not opened again; of some the time is over. By their two nodes.
    [[nodiscard]] const std::map<std::string, HandOrderGiven>& roads() const { return roads_; }
    /// By vehicle: taken off the floor, and neither heard nor released anywhere since.
    [[nodiscard]] const std::map<std::string, HandOrderGiven>& off_floor() const {
        return off_floor_;
    }
    /// By the box's UTC.
    [[nodiscard]] static std::int64_t until_ms(const HandOrderGiven& closed);

    [[nodiscard]] static bool owns(std::string_view row_kind);
    Result<void> load(const StateRow& row);
    void add_rows(const std::string& edge, std::vector<StateRow>& rows) const;

 private:
    void apply_off_floor(const HandOrderGiven& given, const std::string& edge,
                         std::vector<StateRow>& changed);
    void apply_road(HandOrderGiven given, const std::string& edge, std::vector<StateRow>& changed);

    std::map<std::string, HandOrderGiven> orders_;
    std::map<std::string, HandOrderGiven> off_floor_;
    std::map<std::string, HandOrderGiven> roads_;
};

/// Kind of its state rows; key: the vehicle.
inline constexpr std::string_view kHandOrderRows = "hand_order";
/// Key: the vehicle.
inline constexpr std::string_view kOffFloorRows = "off_floor";
/// Key: the two nodes, the lesser name first.
inline constexpr std::string_view kClosedRoadRows = "closed_road";

}  // namespace tally

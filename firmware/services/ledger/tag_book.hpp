// What an edge's ledger says about tags: labels on their way, tags that must not be met again, and
// the newest block of serials. A fold of its events, part of the registers.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "firmware/domain/ledger/event.hpp"
#include "firmware/messages/tag_data.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally {

/// Single-threaded value. Same events in the same order give the same book.
class TagBook {
 public:
    /// Folds one event; appends the state rows that changed. conflict where a step does not fit its
    /// label; nothing has changed then.
    Result<void> apply(const Event& event, std::vector<StateRow>& changed);

    /// By item; those on their way only.
    [[nodiscard]] const std::map<std::string, Label>& labels() const { return labels_; }
    [[nodiscard]] const Label* label(const std::string& item) const;
    /// Null for a tag that may be met.
    [[nodiscard]] const RetiredTag* retired(const std::string& item) const;
    [[nodiscard]] const std::optional<SerialsRow>& serials() const { return serials_; }

    [[nodiscard]] static bool owns(std::string_view row_kind);
    Result<void> load(const StateRow& row);
    void add_rows(const std::string& edge, std::vector<StateRow>& rows) const;

 private:
    Result<void> apply_step(const Event& event, const TagData& data,
                            std::vector<StateRow>& changed);
    void retire(const Event& event, const TagData& data, std::vector<StateRow>& changed);
    void end_label(const Event& event, std::vector<StateRow>& changed);

    std::map<std::string, Label> labels_;
    std::map<std::string, RetiredTag> retired_;
    std::optional<SerialsRow> serials_;
};

/// Kinds of its state rows.
inline constexpr std::string_view kLabelRows = "label";
inline constexpr std::string_view kRetiredRows = "retired_tag";
inline constexpr std::string_view kSerialRows = "serials";

}  // namespace tally

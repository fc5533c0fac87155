// Answers that are more than one table, written for people.
#pragma once

#include <string>
#include <string_view>

#include "tools/tally/arguments.hpp"
#include "tools/tally/catalogue.hpp"
#include "tools/tally/sheet.hpp"

namespace tally::cli {

/// What stands in the place of an empty table or list.
std::string nothing_to_show(const Catalogue& say);

/// The answer as text for `-o table`.
Result<std::string> shown(const Invocation& invocation, std::string_view answer,
                          const Catalogue& say, Colour colour);

/// One line of a watch for people; empty where there is nothing to say.
std::string shown_event(std::string_view line);

/// The member `next` of an answer.
std::string next_of(std::string_view answer);

/// What an answer that is no success says: its kind, text and next, and the exit code.
struct Refusal {
    std::string kind, text, next;
    int exit_code = 1;
};
Refusal refusal_of(int status, std::string_view answer);

/// Whether a status or doctor answer says that somebody is needed.
bool is_degraded(std::string_view answer);

}  // namespace tally::cli

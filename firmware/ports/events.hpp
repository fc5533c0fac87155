// Port: what the program tells people about itself (logs, health), typed and cheap. Not the ledger.
#pragma once

#include <string>
#include <string_view>

namespace tally {

enum class Severity { debug, info, warning, error };

/// Lower-case name, as it stands in logs.
std::string_view to_string(Severity severity) noexcept;

/// Takes diagnostic events; must not block and never fails. Single-threaded.
class Events {
 public:
    virtual ~Events() = default;

    /// `source` names the component ("gate g1", "sync"); `text` is one sentence for a person.
    virtual void report(Severity severity, std::string_view source, std::string_view text) = 0;
};

}  // namespace tally

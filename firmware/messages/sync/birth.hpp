// What an edge says about itself: birth (retained, after each connect), the same each minute as a
// beat, and death (the will). docs/wire/birth.md
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/sha256.hpp"
#include "firmware/domain/ids.hpp"
#include "firmware/messages/sync/command.hpp"

namespace tally {

inline constexpr std::size_t kProbesMax = 32;
inline constexpr std::size_t kPastCommandsMax = 64;

/// The text form of a session number: 16 lower-case hex digits.
std::string session_text(std::uint64_t number);

/// One of the edge's own heads: the root over its first `seq` events.
struct HeadProbe {
    Seq seq;
    Digest head{};

    bool operator==(const HeadProbe&) const = default;
};

struct Birth {
    enum class Kind : std::uint8_t { birth, beat };

    Kind kind = Kind::birth;
    EdgeId edge;
    std::string session;  ///< random for each connection
    Epoch epoch;
    Seq seq;          ///< last event of the line, 0 where there is none
    Digest head{};    ///< root at seq
    Digest digest{};  ///< stock digest at seq
    Epoch cmd_epoch;
    Seq cmd_next;  ///< first command not yet committed here
    /// How far it came in the newest of the earlier epochs of commands, ascending; at most
    /// kPastCommandsMax. Tells a restored bridge which of its commands the edge has had.
    std::vector<CommandCursor> cmd_past = {};
    std::vector<HeadProbe> probes;  ///< at most kProbesMax; left out where empty
    std::int64_t t_ms = 0;

    bool operator==(const Birth&) const = default;
};

struct Death {
    EdgeId edge;
    std::string session;

    bool operator==(const Death&) const = default;
};

std::string encode(const Birth& birth);
std::string encode(const Death& death);

/// `malformed` for anything that encode() does not give.
Result<Birth> decode_birth(std::string_view text);
Result<Death> decode_death(std::string_view text);

}  // namespace tally

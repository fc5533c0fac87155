// Captured frames that an emulated reader sends as its own: real recordings as test input.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "firmware/base/bytes.hpp"
#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"
#include "sim/devices/llrp_reader/numbers.hpp"

namespace tally::sim::llrp {

/// One captured message, without its header.
struct PlayedFrame {
    Msg type = Msg::ro_access_report;
    std::uint8_t version = kVersion101;
    std::uint32_t id = 0;  ///< as captured; only kept in verbatim mode
    Bytes body;
};

struct Playlist {
    /// session: reports and events go out while a ROSpec is active, GET_READER_CAPABILITIES is
    /// answered with the captured answer, all else is the emulator. verbatim: the frames go out as
    /// they are right after connect, and nothing is answered.
    enum class Mode : std::uint8_t { session, verbatim };
    Mode mode = Mode::session;
    Duration gap = std::chrono::milliseconds(5);
    int rounds = 1;  ///< how often the frames are played; 0: for ever
    std::vector<PlayedFrame> frames;
    std::size_t at = 0;                 ///< the next one
    std::optional<Bytes> capabilities;  ///< captured response, what follows its LLRPStatus

    /// The frame at `at` is out; after the last round there are no frames.
    void advance();
};

/// Reads a file of raw LLRP frames, or a file or folder (with folders inside) of "<Message>-NNN
/// .bytes" payloads without header, whose type is in the file name. Sorted by path.
Result<Playlist> load_playlist(const std::filesystem::path& path, Playlist::Mode mode);

}  // namespace tally::sim::llrp

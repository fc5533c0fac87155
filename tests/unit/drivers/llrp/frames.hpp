// Frames for the LLRP tests: from hex, from the golden files, and the project's own transcript.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "drivers/llrp/codec.hpp"
#include "firmware/base/bytes.hpp"
#include "tests/support/testdata.hpp"

namespace tally::llrp::test {

inline Bytes hex(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c != ' ') {
            digits += c;
        }
    }
    Bytes bytes;
    REQUIRE(from_hex(digits, bytes));
    return bytes;
}

/// Cuts a file of concatenated frames; fails the test if it is not exactly that.
inline std::vector<Bytes> frames_in(std::string_view contents) {
    std::vector<Bytes> frames;
    FrameReader reader;
    reader.feed(as_bytes(contents));
    for (;;) {
        const auto frame = reader.next();
        REQUIRE(frame);
        if (!frame->has_value()) {
            break;
        }
        frames.push_back(frame_bytes(**frame));
    }
    REQUIRE(reader.pending() == 0);
    return frames;
}

/// What gzip -dc writes for a file.
inline std::string gunzipped(const std::filesystem::path& path) {
    const std::string command = "gzip -dc '" + path.string() + "'";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    REQUIRE(pipe);
    std::string contents;
    std::vector<char> block(1 << 16);
    for (std::size_t got = 0; (got = fread(block.data(), 1, block.size(), pipe.get())) > 0;) {
        contents.append(block.data(), got);
    }
    return contents;
}

inline Message decoded(ByteView bytes) {
    const auto frame = parse_frame(bytes);
    REQUIRE(frame);
    auto message = decode(*frame);
    INFO(to_hex(bytes.first(std::min<std::size_t>(bytes.size(), 200))));
    if (!message) {
        FAIL(message.error().text);
    }
    return *message;
}

}  // namespace tally::llrp::test

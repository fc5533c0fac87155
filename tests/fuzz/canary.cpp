// A planted crash, five compared bytes deep: the fuzzer must reach it within seconds, or all the
// targets that find nothing prove nothing.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static constexpr std::string_view kSong = "TALLY";
    std::size_t matched = 0;
    while (matched < kSong.size() && matched < size &&
           data[matched] == static_cast<std::uint8_t>(kSong[matched])) {
        ++matched;
    }
    if (matched == kSong.size()) {
        std::fputs("canary: the planted crash was reached\n", stderr);
        std::abort();
    }
    return 0;
}

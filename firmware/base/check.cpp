#include "firmware/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace tally {

void check_failed(const char* expression, const char* file, int line, const char* why) noexcept {
    std::fprintf(stderr, "tallyman: internal error: %s (%s, at %s:%d)\n", why, expression, file,
                 line);
    std::abort();
}

}  // namespace tally

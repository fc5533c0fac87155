#include "firmware/host/box/box_facts.hpp"

#include <sys/timex.h>
#include <system_error>

namespace tally::host {

namespace {

std::uint64_t size_of(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    return error ? 0 : size;
}

BoxFacts::ClockSync clock_sync() {
    timex state{};
    const int status = ::adjtimex(&state);  // Reading needs no rights.
    if (status < 0) {
        return BoxFacts::ClockSync::unknown;
    }
    const bool free_running = status == TIME_ERROR || (state.status & STA_UNSYNC) != 0;
    return free_running ? BoxFacts::ClockSync::free_running : BoxFacts::ClockSync::synchronised;
}

}  // namespace

BoxFacts look_at_box(const std::filesystem::path& database) {
    BoxFacts facts;
    facts.database = database.string();
    facts.file_bytes = size_of(database);
    facts.log_bytes = size_of(database.string() + "-wal");
    std::error_code error;
    const auto folder = std::filesystem::absolute(database, error).parent_path();
    const auto space = std::filesystem::space(folder, error);
    if (!error) {
        facts.disk_free_bytes = space.available;
        facts.disk_size_bytes = space.capacity;
    }
    facts.clock = clock_sync();
    return facts;
}

}  // namespace tally::host

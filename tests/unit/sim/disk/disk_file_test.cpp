// What a power cut leaves of one file, write by write.
#include "sim/disk/disk_file.hpp"

#include <set>
#include <string>

#include <catch2/catch.hpp>

using namespace tally;
using sim::DiskFile;
using sim::DiskOptions;

namespace {

constexpr MonoTime kNow{1'000};
constexpr std::size_t kSector = 512;

Bytes filled(std::size_t size, char with) {
    return Bytes(size, static_cast<std::uint8_t>(with));
}

std::string text_of(const DiskFile& file) {
    return std::string(as_text(file.cached()));
}

/// A file that holds sectors of "a" for good, and then what `change` does.
template <typename Change>
DiskFile base_and(std::size_t sectors, Change change) {
    DiskFile file;
    file.write(0, filled(sectors * kSector, 'a'), kNow);
    file.sync(kNow, kNow);
    change(file);
    return file;
}

/// Everything that a power cut may leave of it, over seeds.
std::set<std::string> fates(const DiskFile& file, const DiskOptions& options, MonoTime at = kNow) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        DiskFile copy = file;
        Prng prng(seed);
        copy.lose_power(at, prng, options);
        CHECK(copy.cached() == copy.durable());
        CHECK(copy.unsynced() == 0);
        seen.insert(text_of(copy));
    }
    return seen;
}

std::string sectors(const std::string& letters) {
    std::string text;
    for (const char letter : letters) {
        text += std::string(kSector, letter);
    }
    return text;
}

DiskOptions any_order() {
    DiskOptions options;
    options.ordered_ppm = 0;
    options.zeros_ppm = 0;
    return options;
}

}  // namespace

TEST_CASE("readers see what was written, and a synced file survives whole") {
    DiskFile file = base_and(2, [](DiskFile& it) {
        it.write(kSector, filled(kSector, 'b'), kNow);
        it.sync(kNow, kNow);
    });
    CHECK(text_of(file) == sectors("ab"));
    CHECK(fates(file, {}) == std::set<std::string>{sectors("ab")});
    Bytes some(4);
    CHECK(file.read(2 * kSector - 2, some) == 2);
    CHECK(file.read(5'000, some) == 0);
}

TEST_CASE("an unsynced write of three sectors is kept, lost, or torn in every way") {
    const DiskFile file =
        base_and(3, [](DiskFile& it) { it.write(0, filled(3 * kSector, 'b'), kNow); });
    std::set<std::string> all;
    for (const char* letters : {"aaa", "aab", "aba", "abb", "baa", "bab", "bba", "bbb"}) {
        all.insert(sectors(letters));
    }
    CHECK(fates(file, any_order()) == all);
}

TEST_CASE("in any order a later write survives an earlier one; in order it never does") {
    const DiskFile file = base_and(3, [](DiskFile& it) {
        it.write(0, filled(kSector, 'b'), kNow);
        it.write(2 * kSector, filled(kSector, 'c'), kNow);
    });
    CHECK(fates(file, any_order()) ==
          std::set<std::string>{sectors("aaa"), sectors("baa"), sectors("aac"), sectors("bac")});
    DiskOptions in_order;
    in_order.ordered_ppm = 1'000'000;
    CHECK(fates(file, in_order) ==
          std::set<std::string>{sectors("aaa"), sectors("baa"), sectors("bac")});
}

TEST_CASE("what stands beside a write in its sector is not hurt") {
    const DiskFile file = base_and(1, [](DiskFile& it) { it.write(100, filled(10, 'b'), kNow); });
    const std::string before(kSector, 'a');
    std::string after = before;
    after.replace(100, 10, std::string(10, 'b'));
    CHECK(fates(file, any_order()) == std::set<std::string>{before, after});
}

TEST_CASE("a length may grow without its bytes, and a cut may be lost") {
    const DiskFile grown =
        base_and(1, [](DiskFile& it) { it.write(kSector, filled(5, 'b'), kNow); });
    DiskOptions options = any_order();
    options.lost_ppm = 1'000'000;
    options.zeros_ppm = 500'000;
    CHECK(fates(grown, options) ==
          std::set<std::string>{sectors("a"), sectors("a") + std::string(5, '\0')});
    const DiskFile cut = base_and(2, [](DiskFile& it) { it.resize(kSector, kNow); });
    CHECK(text_of(cut) == sectors("a"));
    CHECK(fates(cut, any_order()) == std::set<std::string>{sectors("aa"), sectors("a")});
}

TEST_CASE("a sync that still runs has made nothing durable, and what waits for it never was") {
    const MonoTime done{kNow.ns + 500};
    const DiskFile file = base_and(1, [&](DiskFile& it) {
        it.write(0, filled(kSector, 'b'), kNow);
        it.sync(kNow, done);
        it.write(0, filled(kSector, 'c'), done);
    });
    CHECK(fates(file, any_order(), MonoTime{done.ns - 1}) ==
          std::set<std::string>{sectors("a"), sectors("b")});
    CHECK(fates(file, any_order(), done) == std::set<std::string>{sectors("b"), sectors("c")});
    for (const MonoTime ended : {MonoTime{done.ns - 1}, done}) {
        DiskFile killed = file;
        killed.end_process(ended);
        CHECK(text_of(killed) == sectors(ended < done ? "b" : "c"));
    }
}

TEST_CASE("a sync that is done holds although one of a process that died still runs before it") {
    const DiskFile file = base_and(1, [&](DiskFile& it) {
        it.write(0, filled(kSector, 'b'), kNow);
        it.sync(kNow, MonoTime{kNow.ns + 900});
        it.end_process(kNow);
        it.write(0, filled(kSector, 'c'), MonoTime{kNow.ns + 10});
        it.sync(MonoTime{kNow.ns + 10}, MonoTime{kNow.ns + 20});
    });
    CHECK(fates(file, any_order(), MonoTime{kNow.ns + 20}) == std::set<std::string>{sectors("c")});
}

TEST_CASE("what a failed sync should have written is lost, whatever is synced later") {
    for (const auto cache : {DiskFile::Cache::keeps, DiskFile::Cache::forgets}) {
        const DiskFile file = base_and(2, [&](DiskFile& it) {
            it.write(0, filled(kSector, 'b'), kNow);
            it.sync_failed(kNow, cache);
            it.write(kSector, filled(kSector, 'c'), kNow);
            it.sync(kNow, kNow);
        });
        CHECK(text_of(file) == sectors(cache == DiskFile::Cache::keeps ? "bc" : "ac"));
        CHECK(fates(file, any_order()) == std::set<std::string>{sectors("ac")});
    }
}

TEST_CASE("rot turns one bit, for readers and for good") {
    DiskFile file = base_and(1, [](DiskFile&) {});
    file.rot(8 * 3 + 1);
    std::string expected = sectors("a");
    expected[3] = 'a' ^ 2;
    CHECK(text_of(file) == expected);
    CHECK(as_text(file.durable()) == expected);
    DiskFile empty;
    empty.rot(7);
    CHECK(empty.size() == 0);
}

// Names, room, errors, crash points and copies of a simulated disk.
#include "sim/disk/sim_disk.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace tally;
using sim::DiskOptions;
using sim::DiskOutcome;
using sim::SimDisk;

namespace {

struct Bench {
    explicit Bench(DiskOptions options = {}, std::uint64_t seed = 1)
        : disk(Prng(seed), options, [this] { return now; }) {}

    SimDisk::FileId put(const std::string& name, const std::string& text) {
        const auto id = disk.create(name);
        REQUIRE(id);
        REQUIRE(disk.write(*id, 0, as_bytes(text)) == DiskOutcome::done);
        return *id;
    }
    std::string names() {
        std::string all;
        for (const auto& [name, bytes] : disk.image()) {
            all += name + "=" + std::string(as_text(bytes)) + " ";
        }
        return all;
    }

    MonoTime now{5'000};
    SimDisk disk;
};

}  // namespace

TEST_CASE("a name survives a power cut once the folder was synced, and bytes once the file was") {
    std::set<std::string> unsynced;
    std::set<std::string> synced;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Bench bench({}, seed);
        const auto id = bench.put("a", "x");
        REQUIRE(bench.disk.sync_file(id) == DiskOutcome::done);
        bench.disk.cut_power();
        unsynced.insert(bench.names());

        Bench other({}, seed);
        const auto kept = other.put("a", "x");
        REQUIRE(other.disk.sync_file(kept) == DiskOutcome::done);
        REQUIRE(other.disk.sync_folder() == DiskOutcome::done);
        other.disk.cut_power();
        synced.insert(other.names());
    }
    CHECK(unsynced == std::set<std::string>{"", "a=x "});
    CHECK(synced == std::set<std::string>{"a=x "});
}

TEST_CASE("changes of names survive in order, and a rename whole or not at all") {
    std::set<std::string> seen;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        Bench bench({}, seed);
        const auto old = bench.put("copy", "old");
        REQUIRE(bench.disk.sync_file(old) == DiskOutcome::done);
        const auto fresh = bench.put("part", "new");
        REQUIRE(bench.disk.sync_file(fresh) == DiskOutcome::done);
        REQUIRE(bench.disk.sync_folder() == DiskOutcome::done);
        REQUIRE(bench.disk.unlink("copy") == DiskOutcome::done);
        DiskOptions deaf;
        deaf.sync_truth = sim::SyncTruth::lies;  // the rename's own sync of the folder is lost
        bench.disk.set_options(deaf);
        REQUIRE(bench.disk.rename("part", "copy"));
        CHECK(bench.names() == "copy=new ");
        bench.disk.cut_power();
        seen.insert(bench.names());
    }
    CHECK(seen == std::set<std::string>{"copy=old part=new ", "part=new ", "copy=new "});
}

TEST_CASE("a process that dies loses nothing it wrote, and its handles are dead") {
    Bench bench;
    bench.put("a", "written");
    const std::uint64_t life = bench.disk.life();
    bench.disk.kill_process();
    CHECK(bench.disk.life() == life + 1);
    CHECK(bench.names() == "a=written ");
}

TEST_CASE("a full disk takes what fits and says so; room made by a removal is used again") {
    DiskOptions options;
    options.capacity_bytes = 10;
    Bench bench(options);
    const auto id = bench.put("a", "12345678");
    CHECK(bench.disk.write(id, 8, as_bytes("9ab")) == DiskOutcome::full);
    CHECK(bench.names() == "a=123456789a ");
    CHECK(bench.disk.write(id, 0, as_bytes("overwrite!")) == DiskOutcome::done);
    CHECK(bench.disk.resize(id, 11) == DiskOutcome::full);
    CHECK(bench.disk.resize(id, 4) == DiskOutcome::done);
    CHECK(bench.disk.used_bytes() == 4);
    const auto other = bench.put("b", "123456");
    CHECK(bench.disk.write(other, 6, as_bytes("7")) == DiskOutcome::full);
    bench.disk.closed(id, bench.disk.life());
    REQUIRE(bench.disk.unlink("a") == DiskOutcome::done);
    REQUIRE(bench.disk.sync_folder() == DiskOutcome::done);
    CHECK(bench.disk.write(other, 6, as_bytes("7")) == DiskOutcome::done);
    CHECK(bench.disk.unlink("a") == DiskOutcome::missing);
}

TEST_CASE("errors come by chance where options say so, and are counted") {
    DiskOptions options;
    options.read_error_ppm = 300'000;
    options.write_error_ppm = 300'000;
    options.sync_error_ppm = 300'000;
    Bench bench(options);
    const auto id = bench.disk.create("a");
    REQUIRE(id);
    int failed = 0;
    Bytes room(1);
    std::size_t got = 0;
    for (int i = 0; i < 300; ++i) {
        failed += bench.disk.write(*id, 0, as_bytes("x")) == DiskOutcome::failed ? 1 : 0;
        failed += bench.disk.read(*id, 0, room, got) == DiskOutcome::failed ? 1 : 0;
        failed += bench.disk.sync_file(*id) == DiskOutcome::failed ? 1 : 0;
    }
    CHECK(failed > 150);
    CHECK(failed < 450);
    CHECK(bench.disk.counts().errors == static_cast<std::uint64_t>(failed));
}

TEST_CASE("from its crash point on nothing is done, until the process has ended") {
    Bench bench;
    int told = 0;
    bench.disk.crash_before(3, [&told] { ++told; });
    const auto id = bench.put("a", "x");  // changes 1 and 2
    CHECK(bench.disk.running());
    CHECK(bench.disk.sync_file(id) == DiskOutcome::failed);  // change 3
    CHECK(told == 1);
    CHECK_FALSE(bench.disk.running());
    CHECK(bench.disk.write(id, 0, as_bytes("y")) == DiskOutcome::failed);
    CHECK_FALSE(bench.disk.create("b"));
    CHECK_FALSE(bench.disk.find("a"));
    CHECK(bench.disk.unlink("a") == DiskOutcome::failed);
    bench.disk.kill_process();
    CHECK(bench.disk.running());
    CHECK(bench.names() == "a=x ");
    CHECK(told == 1);
}

TEST_CASE("a slow sync keeps the disk busy, and what was synced is safe when it is done") {
    DiskOptions options;
    options.sync_min = std::chrono::milliseconds(3);
    options.sync_max = std::chrono::milliseconds(3);
    options.lost_ppm = 1'000'000;
    options.ordered_ppm = 0;
    options.zeros_ppm = 0;
    for (const bool in_time : {false, true}) {
        Bench bench(options);
        const auto id = bench.put("a", "x");
        REQUIRE(bench.disk.sync_folder() == DiskOutcome::done);
        REQUIRE(bench.disk.sync_file(id) == DiskOutcome::done);
        CHECK(bench.disk.busy_for() == std::chrono::milliseconds(6));
        bench.now = bench.now + std::chrono::milliseconds(in_time ? 6 : 5);
        bench.disk.cut_power();
        CHECK(bench.names() == (in_time ? "a=x " : "a= "));
        CHECK(bench.disk.busy_for() == Duration(0));
    }
}

TEST_CASE("a copy of a disk holds every file, and another disk is put in whole") {
    Bench bench;
    bench.put("a", "1");
    bench.put("b", "2");
    const sim::DiskImage copy = bench.disk.image();
    bench.put("c", "3");
    bench.disk.kill_process();
    bench.disk.insert(copy);
    CHECK(bench.names() == "a=1 b=2 ");
    bench.disk.cut_power();
    CHECK(bench.names() == "a=1 b=2 ");
    CHECK(bench.disk.used_bytes() == 2);
}

TEST_CASE("rot is drawn, and finds nothing in a file that is empty or not there") {
    Bench bench;
    bench.put("a", "12345678");
    CHECK(bench.disk.rot("a"));
    CHECK(bench.names() != "a=12345678 ");
    bench.put("b", "");
    CHECK_FALSE(bench.disk.rot("b"));
    CHECK_FALSE(bench.disk.rot("c"));
}

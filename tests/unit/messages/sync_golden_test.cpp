// The wire, byte for byte: tests/golden/wire/*.json. A change there is a change of the contract
// between boxes of different versions; TALLY_UPDATE_GOLDEN=1 rewrites the files for review.
#include <cstdlib>
#include <fstream>

#include <catch2/catch.hpp>

#include "firmware/messages/canonical_json.hpp"
#include "tests/support/data_samples.hpp"
#include "tests/support/places.hpp"
#include "tests/support/testdata.hpp"

using namespace tally;

namespace {

bool updating() {
    const char* update = std::getenv("TALLY_UPDATE_GOLDEN");
    return update != nullptr && std::string(update) == "1";
}

const std::filesystem::path kFolder =
    std::filesystem::path(test::source_dir()) / "tests/golden/wire";

}  // namespace

TEST_CASE("every message, record and kind of data has exactly its golden text and comes back") {
    for (const test::SyncSample& sample : test::all_samples()) {
        INFO(sample.name);
        const std::filesystem::path path = kFolder / (sample.name + ".json");
        if (updating()) {
            std::ofstream(path, std::ios::binary) << sample.text << '\n';
        }
        CHECK(test::read_file(path) == sample.text + "\n");
        CHECK(is_canonical(sample.text));
        const auto again = sample.recode(sample.text);
        INFO((again ? std::string() : again.error().text));
        REQUIRE(again);
        CHECK(*again == sample.text);
    }
}

TEST_CASE("no kind of record, type of event or golden file is left out") {
    std::set<std::string> names;
    std::set<std::string> kinds;
    for (const test::SyncSample& sample : test::all_samples()) {
        CHECK(names.insert(sample.name).second);
        if (const auto record = decode_master_record(sample.text)) {
            kinds.insert(std::string(kind_of(*record)));
        }
    }
    CHECK(kinds.size() == std::variant_size_v<MasterRecord>);
    for (int i = 0; i <= static_cast<int>(EventType::task_changed); ++i) {
        const auto type = static_cast<EventType>(i);
        const std::string name = test::data_sample_of(type);
        INFO(to_string(type));
        CHECK((name.empty() || names.contains(name)));
    }
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
        files.insert(entry.path().stem().string());
    }
    CHECK(files == names);
}

TEST_CASE("the values of a birth and of an ack survive the wire, with and without the optional") {
    CHECK(*decode_birth(encode(test::sample_birth())) == test::sample_birth());
    CHECK(*decode_birth(encode(test::sample_beat())) == test::sample_beat());
    CHECK(*decode_ack(encode(test::sample_ack())) == test::sample_ack());
    Ack least = test::sample_ack();
    least.common.reset();
    least.probe.clear();
    least.stock = Ack::Stock::ok;
    least.epoch = Epoch(~std::uint64_t{0});
    CHECK(*decode_ack(encode(least)) == least);
}

TEST_CASE("a delta gives its events verbatim and decoded") {
    const std::string text = test::sample_delta();
    const auto delta = decode_delta(text);
    REQUIRE(delta);
    const auto events = test::sample_events();
    REQUIRE(delta->canonical.size() == 2);
    CHECK(delta->canonical[0] == events[0]);
    CHECK(delta->canonical[1] == events[1]);
    CHECK(delta->canonical[0].data() > text.data());
    CHECK(delta->events[0] == test::full_event());
    CHECK(delta->header.first_seq == Seq(4711));
    CHECK(delta->header.sent_ms == 1'763'900'000'150);
    CHECK(delta->header.prev_head == test::sample_digest("before"));
}

TEST_CASE("a command gives its text verbatim and decoded, and names itself") {
    const std::string text = test::sample_commands();
    const auto down = decode_down(text);
    REQUIRE(down);
    const auto& batch = std::get<CommandBatch>(*down);
    REQUIRE(batch.commands.size() == 2);
    CHECK(batch.commands[0].type == "expect");
    CHECK(command_ref(batch.commands[1]) == "cmd:1:13");
    CHECK(*decode_command(batch.canonical[0]) == batch.commands[0]);
}

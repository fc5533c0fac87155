#include <catch2/catch.hpp>

#include "tests/support/sync_samples.hpp"

using namespace tally;

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a session is sixteen lower-case hex digits") {
    CHECK(session_text(0) == "0000000000000000");
    CHECK(session_text(0xFEDCBA9876543210) == "fedcba9876543210");
}

TEST_CASE("a delta whose events do not follow each other is refused by name") {
    const std::string good = test::sample_delta();
    const std::tuple<const char*, const char*, const char*> table[] = {
        {"\"first_seq\":4711", "\"first_seq\":4710", "event back:2:4711 stands where back:2:4710"},
        {"\"seq\":4712", "\"seq\":4713", "event back:2:4713 stands where back:2:4712"},
        {"\"edge\":\"back\",\"epoch\":2,\"events\"", "\"edge\":\"shop\",\"epoch\":2,\"events\"",
         "stands where shop:2:4711"},
        {"\"epoch\":2,\"events\"", "\"epoch\":3,\"events\"", "stands where back:3:4711"},
        {"\"n\":2,\"prev", "\"n\":3,\"prev", "key 'n'"},
        {"\"type\":\"sighted\"", "\"type\":\"sightes\"", "delta: event 4712: event: key 'type'"},
        {",\"v\":1}]", ",\"v\":2}]", "version 2"},
        {"\"session\":\"00c0", "\"session\":\"00C0", "key 'session'"},
        {"\"head\":\"", "\"head\":\"A", "key 'head'"},
    };
    for (const auto& [from, to, expected] : table) {
        const auto delta = decode_delta(replaced(good, from, to));
        INFO(to);
        REQUIRE_FALSE(delta);
        CHECK_THAT(delta.error().text, Catch::Contains(expected));
    }
}

TEST_CASE("a batch ends at 256 rows or 64 KiB, and one row always fits") {
    const std::string small(100, 'x');
    const std::vector<std::string_view> many(400, small);
    CHECK(batch_size(many) == kBatchRowsMax);
    const std::string big(20'000, 'x');
    const std::vector<std::string_view> few(10, big);
    CHECK(batch_size(few) == 3);
    const std::string huge(100'000, 'x');
    const std::vector<std::string_view> one(2, huge);
    CHECK(batch_size(one) == 1);
    CHECK(batch_size({}) == 0);
}

TEST_CASE("a full batch of largest headers stays within 64 KiB") {
    Event event = test::full_event();
    event.evidence = R"({"a":")" + std::string(500, 'x') + R"("})";
    std::vector<std::string> texts;
    for (std::uint64_t i = 0; i < kBatchRowsMax; ++i) {
        event.seq = Seq((std::uint64_t{1} << 53) - 1 - kBatchRowsMax + i);
        texts.push_back(*encode_event(event));
    }
    std::vector<std::string_view> views(texts.begin(), texts.end());
    views.resize(batch_size(views));
    const DeltaHeader header{.edge = EdgeId(std::string(160, 'e')),
                             .session = session_text(1),
                             .epoch = Epoch(~std::uint64_t{0}),
                             .first_seq = Seq(~std::uint64_t{0}),
                             .cmd_epoch = Epoch(~std::uint64_t{0}),
                             .cmd_next = Seq(~std::uint64_t{0}),
                             .sent_ms = -(std::int64_t{1} << 52)};
    CHECK(views.size() > 40);
    CHECK(encode_delta(header, views).size() <= kBatchBytesMax);
}

TEST_CASE("commands out of order, of another kind or with bad data are refused") {
    const std::string good = test::sample_commands();
    CHECK_FALSE(decode_down(replaced(good, "\"first_seq\":12", "\"first_seq\":11")));
    CHECK_FALSE(decode_down(replaced(good, "\"seq\":13", "\"seq\":14")));
    CHECK_FALSE(decode_down(replaced(good, "\"n\":2", "\"n\":1")));
    CHECK_FALSE(decode_down(replaced(good, "\"kind\":\"commands\"", "\"kind\":\"orders\"")));
    CHECK_FALSE(decode_down("{}"));
    Command command{.edge = EdgeId("e"),
                    .epoch = Epoch(1),
                    .seq = Seq(1),
                    .actor = "user:x",
                    .type = "t",
                    .data = "[]"};
    CHECK_FALSE(encode_command(command));
    command.data.clear();
    CHECK(encode_command(command));
    command.actor.clear();
    CHECK_FALSE(encode_command(command));
}

TEST_CASE("a birth with empty or too many probes is refused") {
    const std::string good = encode(test::sample_beat());
    CHECK_FALSE(decode_birth(replaced(good, "\"seq\"", "\"probes\":[],\"seq\"")));
    std::string many = "\"probes\":[";
    for (int i = 0; i < 33; ++i) {
        many +=
            std::string(i > 0 ? "," : "") + "{\"head\":\"" + std::string(64, '0') + "\",\"seq\":1}";
    }
    CHECK_FALSE(decode_birth(replaced(good, "\"seq\"", many + "],\"seq\"")));
    CHECK_FALSE(decode_birth(replaced(good, "\"beat\"", "\"bert\"")));
}

namespace {

struct Chunked {
    Book book;
    SnapshotHeader header;
    std::vector<std::string> texts;
};

Chunked three_chunks() {
    Chunked result;
    BookChange change;
    for (std::uint64_t i = 1; i <= 1'500; ++i) {
        REQUIRE(result.book.apply(
            test::moved({.item = "3034257BF7194E40" + std::to_string(10'000'000 + i),
                         .sku = "tea-500",
                         .from = "SUPPLIER",
                         .to = "dock",
                         .seq = i}),
            change));
    }
    result.header = test::sample_snapshot_header(result.book);
    result.texts = encode_snapshot(result.header, result.book);
    return result;
}

}  // namespace

TEST_CASE("a snapshot in chunks is put together to the same stock, also with repeated chunks") {
    Chunked sent = three_chunks();
    REQUIRE(sent.texts.size() >= 2);
    SnapshotAssembly assembly;
    for (std::size_t i = 0; i < sent.texts.size(); ++i) {
        CHECK(sent.texts[i].size() <= kBatchBytesMax);
        const auto chunk = decode_snapshot(sent.texts[i]);
        REQUIRE(chunk);
        const bool last = i + 1 == sent.texts.size();
        const auto progress = assembly.add(*chunk);
        REQUIRE(progress);
        CHECK((*progress == SnapshotAssembly::Progress::complete) == last);
        if (!last) {
            CHECK(*assembly.add(*chunk) == SnapshotAssembly::Progress::incomplete);
        }
    }
    CHECK(assembly.header() == sent.header);
    Book book = assembly.take();
    CHECK(book.digest() == sent.book.digest());
    CHECK(book.items() == sent.book.items());
    CHECK(assembly.take().item_count() == 0);
}

TEST_CASE("a snapshot with a missing chunk, a changed row or a wrong digest is not taken") {
    const Chunked sent = three_chunks();
    SnapshotAssembly assembly;
    CHECK(assembly.add(*decode_snapshot(sent.texts[1])).error().kind == ErrorKind::conflict);

    const std::string row = replaced(sent.texts[0], "10000002\"", "10000001\"");
    CHECK(assembly.add(*decode_snapshot(row)).error().kind == ErrorKind::corrupt);

    Book book = test::sample_book();
    SnapshotHeader header = test::sample_snapshot_header(book);
    header.digest[0] ^= 1;
    const std::string text = encode_snapshot(header, book).front();
    const auto progress = assembly.add(*decode_snapshot(text));
    CHECK(progress.error().kind == ErrorKind::corrupt);
    CHECK_THAT(progress.error().text, Catch::Contains("digest"));
}

TEST_CASE("a new snapshot replaces one that was never finished, and an empty stock is one chunk") {
    const Chunked sent = three_chunks();
    SnapshotAssembly assembly;
    REQUIRE(assembly.add(*decode_snapshot(sent.texts[0])));
    const std::string other = test::sample_snapshot();
    CHECK(*assembly.add(*decode_snapshot(other)) == SnapshotAssembly::Progress::complete);
    CHECK(assembly.take().item_count() == 2);
    Book empty;
    const auto texts = encode_snapshot(test::sample_snapshot_header(empty), empty);
    REQUIRE(texts.size() == 1);
    CHECK(*assembly.add(*decode_snapshot(texts[0])) == SnapshotAssembly::Progress::complete);
}

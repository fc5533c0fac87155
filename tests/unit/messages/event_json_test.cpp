#include "firmware/messages/event_json.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "firmware/messages/canonical_json.hpp"
#include "tests/support/event_samples.hpp"

using namespace tally;

TEST_CASE("an event has exactly this text") {
    CHECK(
        *encode_event(test::full_event()) ==
        R"({"by":"device:g1","cause":"shop:1:99","custody":"bonded","custody_to":"free",)"
        R"("data":{"from_edge":"shop","note":"冷库\n2"},"edge":"back","epoch":2,)"
        R"("evidence":{"antenna":2,"device":"g1","first":1763900000000,"last":1763900000100,"n":7,"rssi_cdbm":-5450},)"
        R"("from":"IN_TRANSIT","item":"3034257BF7194E4000001A85","lot":"L2026-07",)"
        R"("parent":"3114257BF71952D3C0000000","qty":1000,"quality":"blocked","quality_to":"good",)"
        R"("raw_ref":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",)"
        R"("seq":4711,"sku":"tea-500","t_ms":1763900000123,"to":"cold room 2","type":"received","v":1})");
    CHECK(*encode_event(test::least_event()) ==
          R"({"by":"rule:x","edge":"e","epoch":1,"seq":1,"t_ms":0,"type":"sighted","v":1})");
}

TEST_CASE("any event that may enter a ledger comes back equal from its text") {
    Prng prng(20'260'901);
    for (int i = 0; i < 2'000; ++i) {
        const Event event = test::random_event(prng);
        const auto text = encode_event(event);
        REQUIRE(text);
        REQUIRE(is_canonical(*text));
        const auto back = decode_event(*text);
        REQUIRE(back);
        REQUIRE(*back == event);
    }
}

TEST_CASE("an event of a wrong form is refused by the encoder and leaves nothing behind") {
    using Break = std::function<void(Event&)>;
    const std::pair<const char*, Break> table[] = {
        {"key 'sku'", [](Event& e) { e.lot = LotId(); }},
        {"key 'sku'", [](Event& e) { e.from = PlaceId(); }},
        {"key 'qty'", [](Event& e) { e.qty.milli = -1; }},
        {"key 'qty'", [](Event& e) { e.qty.milli = std::int64_t{1} << 53; }},
        {"key 'custody'", [](Event& e) { e.custody.clear(); }},
        {"key 'custody_to'", [](Event& e) { e.custody_to = e.custody; }},
        {"key 'seq'", [](Event& e) { e.seq = Seq(); }},
        {"key 'seq'", [](Event& e) { e.epoch = Epoch(); }},
        {"key 'seq'", [](Event& e) { e.edge = EdgeId(); }},
        {"key 't_ms'", [](Event& e) { e.t_ms = std::int64_t{1} << 60; }},
        {"key 'by'", [](Event& e) { e.by.clear(); }},
        {"key 'item'", [](Event& e) { e.item = ItemId("30\"34"); }},
        {"key 'to'", [](Event& e) { e.to = PlaceId("\xE4\xBB\x93"); }},
        {"key 'cause'", [](Event& e) { e.cause = std::string(161, 'x'); }},
        {"key 'evidence'", [](Event& e) { e.evidence = "{\"a\": 1}"; }},
        {"key 'evidence'", [](Event& e) { e.evidence = "[]"; }},
        {"key 'evidence'",
         [](Event& e) { e.evidence = "{\"a\":\"" + std::string(505, 'x') + "\"}"; }},
        {"key 'data'", [](Event& e) { e.data = "{"; }},
        {"key 'data'", [](Event& e) { e.data = "{\"a\":\"" + std::string(33'000, 'x') + "\"}"; }},
        {"key 'to'",
         [](Event& e) {
             e.to = e.from;
             e.custody_to.clear();
             e.quality_to.clear();
         }},
    };
    for (const auto& [key, change] : table) {
        Event event = test::full_event();
        change(event);
        std::string out = "kept";
        const auto result = append_event(out, event);
        INFO(key);
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == ErrorKind::malformed);
        CHECK_THAT(result.error().text, Catch::Contains(key));
        CHECK(out == "kept");
    }
}

TEST_CASE("text that is not the one text of an event is refused with its key") {
    const std::string good = *encode_event(test::least_event());
    const auto with = [&good](std::string_view from, std::string_view to) {
        std::string text = good;
        text.replace(text.find(from), from.size(), to);
        return text;
    };
    const std::pair<std::string, const char*> table[] = {
        {with("\"epoch\":1,", ""), "key 'epoch' is missing"},
        {with("\"edge\"", "\"edgy\""), "key 'edge' is missing"},
        {with("\"edge\"", "\"custody\":\"free\",\"edge\""), "the default 'free'"},
        {with("\"edge\"", "\"cause\":\"\",\"edge\""), "key 'cause'"},
        {with("\"edge\"", "\"zz\":1,\"edge\""), "key 'edge' is missing"},
        {with("\"edge\"", "\"edge\":\"e\",\"edge\""), "repeats"},
        {with("\"seq\":1", "\"seq\":\"1\""), "key 'seq'"},
        {with("\"seq\":1", "\"seq\":1.0"), "comma"},
        {with("\"seq\":1", "\"seq\": 1"), "key 'seq'"},
        {with("\"seq\":1", "\"qty\":0,\"seq\":1"), "key 'qty'"},
        {with("sighted", "teleported"), "key 'type'"},
        {with("rule:x", "rule\\u0041"), "key 'by'"},
        {with("\"epoch\":1", "\"epoch\":1,\"evidence\":{\"a\":\"" + std::string(505, 'x') + "\"}"),
         "at most 512 bytes"},
    };
    for (const auto& [text, expected] : table) {
        INFO(text);
        const auto event = decode_event(text);
        REQUIRE_FALSE(event);
        CHECK(event.error().kind == ErrorKind::malformed);
        CHECK_THAT(event.error().text, Catch::Contains(expected));
    }
    CHECK(decode_event(with("\"v\":1", "\"v\":2")).error().kind == ErrorKind::unsupported);
}

TEST_CASE("no prefix and no flipped bit of an event decodes to something with another text") {
    const std::string good = *encode_event(test::full_event());
    for (std::size_t size = 0; size < good.size(); ++size) {
        REQUIRE_FALSE(decode_event(std::string_view(good).substr(0, size)));
    }
    std::size_t decoded = 0;
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        std::string text = good;
        text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
        if (const auto event = decode_event(text)) {
            ++decoded;
            REQUIRE(*encode_event(*event) == text);
        }
    }
    CHECK(decoded > 0);
    CHECK(decoded < good.size() * 8);
}

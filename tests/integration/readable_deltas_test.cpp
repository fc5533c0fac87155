// What edge and bridge say to each other is readable by anybody: mosquitto_sub hears it, a plain
// JSON parser reads it, and the canonical bytes cut out of it hash to the heads that it names.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <openssl/sha.h>

#include "tests/integration/site/film.hpp"
#include "tests/integration/site/ledgers.hpp"
#include "tests/integration/site/live_site.hpp"

using namespace tally;
using namespace tally::test;

namespace {

using Json = nlohmann::json;

/// RFC 6962 written a second time, straight from its section 2.1, over OpenSSL.
std::string sha256_of(const std::string& bytes) {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
           reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

std::string tree_hash(const std::vector<std::string>& leaves, std::size_t begin, std::size_t end) {
    if (begin == end) {
        return sha256_of("");
    }
    if (end - begin == 1) {
        return sha256_of('\0' + leaves[begin]);
    }
    std::size_t half = 1;
    while (half * 2 < end - begin) {
        half *= 2;
    }
    return sha256_of('\1' + tree_hash(leaves, begin, begin + half) +
                     tree_hash(leaves, begin + half, end));
}

std::string head_of(const std::vector<std::string>& events, std::size_t count) {
    std::string hex;
    for (const char byte : tree_hash(events, 0, count)) {
        hex.push_back("0123456789abcdef"[static_cast<unsigned char>(byte) >> 4]);
        hex.push_back("0123456789abcdef"[byte & 15]);
    }
    return hex;
}

/// The events of a delta as they stand in its text: objects of the array, cut at matching braces.
std::vector<std::string> events_in(const std::string& delta) {
    std::vector<std::string> events;
    const std::size_t array = delta.find("\"events\":[");
    REQUIRE(array != std::string::npos);
    int depth = 0;
    bool in_text = false;
    std::size_t begin = 0;
    for (std::size_t i = array + 10; i < delta.size() && !(depth == 0 && delta[i] == ']'); ++i) {
        const char sign = delta[i];
        if (in_text) {
            in_text = sign != '"';
            i += sign == '\\' ? 1 : 0;
        } else if (sign == '"') {
            in_text = true;
        } else if (sign == '{' && depth++ == 0) {
            begin = i;
        } else if (sign == '}' && --depth == 0) {
            events.push_back(delta.substr(begin, i + 1 - begin));
        }
    }
    return events;
}

void check_delta(const std::string& payload, std::vector<std::string>& line) {
    const Json delta = Json::parse(payload);
    CHECK(delta.at("edge") == "back");
    REQUIRE(delta.at("first_seq").get<std::size_t>() <= line.size() + 1);
    line.resize(delta.at("first_seq").get<std::size_t>() - 1);  // sent again: the same place
    CHECK(delta.at("prev_head") == head_of(line, line.size()));
    const std::vector<std::string> texts = events_in(payload);
    REQUIRE(texts.size() == delta.at("events").size());
    CHECK(texts.size() == delta.at("n"));
    for (std::size_t i = 0; i < texts.size(); ++i) {
        INFO(texts[i]);
        CHECK(Json::parse(texts[i]) == delta.at("events")[i]);
        CHECK(delta.at("events")[i].at("seq") == line.size() + 1);
        line.push_back(texts[i]);
    }
    CHECK(delta.at("head") == head_of(line, line.size()));
}

}  // namespace

TEST_CASE("mosquitto_sub shows readable births, deltas and acks whose bytes hash to the heads") {
    LiveSite site(warehouse_plan());
    site.tap().start(site.broker().port(), WireTap::Keep::everything);
    write_film(site.folder() / "film.llrp", traffic({0, 20, 300}));
    site.start_readers({"--replay", "dock-reader=" + (site.folder() / "film.llrp").string(),
                        "--replay-gap-ms", "20"});
    import_master(site.config("back"), kFilmMaster);
    site.start_bridge();
    site.start_edge("back");
    REQUIRE(await(kPatience, [&] { return site.process("readers").has_said("playlist ended"); }));
    site.settle("back");
    site.stop("back");
    site.stop("bridge");

    std::vector<std::string> line;
    std::size_t births = 0, deltas = 0, acks = 0;
    for (const TappedMessage& message : site.tap().messages()) {
        INFO(message.topic << " " << message.payload.substr(0, 300));
        CHECK(message.topic.starts_with("tally/v1/pudong/"));
        if (message.edge() != "back") {
            continue;  // the bridge speaks to the edge that is not there, too
        }
        const Json json = Json::parse(message.payload);
        if (message.kind() == "birth") {
            ++births;
            CHECK(json.at("kind") == "birth");
            CHECK(json.at("session").get<std::string>().size() == 16);
        } else if (message.kind() == "delta") {
            ++deltas;
            check_delta(message.payload, line);
        } else if (message.kind() == "ack") {
            ++acks;
            const auto size = json.at("next_seq").get<std::size_t>() - 1;
            REQUIRE(size <= line.size());
            CHECK(json.at("head") == head_of(line, size));
        }
    }
    CHECK(births >= 1);
    CHECK(deltas >= 2);
    CHECK(acks >= deltas / 2);
    const LineCopy at_bridge = read_line(site.database("bridge"), host::StoreKind::bridge, "back");
    CHECK(at_bridge.rows.size() == line.size());
    CHECK(at_bridge.head == head_of(line, line.size()));
    CHECK(at_bridge.count("received") >= 15);
}

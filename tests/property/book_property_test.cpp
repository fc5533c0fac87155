// The book against a second, slow one (tests/support/stock_samples.hpp): random events, about half
// of which break a rule, must be taken or refused alike and leave the same rows; and whatever was
// taken must come back from a checkpoint, from rows and from the ledger's own text.
#include <catch2/catch.hpp>

#include "firmware/domain/stock/book.hpp"
#include "firmware/messages/checkpoint.hpp"
#include "firmware/messages/event_json.hpp"
#include "firmware/messages/stock_rows.hpp"
#include "tests/support/stock_samples.hpp"

using namespace tally;

namespace {

std::string lines(const std::vector<PositionView>& positions, const std::vector<ItemView>& items) {
    std::string out;
    for (const PositionView& row : positions) {
        append_row(out, row);
        out.push_back('\n');
    }
    for (const ItemView& row : items) {
        append_row(out, row);
        out.push_back('\n');
    }
    return out;
}

std::string lines(const Book& book) {
    return lines(book.positions(), book.items());
}

std::string lines(const test::ShadowBook& shadow) {
    std::vector<PositionView> positions;
    for (const auto& [key, milli] : shadow.quantities) {
        const auto& [place, sku, lot, custody, quality] = key;
        if (milli != 0) {
            positions.push_back({.place = place,
                                 .sku = sku,
                                 .lot = lot,
                                 .custody = custody,
                                 .quality = quality,
                                 .quantity = Quantity{milli}});
        }
    }
    std::vector<ItemView> items;
    for (const auto& [id, item] : shadow.items) {
        const auto& [place, sku, lot, custody, quality] = item.at;
        items.push_back({.item = id,
                         .place = place,
                         .sku = sku,
                         .lot = lot,
                         .custody = custody,
                         .quality = quality,
                         .parent = item.parent,
                         .seq = Seq(item.seq)});
    }
    return lines(positions, items);
}

Book from_rows(const Book& book) {
    Book loaded;
    for (const PositionView& row : book.positions()) {
        std::string text;
        append_row(text, row);
        REQUIRE(load_row(loaded, text));
    }
    for (const ItemView& row : book.items()) {
        std::string text;
        append_row(text, row);
        REQUIRE(load_row(loaded, text));
    }
    return loaded;
}

struct Run {
    Book book;
    test::ShadowBook shadow;
    std::vector<std::string> ledger;
    int refused = 0;
};

void step(Run& run, Prng& prng) {
    const Event event = test::random_move(prng, run.ledger.size() + 1);
    BookChange change;
    const bool allowed = run.book.check(event).has_value();
    const bool applied = run.book.apply(event, change).has_value();
    REQUIRE(allowed == applied);
    REQUIRE(run.shadow.apply(event) == applied);
    if (applied) {
        run.ledger.push_back(*encode_event(event));
    } else {
        REQUIRE(change.positions.empty());
        REQUIRE(change.items.empty());
        ++run.refused;
    }
}

}  // namespace

TEST_CASE("any events leave the book as the plain rules say, and it can be rebuilt three ways") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        Prng prng(seed);
        Run run;
        for (int i = 0; i < 200; ++i) {
            step(run, prng);
        }
        CHECK(run.refused > 20);
        CHECK(run.ledger.size() > 50);
        REQUIRE(run.book.verify());
        REQUIRE(lines(run.book) == lines(run.shadow));

        Book folded;
        BookChange change;
        for (const std::string& text : run.ledger) {
            REQUIRE(folded.apply(*decode_event(text), change));
        }
        auto restored = decode_checkpoint(encode_checkpoint(run.book));
        REQUIRE(restored);
        Book loaded = from_rows(run.book);
        const StockDigest digest = run.book.digest();
        CHECK(folded.digest() == digest);
        CHECK(restored->digest() == digest);
        CHECK(loaded.digest() == digest);
        CHECK(lines(*restored) == lines(run.book));
        CHECK(encode_checkpoint(*restored) == encode_checkpoint(run.book));

        // And it goes on alike from there.
        for (int i = 0; i < 50; ++i) {
            const Event event = test::random_move(prng, 1'000 + static_cast<std::uint64_t>(i));
            const bool taken = run.book.apply(event, change).has_value();
            REQUIRE(restored->apply(event, change).has_value() == taken);
            REQUIRE(loaded.apply(event, change).has_value() == taken);
        }
        CHECK(restored->digest() == run.book.digest());
        CHECK(loaded.digest() == run.book.digest());
    }
}

TEST_CASE("the changes told by apply are exactly the rows that changed") {
    for (std::uint64_t seed = 100; seed < 130; ++seed) {
        INFO("seed " << seed);
        Prng prng(seed);
        Book book;
        std::map<std::uint32_t, std::int64_t> told;
        for (std::uint64_t i = 1; i < 150; ++i) {
            const std::string before = lines(book);
            BookChange change;
            if (!book.apply(test::random_move(prng, i), change)) {
                REQUIRE(lines(book) == before);
                continue;
            }
            change.merge();
            for (const BookChange::Position& touched : change.positions) {
                told[touched.slot] += touched.delta.milli;
                REQUIRE(told[touched.slot] == touched.quantity.milli);
            }
        }
        for (std::uint32_t slot = 0; slot < book.position_count(); ++slot) {
            CHECK(told[slot] == book.position(slot).quantity.milli);
        }
    }
}

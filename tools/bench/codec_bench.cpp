#include "tools/bench/codec_bench.hpp"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "firmware/domain/ledger/merkle.hpp"
#include "firmware/domain/stock/book.hpp"
#include "firmware/messages/checkpoint.hpp"
#include "firmware/messages/event_json.hpp"
#include "firmware/messages/sync/delta.hpp"
#include "tools/bench/table.hpp"
#include "tools/bench/traffic.hpp"

namespace tally::bench {

namespace {

constexpr int kRuns = 7;
constexpr std::uint32_t kItems = 100'000;

std::vector<Event> events_of(std::size_t count) {
    Traffic traffic({.items = kItems});
    std::vector<Event> events;
    for (std::size_t i = 0; i < count; ++i) {
        events.push_back(traffic.next());
        events.back().edge = EdgeId("back");
        events.back().epoch = Epoch(1);
        events.back().seq = Seq(i + 1);
        events.back().t_ms = 1'790'000'000'000 + static_cast<std::int64_t>(i);
    }
    return events;
}

void print_text_costs(const std::vector<Event>& events, std::vector<std::string>& texts) {
    Table table("one ledger event (processor time; nlohmann/json measured in the same run)");
    std::vector<nlohmann::json> trees;
    for (const Event& event : events) {
        texts.push_back(encode_event(event).value_or(std::string()));
        trees.push_back(nlohmann::json::parse(texts.back()));
    }
    std::uint64_t sum = 0;
    const Sample dump = ns_per_piece(events.size(), kRuns, [&] {
        for (const auto& tree : trees) {
            sum += tree.dump().size();
        }
    });
    const Sample parse = ns_per_piece(events.size(), kRuns, [&] {
        for (const std::string& text : texts) {
            sum += nlohmann::json::parse(text).size();
        }
    });
    const Sample encoded = ns_per_piece(events.size(), kRuns, [&] {
        for (const Event& event : events) {
            sum += encode_event(event)->size();
        }
    });
    const Sample decoded = ns_per_piece(events.size(), kRuns, [&] {
        for (const std::string& text : texts) {
            sum += decode_event(text)->seq.value();
        }
    });
    TreeHead head;
    const Sample hashed = ns_per_piece(events.size(), kRuns, [&] {
        for (const std::string& text : texts) {
            head.append(leaf_hash(text));
        }
    });
    keep(sum + head.size());
    table.row("encode, checked", {encoded, "ns", 0}, peer("nlohmann dump", dump.median));
    table.row("decode, checked", {decoded, "ns", 0}, peer("nlohmann parse", parse.median));
    table.row("leaf hash and append to the head", {hashed, "ns", 0}, peer("recorded append", 833));
    table.row("length of its text", {sample_of({static_cast<double>(texts.front().size())}), "B"});
}

bool print_batch_costs(const std::vector<std::string>& texts) {
    Table table("a batch of deltas (processor time an event)");
    std::vector<std::string_view> views(texts.begin(), texts.begin() + kBatchRowsMax);
    views.resize(batch_size(views));
    DeltaHeader header;
    header.edge = EdgeId("back");
    header.session = "0123456789abcdef";
    header.epoch = Epoch(1);
    header.first_seq = Seq(1);
    header.cmd_epoch = Epoch(1);
    header.cmd_next = Seq(1);
    std::string message;
    const Sample encoded = ns_per_piece(views.size() * 20, kRuns, [&] {
        for (int i = 0; i < 20; ++i) {
            message = encode_delta(header, views);
        }
    });
    std::size_t events = 0;
    const Sample decoded = ns_per_piece(views.size() * 20, kRuns, [&] {
        for (int i = 0; i < 20; ++i) {
            const auto delta = decode_delta(message);
            events = delta ? delta->events.size() : 0;
        }
    });
    table.row("encode, " + std::to_string(views.size()) + " events", {encoded, "ns", 0});
    table.row("decode with its events", {decoded, "ns", 0});
    return events == views.size();
}

bool print_book_costs(const std::vector<Event>& events) {
    Table table("the book, 100,000 items held");
    Book book;
    BookChange change;
    std::size_t applied = 0;
    const auto apply_all = [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i) {
            change.clear();
            applied += book.apply(events[i], change) ? 1 : 0;
        }
    };
    apply_all(0, kItems);
    std::vector<double> costs;
    const std::size_t slice = (events.size() - kItems) / kRuns;
    for (std::size_t at = kItems; at + slice <= events.size(); at += slice) {
        const std::int64_t begin = processor_ns();
        apply_all(at, at + slice);
        costs.push_back(static_cast<double>(processor_ns() - begin) / static_cast<double>(slice));
    }
    table.row("Book::apply of a move", {sample_of(costs), "ns", 0});
    std::string body;
    const Sample written = ns_per_piece(1, 3, [&] { body = encode_checkpoint(book); });
    std::size_t items = 0;
    const Sample loaded = ns_per_piece(1, 3, [&] {
        const auto again = decode_checkpoint(body);
        items = again ? again->item_count() : 0;
    });
    const auto ms = [](Sample sample) {
        return Sample{sample.median / 1e6, sample.low / 1e6, sample.high / 1e6};
    };
    table.row("checkpoint written", {ms(written), "ms", 1});
    table.row("checkpoint loaded and verified", {ms(loaded), "ms", 1}, at_most(1'000));
    return items == kItems && applied >= events.size() / kRuns * kRuns;
}

}  // namespace

int bench_codecs() {
    const std::vector<Event> events = events_of(kItems + 140'000);
    std::vector<std::string> texts;
    print_text_costs(std::vector<Event>(events.end() - 20'000, events.end()), texts);
    const std::vector<Event> firsts(events.begin(), events.begin() + kBatchRowsMax);
    std::vector<std::string> first_texts;
    for (const Event& event : firsts) {
        first_texts.push_back(encode_event(event).value_or(std::string()));
    }
    const bool batches = print_batch_costs(first_texts);
    const bool books = print_book_costs(events);
    if (!batches || !books) {
        std::fprintf(stderr, "bench_codecs: something did not come back as it went in\n");
        return 1;
    }
    return 0;
}

}  // namespace tally::bench

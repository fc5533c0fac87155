#include "sim/checkers/queue_watch.hpp"

#include <catch2/catch.hpp>

using namespace tally::sim;

TEST_CASE("a queue at its bound holds, one above it is found, once for each owner") {
    QueueWatch watch({.client_messages = 50, .disk_rows = 16});
    using Queue = QueueWatch::Queue;
    const auto beyond = [&](Queue queue, std::size_t bound) {
        watch.look(queue, "back", bound);
        CHECK(watch.take_findings().empty());
        watch.look(queue, "back", bound + 1);
        watch.look(queue, "back", bound + 2);
        const Findings findings = watch.take_findings();
        return findings.size() == 1 && caught_by(findings, "queue.bound");
    };
    CHECK(beyond(Queue::client_messages, 51));
    CHECK(beyond(Queue::bridge_batches, 64));
    CHECK(beyond(Queue::disk_rows, 16 + QueueWatch::kTurnRows));
    CHECK(beyond(Queue::opening_rows, 16 + QueueWatch::kOpeningRows));
    CHECK(beyond(Queue::batches, 32));
    CHECK(beyond(Queue::reads, 65'536));
    CHECK(beyond(Queue::movements, 4'096));
    CHECK(beyond(Queue::blind_spans, 64));
    watch.look(Queue::reads, "shop", 70'000);
    CHECK(to_text(watch.take_findings()) ==
          "queue.bound: reads of shop: 70000, above the 65536 that are stated\n");
    CHECK(watch.peaks().at("reads").depth == 70'000);
}

TEST_CASE("what orders may add to a full queue is bounded, however many are open") {
    CHECK(QueueWatch::sweep_rows(0) == 0);
    CHECK(QueueWatch::sweep_rows(10) == 60);
    CHECK(QueueWatch::sweep_rows(10'000) == 130);
    QueueWatch watch({.client_messages = 50, .disk_rows = 16});
    const std::size_t most = 16 + QueueWatch::kTurnRows + 130;
    watch.look(QueueWatch::Queue::disk_rows, "back", most, QueueWatch::sweep_rows(10'000));
    CHECK(watch.take_findings().empty());
    watch.look(QueueWatch::Queue::disk_rows, "back", most + 1, QueueWatch::sweep_rows(10'000));
    CHECK(caught_by(watch.take_findings(), "queue.bound"));
}

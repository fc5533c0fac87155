#include "sim/checkers/witness.hpp"

#include <utility>

#include "firmware/messages/sync.hpp"
#include "firmware/messages/topics.hpp"

namespace tally::sim {

Witness::Witness(MessageBus& bus, Scheduler& scheduler, KnownOtherwise known_otherwise)
    : bus_(bus), known_otherwise_(std::move(known_otherwise)), again_(scheduler) {
    connect();
}

void Witness::connect() {
    BusSession session;
    session.client_id = "witness";
    session.subscriptions = {"tally/v1/+/+/delta", "tally/v1/+/+/ack"};
    bus_.connect(session, *this);
}

void Witness::on_lost(const Error&) {
    again_.arm(std::chrono::milliseconds(100), [this] { connect(); });
}

void Witness::on_message(const BusMessage& message) {
    const Result<Topic> topic = parse_topic(message.topic);
    if (!topic) {
        return;
    }
    const std::string edge = topic->edge.str();
    if (topic->kind == TopicKind::delta) {
        const Result<Delta> delta = decode_delta(message.payload);
        for (std::size_t i = 0; delta && i < delta->events.size(); ++i) {
            const Event& event = delta->events[i];
            const Identity identity{edge, event.epoch.value(), event.seq.value()};
            std::set<std::string>& texts = told_[identity];
            const std::string text(delta->canonical[i]);
            if (texts.insert(text).second && texts.size() > 1 && known_otherwise_(identity, text)) {
                reused_.insert(identity);
            }
        }
        return;
    }
    if (const Result<Ack> ack = decode_ack(message.payload); ack && ack->next_seq > Seq(1)) {
        acknowledged_[{edge, ack->epoch.value(), ack->next_seq.value() - 1}].insert(ack->head);
    }
}

}  // namespace tally::sim

#include "sim/devices/llrp_reader/client.hpp"

namespace tally::sim::llrp {

void Client::on_bytes(ByteView bytes) {
    if (ended_) {
        return;
    }
    cutter_.push(bytes);
    while (const std::optional<Message> message = cutter_.next()) {
        owner_.client_said(*this, *message);
        if (ended_) {
            return;
        }
    }
    if (cutter_.broken()) {
        ended_ = true;
        outlet_.flush();
        stream_->close();
        owner_.client_gone(*this, "a message with an impossible length");
    }
}

void Client::on_closed(const Error& why) {
    if (!ended_) {
        ended_ = true;
        owner_.client_gone(*this, why.text);
    }
}

void Client::close() {
    ended_ = true;
    outlet_.flush();
    stream_->close();
}

}  // namespace tally::sim::llrp

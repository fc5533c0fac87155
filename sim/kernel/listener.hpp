// A listening place of one node. For streams*.cpp only.
#pragma once

#include "firmware/ports/stream.hpp"
#include "sim/kernel/node.hpp"

namespace tally::sim {

class Streams;

class PipeListener final : public StreamListener {
 public:
    PipeListener(Streams& streams, Node& node, Endpoint bound, AcceptHandler& handler)
        : streams_(&streams), node_(node), bound_(std::move(bound)), handler_(handler) {}
    ~PipeListener() override;
    PipeListener(const PipeListener&) = delete;
    PipeListener& operator=(const PipeListener&) = delete;

    [[nodiscard]] Endpoint bound() const override { return bound_; }
    [[nodiscard]] const Node& node() const noexcept { return node_; }
    [[nodiscard]] AcceptHandler& handler() const noexcept { return handler_; }
    void detach() { streams_ = nullptr; }

 private:
    Streams* streams_;
    Node& node_;
    Endpoint bound_;
    AcceptHandler& handler_;
};

}  // namespace tally::sim

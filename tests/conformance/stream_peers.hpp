// The two ends that the stream suite watches.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firmware/ports/stream.hpp"

namespace tally::conformance {

/// Writes down what a stream tells it, and whether it was told at a forbidden moment. The hooks run
/// after writing down and may destroy the stream.
class Listener final : public StreamHandler {
 public:
    void on_open() override {
        note_call();
        ++opens;
        if (when_open) {
            when_open();
        }
    }
    void on_bytes(ByteView bytes) override {
        note_call();
        received += as_text(bytes);
        if (when_bytes) {
            when_bytes();
        }
    }
    void on_closed(const Error& why) override {
        note_call();
        ++closes;
        closed_why = why;
        if (when_closed) {
            when_closed();
        }
    }

    Result<void> send(std::string_view text) {
        inside_call = true;
        auto sent = stream->send(as_bytes(text));
        inside_call = false;
        return sent;
    }
    void close() {
        inside_call = true;
        stream->close();
        inside_call = false;
    }

    std::unique_ptr<Stream> stream;
    int opens = 0;
    int closes = 0;
    std::string received;
    std::optional<Error> closed_why;
    bool inside_call = false;
    bool called_inside = false;
    bool called_after_end = false;
    std::function<void()> when_open, when_bytes, when_closed;

 private:
    void note_call() {
        called_inside = called_inside || inside_call;
        called_after_end = called_after_end || closes > 0;
    }
};

/// Gives each incoming stream a Listener of its own, or refuses it.
class Doorman final : public AcceptHandler {
 public:
    StreamHandler* on_accept(std::unique_ptr<Stream> stream) override {
        if (refuse_next) {
            refuse_next = false;
            ++refused;
            return nullptr;
        }
        guests.push_back(std::make_unique<Listener>());
        guests.back()->stream = std::move(stream);
        return guests.back().get();
    }

    std::vector<std::unique_ptr<Listener>> guests;
    bool refuse_next = false;
    int refused = 0;
};

}  // namespace tally::conformance

// The RegisterBus over libmodbus: one worker thread and one context a bus (design 11). The only
// user of libmodbus.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "drivers/modbus_bus/options.hpp"
#include "firmware/ports/register_bus.hpp"

namespace tally::modbus {

/// Called on the loop. Its end waits for the request under way, at most three of its time-outs; the
/// answers that are still due are not given.
class ModbusBus final : public RegisterBus {
 public:
    static constexpr std::size_t kWaitingMax = 64;

    /// Runs a task on the loop, called from any thread: Loop::post.
    using Post = std::function<void(std::function<void()> task)>;

    /// Opens nothing yet: the first request does. `post` is called until the bus is gone.
    ModbusBus(ModbusBusOptions options, Post post);
    ~ModbusBus() override;
    ModbusBus(const ModbusBus&) = delete;
    ModbusBus& operator=(const ModbusBus&) = delete;

    void read(const RegisterRead& request, std::function<void(Values)> reply) override;
    void write(const RegisterWrite& request, std::function<void(Result<void>)> reply) override;

 private:
    class Worker;
    struct Desk;

    template <typename Request, typename Answer>
    void ask(const Request& request, std::function<void(Answer)> reply);

    std::shared_ptr<Desk> desk_;  ///< what answers on their way find of this bus
    std::unique_ptr<Worker> worker_;
};

}  // namespace tally::modbus

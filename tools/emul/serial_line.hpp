// A serial line that exists only on this machine: a pseudo-terminal, whose other end a program
// opens as it would /dev/ttyS1.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "firmware/base/bytes.hpp"
#include "firmware/base/result.hpp"
#include "firmware/host/loop/fd.hpp"
#include "firmware/host/loop/loop.hpp"

namespace tally::emul {

/// Single-threaded, on the loop, which must outlive it. Speed and parity mean nothing on it.
class SerialLine {
 public:
    static Result<std::unique_ptr<SerialLine>> open(host::Loop& loop);
    ~SerialLine();
    SerialLine(const SerialLine&) = delete;
    SerialLine& operator=(const SerialLine&) = delete;

    /// What the other end opens, e.g. /dev/pts/3.
    [[nodiscard]] const std::string& device() const { return device_; }
    void on_bytes(std::function<void(ByteView)> take) { take_ = std::move(take); }
    /// What the other end does not read in time is lost, as on a real line.
    void say(ByteView bytes);

 private:
    SerialLine(host::Loop& loop, host::Fd ours, host::Fd theirs, std::string device);
    void read_some();

    host::Loop& loop_;
    host::Fd ours_;
    host::Fd theirs_;  ///< held open, so that the line does not hang up between two masters
    std::string device_;
    std::function<void(ByteView)> take_;
    host::WatchId watch_ = 0;
};

}  // namespace tally::emul

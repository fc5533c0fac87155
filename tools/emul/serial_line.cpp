#include "tools/emul/serial_line.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace tally::emul {

Result<std::unique_ptr<SerialLine>> SerialLine::open(host::Loop& loop) {
    int ours = -1;
    int theirs = -1;
    char name[128] = {};
    if (::openpty(&ours, &theirs, name, nullptr, nullptr) != 0) {
        return fail(ErrorKind::exhausted, std::string("no pseudo-terminal can be had (") +
                                              std::strerror(errno) + "); end other programs");
    }
    host::Fd ours_fd(ours);
    host::Fd theirs_fd(theirs);
    termios settings{};
    ::tcgetattr(theirs, &settings);
    ::cfmakeraw(&settings);  // Bytes, not lines of text.
    ::tcsetattr(theirs, TCSANOW, &settings);
    ::fcntl(ours, F_SETFL, ::fcntl(ours, F_GETFL) | O_NONBLOCK);
    return std::unique_ptr<SerialLine>(
        new SerialLine(loop, std::move(ours_fd), std::move(theirs_fd), name));
}

SerialLine::SerialLine(host::Loop& loop, host::Fd ours, host::Fd theirs, std::string device)
    : loop_(loop), ours_(std::move(ours)), theirs_(std::move(theirs)), device_(std::move(device)) {
    watch_ = loop_.watch(ours_.get(), {.readable = true}, [this](host::Ready) { read_some(); });
}

SerialLine::~SerialLine() {
    loop_.unwatch(watch_);
}

void SerialLine::say(ByteView bytes) {
    static_cast<void>(::write(ours_.get(), bytes.data(), bytes.size()) < 0);
}

void SerialLine::read_some() {
    std::uint8_t buffer[512];
    const ssize_t count = ::read(ours_.get(), buffer, sizeof buffer);
    if (count > 0 && take_) {
        take_(ByteView(buffer).first(static_cast<std::size_t>(count)));
    }
}

}  // namespace tally::emul

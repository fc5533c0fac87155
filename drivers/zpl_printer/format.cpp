#include "drivers/zpl_printer/format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>

namespace tally::zpl {

namespace {

constexpr char kStx = '\x02';
constexpr char kEtx = '\x03';

/// Where things stand, in dots: a QR code at the left, texts beside it, a barcode below.
struct Page {
    explicit Page(const LabelStock& stock)
        : dots(stock.dots_per_mm),
          width(stock.width_mm * dots),
          height(stock.height_mm * dots),
          margin(2 * dots),
          qr(std::min(width, height) / 2),
          text_x(margin + qr + margin) {}

    int dots, width, height, margin, qr, text_x;
};

std::string text_at(int x, int y, int size, std::string_view text) {
    return text.empty() ? std::string()
                        : fmt::format("^FO{},{}^A0N,{},{}^FH_^FD{}^FS\n", x, y, size, size,
                                      field_text(text));
}

/// Modules of a QR code, by what version of level M holds so many bytes (ISO/IEC 18004, table 7).
int qr_modules(std::size_t bytes) {
    constexpr std::array<std::size_t, 10> kBytes = {14, 26, 42, 62, 84, 106, 122, 152, 180, 213};
    int modules = 21;
    for (const std::size_t most : kBytes) {
        if (bytes <= most) {
            break;
        }
        modules += 4;
    }
    return modules;
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(',');
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

std::optional<std::uint32_t> number(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size() && !text.empty();
    return whole ? std::optional(value) : std::nullopt;
}

/// The frame STX ... ETX CR LF at the front: its inside, and how long it is.
struct Frame {
    std::string_view inside;
    std::size_t size = 0;
};
std::optional<Frame> frame_at(std::string_view bytes) {
    const auto end = bytes.find(kEtx);
    if (end == std::string_view::npos || bytes.size() < end + 3) {
        return std::nullopt;
    }
    return Frame{bytes.substr(1, end - 1), end + 3};
}

PrinterTrouble trouble_of(const std::vector<std::string_view>& first,
                          const std::vector<std::string_view>& second) {
    const auto on = [](std::string_view flag) { return flag == "1"; };
    if (on(second[2])) {
        return PrinterTrouble::head_open;
    }
    if (on(first[1])) {
        return PrinterTrouble::paper_out;
    }
    if (on(second[3])) {
        return PrinterTrouble::ribbon_out;
    }
    if (on(first[9]) || on(first[10]) || on(first[11])) {
        return PrinterTrouble::fault;
    }
    return on(first[2]) ? PrinterTrouble::paused : PrinterTrouble::none;
}

Result<HostStatus> status_of(std::string_view one, std::string_view two) {
    constexpr std::size_t kFirst = 12;
    constexpr std::size_t kSecond = 11;
    const auto first = split(one);
    const auto second = split(two);
    const bool whole = first.size() == kFirst && second.size() == kSecond;
    const auto waiting = whole ? number(first[4]) : std::nullopt;
    const auto left = whole ? number(second[8]) : std::nullopt;
    if (!waiting || !left) {
        return fail(ErrorKind::malformed,
                    "the printer's answer to ~HS is none that its language "
                    "describes; check that it speaks ZPL II");
    }
    return HostStatus{trouble_of(first, second), *waiting, *left, first[7] == "1"};
}

}  // namespace

std::string field_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain =
            byte >= 0x20 && byte < 0x7F && c != '^' && c != '~' && c != '_' && c != '\\';
        out += plain ? std::string(1, c) : fmt::format("_{:02X}", byte);
    }
    return out;
}

std::string format_of(const PrintJob& job, const LabelStock& stock) {
    const Page page(stock);
    const int large = page.height / 7;
    const int small = page.height / 11;
    std::string out = fmt::format("^XA\n^CI28\n^PW{}\n^LL{}\n", page.width, page.height);
    if (!job.epc_hex.empty()) {
        out += "^RS8,,,1,N\n";
        out += fmt::format("^RFW,H,,,A^FD{}^FS\n", job.epc_hex);
        out += "^FN1^RFR,H,,,E^FS\n";
        out += fmt::format("^FH_^HV1,{},{}[,]_0D_0A,L^FS\n", job.epc_hex.size(), kTagHeader);
    }
    if (!job.code.empty()) {
        const int scale = std::clamp(page.qr / qr_modules(job.code.size()), 1, 10);
        out += fmt::format("^FO{},{}^BQN,2,{}^FH_^FDMA,{}^FS\n", page.margin, page.margin, scale,
                           field_text(job.code));
    }
    out += text_at(page.text_x, page.margin, large, job.title);
    out += text_at(page.text_x, page.margin + large + page.dots, small, job.detail);
    const int bottom = page.margin + page.qr + page.dots;
    if (!job.barcode.empty()) {
        const int bars = std::max(page.height - bottom - page.margin - small, 3 * page.dots);
        out += fmt::format("^BY2^FO{},{}^BCN,{},N,N,N,A^FH_^FD{}^FS\n", page.margin, bottom, bars,
                           field_text(job.barcode));
    }
    out += text_at(page.margin, page.height - page.margin - small, small, job.human);
    return out + "^PQ1\n^XZ\n";
}

Result<std::optional<Message>> take_message(std::string& bytes) {
    const auto start = bytes.find_first_not_of("\r\n");
    bytes.erase(0, start == std::string::npos ? bytes.size() : start);
    if (bytes.empty()) {
        return std::optional<Message>();
    }
    if (bytes.front() != kStx) {
        const auto end = bytes.find("\r\n");
        if (end == std::string::npos && bytes.size() <= kMessageBytesMax) {
            return std::optional<Message>();
        }
        const std::string line = bytes.substr(0, end);
        bytes.erase(0, end == std::string::npos ? bytes.size() : end + 2);
        const std::string opening = std::string(kTagHeader) + "[";
        if (line.starts_with(opening) && line.ends_with("]")) {
            Message message;
            message.tag = line.substr(opening.size(), line.size() - opening.size() - 1);
            return std::optional(std::move(message));
        }
        return fail(ErrorKind::malformed,
                    "the printer said something that is neither a status nor "
                    "a tag; check that it speaks ZPL II");
    }
    const std::string_view all = bytes;
    const auto first = frame_at(all);
    const auto second = first ? frame_at(all.substr(first->size)) : std::nullopt;
    const auto third = second ? frame_at(all.substr(first->size + second->size)) : std::nullopt;
    if (!third) {
        if (bytes.size() > kMessageBytesMax) {
            bytes.clear();
            return fail(ErrorKind::malformed,
                        "the printer's status has no end; check that it "
                        "speaks ZPL II");
        }
        return std::optional<Message>();
    }
    const Result<HostStatus> status = status_of(first->inside, second->inside);
    const std::size_t taken = first->size + second->size + third->size;
    bytes.erase(0, taken);
    TALLY_TRY(status);
    Message message;
    message.status = *status;
    return std::optional(std::move(message));
}

}  // namespace tally::zpl

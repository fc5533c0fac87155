#include "tools/demo_site/emul_link.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <sys/time.h>

#include <nlohmann/json.hpp>

#include "tools/demo_site/reserved_port.hpp"
#include "tools/demo_site/shelves.hpp"

namespace tally::demo {

namespace {

using Json = nlohmann::json;

constexpr timeval kPatience{10, 0};

Error gone() {
    return {ErrorKind::offline, "tally-emul does not answer; look into readers.log"};
}

}  // namespace

Result<EmulLink> EmulLink::open(std::uint16_t control_port) {
    EmulLink link;
    TALLY_TRY_ASSIGN(link.socket_, connect_loopback(control_port));
    ::setsockopt(link.socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    return link;
}

Result<std::string> EmulLink::ask(const std::string& line) {
    std::string text = line + "\n";
    while (!text.empty()) {
        const ssize_t sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            return fail(gone());
        }
        text.erase(0, static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    }
    char buffer[16'384];
    while (pending_.find('\n') == std::string::npos) {
        const ssize_t got = ::recv(socket_.get(), buffer, sizeof buffer, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return fail(gone());
        }
        pending_.append(buffer, static_cast<std::size_t>(got));
    }
    const std::size_t end = pending_.find('\n');
    std::string answer = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    const Json json = Json::parse(answer, nullptr, false);
    if (!json.is_object() || !json.value("ok", true)) {
        return fail(ErrorKind::refused,
                    "tally-emul: " + (json.is_object() ? json.value("error", answer) : answer));
    }
    return answer;
}

Result<void> EmulLink::add_gate(const DemoGate& gate) {
    TALLY_TRY(ask(Json{
        {"verb", "gate"},
        {"gate", gate.id},
        {"outside", gate.outer},
        {"inside", gate.inner},
        {"reader",
         gate.reader}}.dump()));
    return {};
}

Result<void> EmulLink::add_unit(const std::string& epc, std::string_view place) {
    TALLY_TRY(ask(Json{{"verb", "unit"}, {"epc", epc}, {"place", place}}.dump()));
    return {};
}

Result<void> EmulLink::add_pallet(const std::string& sscc, std::string_view place,
                                  const std::vector<std::string>& children) {
    TALLY_TRY(ask(
        Json{{"verb", "pallet"}, {"epc", sscc}, {"place", place}, {"children", children}}.dump()));
    return {};
}

Result<void> EmulLink::unpack(const std::string& sscc) {
    TALLY_TRY(ask(Json{{"verb", "unpack"}, {"epc", sscc}}.dump()));
    return {};
}

Result<void> EmulLink::walk(const WalkOrder& order) {
    TALLY_TRY(ask(Json{{"verb", "walk"},
                       {"units", order.tags},
                       {"gate", order.gate},
                       {"way", order.way == WalkOrder::Way::in ? "in" : "out"},
                       {"speed_mm_s", order.speed_mm_s}}
                      .dump()));
    return {};
}

Result<void> EmulLink::reboot(std::string_view reader, std::int64_t down_ms) {
    TALLY_TRY(ask(Json{{"verb", "reboot"}, {"reader", reader}, {"down_ms", down_ms}}.dump()));
    return {};
}

Result<void> EmulLink::load_shelf(int unit, std::int64_t mg) {
    TALLY_TRY(
        ask(Json{{"verb", "shelf_load"}, {"shelf", kRack}, {"unit", unit}, {"mg", mg}}.dump()));
    return {};
}

Result<void> EmulLink::shelf_cable(std::string_view state) {
    TALLY_TRY(ask(Json{{"verb", "shelf_cable"}, {"shelf", kRack}, {"state", state}}.dump()));
    return {};
}

Result<std::vector<TrueUnit>> EmulLink::truth() {
    TALLY_TRY_ASSIGN(const std::string answer, ask(R"({"verb":"truth"})"));
    std::vector<TrueUnit> units;
    const Json json = Json::parse(answer);
    for (const Json& row : json["truth"]) {
        units.push_back({row["epc"].get<std::string>(), row["place"].get<std::string>(),
                         row.value("walking", false)});
    }
    return units;
}

Result<bool> EmulLink::all_reading() {
    TALLY_TRY_ASSIGN(const std::string answer, ask(R"({"verb":"status"})"));
    const Json readers = Json::parse(answer)["readers"];
    return std::all_of(readers.begin(), readers.end(),
                       [](const Json& reader) { return reader["reading"].get<bool>(); });
}

}  // namespace tally::demo

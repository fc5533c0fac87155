#include "tools/demo_site/site_processes.hpp"

#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include <fmt/format.h>

#include "tools/demo_site/pause.hpp"
#include "tools/demo_site/shelves.hpp"

namespace tally::demo {

namespace {

constexpr Duration kStartLimit = std::chrono::seconds(30);
constexpr Duration kStopLimit = std::chrono::seconds(20);
constexpr Duration kLookEvery = std::chrono::milliseconds(20);

}  // namespace

std::string_view to_string(Part part) noexcept {
    switch (part) {
        case Part::broker:
            return "broker";
        case Part::readers:
            return "readers";
        case Part::bridge:
            return kBridge;
        case Part::back:
            return kBack;
        case Part::shop:
            return kShop;
    }
    return "?";
}

Result<std::unique_ptr<SiteProcesses>> SiteProcesses::make(const SiteOptions& options) {
    std::unique_ptr<SiteProcesses> site(new SiteProcesses(options));
    if (site->options_.folder.empty()) {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "tally-site-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            return fail(ErrorKind::refused, "cannot make a folder at " + pattern);
        }
        site->options_.folder = pattern;
    }
    TALLY_TRY(site->reserve_ports());
    TALLY_TRY(write_site_files(site->options_.folder, site->ports_));
    return site;
}

SiteProcesses::~SiteProcesses() {
    for (ChildProcess& child : children_) {
        child.kill9();
    }
    if (options_.at_end == SiteOptions::Folder::removed) {
        std::error_code ignored;
        std::filesystem::remove_all(options_.folder, ignored);
    }
}

Result<void> SiteProcesses::reserve_ports() {
    std::vector<std::uint16_t*> wanted = {&ports_.broker,   &ports_.bridge_api,   &ports_.back_api,
                                          &ports_.shop_api, &ports_.emul_control, &ports_.rack};
    for (std::uint16_t& reader : ports_.readers) {
        wanted.push_back(&reader);
    }
    for (std::uint16_t* port : wanted) {
        TALLY_TRY_ASSIGN(ReservedPort reserved, ReservedPort::take());
        *port = reserved.number();
        reserved_.push_back(std::move(reserved));
    }
    return {};
}

std::vector<std::string> SiteProcesses::arguments_of(Part part) const {
    const auto program = [&](const char* name) { return (options_.programs / name).string(); };
    switch (part) {
        case Part::broker:
            return {"mosquitto", "-c", broker_config(options_.folder).string()};
        case Part::bridge:
            return {program("tally-bridge"), "--config",
                    config_file(options_.folder, kBridge).string()};
        case Part::back:
        case Part::shop:
            return {program("tallyd"), "--config",
                    config_file(options_.folder, to_string(part)).string()};
        case Part::readers:
            break;
    }
    std::vector<std::string> arguments = {program("tally-emul"),
                                          "--control",
                                          std::to_string(ports_.emul_control),
                                          "--seed",
                                          std::to_string(options_.seed),
                                          "--shadow-divisor",
                                          std::to_string(options_.shadow_divisor)};
    for (std::size_t i = 0; i < kGates.size(); ++i) {
        arguments.emplace_back("--reader");
        arguments.push_back(fmt::format("{}={}", kGates[i].reader, ports_.readers[i]));
    }
    arguments.emplace_back("--rack");
    arguments.push_back(fmt::format("{}={}", kRack, ports_.rack));
    return arguments;
}

std::uint16_t SiteProcesses::port_of(Part part) const noexcept {
    switch (part) {
        case Part::broker:
            return ports_.broker;
        case Part::readers:
            return ports_.emul_control;
        case Part::bridge:
            return ports_.bridge_api;
        case Part::back:
            return ports_.back_api;
        case Part::shop:
            return ports_.shop_api;
    }
    return 0;
}

Result<void> SiteProcesses::start(Part part) {
    if (child(part).running()) {
        return fail(ErrorKind::conflict, fmt::format("{} runs already", to_string(part)));
    }
    TALLY_TRY_ASSIGN(child(part), ChildProcess::start({arguments_of(part), log_of(part)}));
    const Deadline deadline(kStartLimit);
    while (!connect_loopback(port_of(part))) {
        const auto code = child(part).poll_exit();
        if (code || deadline.over()) {
            const std::string what = code ? fmt::format("ended with exit code {}", *code)
                                          : std::string("does not listen");
            child(part).kill9();
            return fail(ErrorKind::offline,
                        fmt::format("{} {}; the end of its log {}:\n{}", to_string(part), what,
                                    log_of(part).string(), log_end(part)));
        }
        TALLY_TRY(pause(kLookEvery));
    }
    return {};
}

Result<void> SiteProcesses::start_all() {
    for (const Part part : kParts) {
        TALLY_TRY(start(part));
    }
    return {};
}

void SiteProcesses::kill9(Part part) {
    child(part).kill9();
}

Result<void> SiteProcesses::stop(Part part) {
    child(part).terminate();
    const Result<int> code = child(part).wait_exit(kStopLimit);
    if (!code) {
        child(part).kill9();
        return fail(std::string(to_string(part)), code.error());
    }
    if (*code != 0) {
        return fail(ErrorKind::corrupt, fmt::format("{} ended with exit code {}; its log:\n{}",
                                                    to_string(part), *code, log_end(part)));
    }
    return {};
}

Result<void> SiteProcesses::stop_all() {
    for (const Part part : {Part::back, Part::shop, Part::bridge, Part::readers, Part::broker}) {
        if (running(part)) {
            TALLY_TRY(stop(part));
        }
    }
    return {};
}

bool SiteProcesses::running(Part part) const {
    return children_[static_cast<std::size_t>(part)].running();
}

std::vector<Part> SiteProcesses::fallen() {
    std::vector<Part> fallen;
    for (const Part part : kParts) {
        if (child(part).running() && child(part).poll_exit()) {
            fallen.push_back(part);
        }
    }
    return fallen;
}

std::filesystem::path SiteProcesses::log_of(Part part) const {
    return options_.folder / fmt::format("{}.log", to_string(part));
}

std::string SiteProcesses::log_end(Part part) const {
    constexpr std::size_t kEndBytes = 2'000;
    std::ifstream file(log_of(part));
    std::stringstream all;
    all << file.rdbuf();
    const std::string text = all.str();
    return text.size() <= kEndBytes ? text : text.substr(text.size() - kEndBytes);
}

TallyCli tally_cli(const SiteProcesses& site, Part box, std::string_view user) {
    return {site.program("tally"), "http://127.0.0.1:" + std::to_string(site.port_of(box)),
            token_file(site.folder(), user), site.folder() / "tally.out"};
}

}  // namespace tally::demo

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "drivers/llrp/codec.hpp"
#include "drivers/llrp/layout.hpp"
#include "drivers/llrp/session.hpp"
#include "firmware/base/check.hpp"

namespace tally::llrp {
namespace {

using Phase = SessionStatus::Phase;

constexpr std::uint64_t kActive = 2;  // ROSpecState

/// The type of a message of the standard, by name.
std::uint16_t type_named(std::string_view name) {
    const Layout* layout = message_layout(name);
    TALLY_CHECK(layout != nullptr, "LLRP has no message of that name");
    return layout->type;
}

bool is_error(const Frame& frame) {
    return frame.type == static_cast<std::uint16_t>(MessageType::error_message);
}

}  // namespace

void Session::request(Step step) {
    Message asked;
    switch (step) {
        case Step::ask_version:
            asked = message("GET_SUPPORTED_VERSION");
            asked.version = Version::v1_1;  // Always, so that readers of 1.0.1 can say no.
            break;
        case Step::set_version:
            asked = message("SET_PROTOCOL_VERSION", {number("ProtocolVersion", 2)});
            asked.version = Version::v1_1;
            break;
        case Step::ask_capabilities:
            asked = message("GET_READER_CAPABILITIES");
            break;
        case Step::configure:
            asked = set_reader_config(options_, limits_);
            break;
        case Step::list:
        case Step::verify:
            asked = message("GET_ROSPECS");
            break;
        case Step::remove_ours:
            asked = rospec_command("DELETE_ROSPEC", options_.rospec_id);
            break;
        case Step::remove_all:
            asked = rospec_command("DELETE_ROSPEC", 0);
            break;
        case Step::add:
            asked = add_rospec(options_);
            break;
        case Step::enable:
            asked = rospec_command("ENABLE_ROSPEC", options_.rospec_id);
            break;
        case Step::ask_antennas:
            asked = get_antenna_properties();
            break;
        case Step::start:
            asked = rospec_command("START_ROSPEC", options_.rospec_id);
            break;
    }
    const std::string answer = std::string(message_layout(asked.type)->name) + "_RESPONSE";
    asked.id = ++last_id_;
    pending_ = Pending{step, type_named(answer), asked.id, clock_.mono_now()};
    request_timer_.arm(options_.request_timeout, [this] { request_timed_out(); });
    send(std::move(asked));
}

void Session::request_timed_out() {
    const Step step = pending_->step;
    pending_.reset();
    if (step == Step::ask_version) {
        say(Severity::info, "no answer to the version question; going on in LLRP 1.0.1");
        request(Step::ask_capabilities);
        return;
    }
    lose(BlindCause::offline, "a request stayed without answer; restart the reader if this lasts");
}

void Session::take_answer(const Frame& frame) {
    const bool answers = pending_ && frame.id == pending_->id &&
                         (frame.type == pending_->answer_type || is_error(frame));
    if (!answers) {
        say(Severity::debug, fmt::format("message type {} id {} answers nothing; passed over",
                                         frame.type, frame.id));
        return;
    }
    const Step step = pending_->step;
    known_.answered(pending_->asked);
    const auto answer = decode(frame);
    pending_.reset();
    request_timer_.cancel();
    if (!answer) {
        ++status_.malformed;
        take_refusal(step, "its answer could not be read: " + answer.error().text);
        return;
    }
    const auto status = status_of(*answer);
    if (is_error(frame) || !status || status->code != StatusCode::success) {
        take_refusal(step, status ? status->text : "an answer without status");
        return;
    }
    answered(step, *answer);
}

void Session::take_refusal(Step step, const std::string& text) {
    const auto refused = [&](std::string_view what, std::string_view next) {
        lose(BlindCause::refused, fmt::format("it refuses {}: {}; {}", what, text, next));
    };
    switch (step) {
        case Step::ask_version:
            // M_UnsupportedVersion: the reader speaks 1.0.1 only.
            return request(Step::ask_capabilities);
        case Step::set_version:
            say(Severity::warning, "it refuses LLRP 1.1 after offering it: " + text);
            return request(Step::ask_capabilities);
        case Step::ask_antennas:
            say(Severity::warning, "it does not say which antennas are connected: " + text);
            return request(options_.start == SessionOptions::Start::immediate ? Step::verify
                                                                              : Step::start);
        case Step::remove_ours:
        case Step::remove_all:
            say(Severity::warning, "it refuses to remove an old ROSpec: " + text);
            return request(Step::add);
        case Step::start:
            blindness_.began({BlindCause::refused, 0, known_.alive(),
                              fmt::format("{}: it refuses to start reading: {}; its set-up is "
                                          "done again",
                                          options_.name, text)});
            return start_again();
        case Step::ask_capabilities:
            return refused("to tell its capabilities", "check its firmware");
        case Step::configure:
            return refused("its configuration", "compare keepalive and inputs with its manual");
        case Step::list:
        case Step::verify:
            return refused("to list its ROSpecs", "restart it");
        case Step::add:
            return refused(
                "our ROSpec",
                "check antennas in site.toml, tx_power_index and gen2_session in [[reader]]");
        case Step::enable:
            return refused("to enable our ROSpec", "restart it");
    }
}

void Session::answered(Step step, const Message& answer) {
    switch (step) {
        case Step::ask_version:
            if (answer.number("SupportedVersion") < 2) {
                return request(Step::ask_capabilities);
            }
            if (answer.number("CurrentVersion") < 2) {
                return request(Step::set_version);
            }
            [[fallthrough]];
        case Step::set_version:
            status_.version = Version::v1_1;
            return request(Step::ask_capabilities);
        case Step::ask_capabilities:
            learn_capabilities(answer);
            return request(Step::configure);
        case Step::configure:
            if (limits_.can_hold_reports) {
                send(message("ENABLE_EVENTS_AND_REPORTS"));  // What it held comes now.
            }
            return stream_ == nullptr ? void() : request(Step::list);
        case Step::list:
            return after_list(answer);
        case Step::remove_ours:
        case Step::remove_all:
            return request(Step::add);
        case Step::add:
            return request(Step::enable);
        case Step::enable:
            return request(Step::ask_antennas);
        case Step::ask_antennas:
            learn_antennas(answer);
            return request(options_.start == SessionOptions::Start::immediate ? Step::verify
                                                                              : Step::start);
        case Step::start:
            proven();
            return run_wanted();
        case Step::verify:
            return after_verify(answer);
    }
}

void Session::learn_capabilities(const Message& answer) {
    limits_ = {};
    if (const Parameter* device = answer.child("GeneralDeviceCapabilities")) {
        status_.manufacturer = static_cast<std::uint32_t>(device->number("DeviceManufacturerName"));
        status_.model = static_cast<std::uint32_t>(device->number("ModelName"));
        status_.firmware = device->text("ReaderFirmwareVersion");
    }
    if (const Parameter* llrp = answer.child("LLRPCapabilities")) {
        limits_.rospecs_max = static_cast<std::uint32_t>(llrp->number("MaxNumROSpecs"));
        limits_.can_hold_reports = llrp->number("SupportsEventAndReportHolding") != 0;
        limits_.can_warn_of_buffer = llrp->number("CanReportBufferFillWarning") != 0;
    }
}

const Parameter* Session::our_rospec(const Message& answer) const {
    const auto ours = [&](const Parameter& parameter) {
        return parameter.type == parameter_layout("ROSpec")->type &&
               parameter.number("ROSpecID") == options_.rospec_id;
    };
    const auto at = std::find_if(answer.parameters.begin(), answer.parameters.end(), ours);
    return at == answer.parameters.end() ? nullptr : &*at;
}

void Session::after_list(const Message& answer) {
    const std::uint16_t rospec_type = parameter_layout("ROSpec")->type;
    const auto rospecs = static_cast<std::size_t>(
        std::count_if(answer.parameters.begin(), answer.parameters.end(),
                      [&](const Parameter& parameter) { return parameter.type == rospec_type; }));
    const bool has_ours = our_rospec(answer) != nullptr;
    const std::size_t others = rospecs - (has_ours ? 1 : 0);
    if (limits_.rospecs_max != 0 && others + 1 > limits_.rospecs_max) {
        say(Severity::warning,
            fmt::format("it holds {} ROSpec(s) of other programs and has room for {}: they are "
                        "removed",
                        others, limits_.rospecs_max));
        return request(Step::remove_all);
    }
    request(has_ours ? Step::remove_ours : Step::add);
}

void Session::learn_antennas(const Message& answer) {
    connected_antennas_.clear();
    for (const Parameter& properties : answer.parameters) {
        if (properties.type != parameter_layout("AntennaProperties")->type) {
            continue;
        }
        const auto antenna = static_cast<std::uint16_t>(properties.number("AntennaID"));
        if (properties.number("AntennaConnected") != 0) {
            connected_antennas_.push_back(antenna);
        } else if (!options_.antennas.empty() && is_ours(antenna)) {
            blindness_.began({BlindCause::antenna_lost, antenna, known_.alive(),
                              fmt::format("{}: antenna {} is not connected; check its cable",
                                          options_.name, antenna)});
        }
    }
}

void Session::after_verify(const Message& answer) {
    if (start_wanted_ || restart_timer_.armed()) {
        return run_wanted();  // Its end was heard of since the question.
    }
    const Parameter* ours = our_rospec(answer);
    if (ours != nullptr && ours->number("CurrentState") == kActive) {
        proven();
        return run_wanted();
    }
    not_reading("its reading operation is not running; starting it again");
    start_again();
}

}  // namespace tally::llrp

// LlrpReader: what each request does, and how a bad one is answered (LLRP 1.1, chapters 8 to 14).
#include <fmt/format.h>

#include "sim/devices/llrp_reader.hpp"
#include "sim/devices/llrp_reader/capabilities.hpp"
#include "sim/devices/llrp_reader/grammar.hpp"

namespace tally::sim {

using llrp::Msg;
using llrp::Node;
using llrp::Par;
using llrp::Problem;
using llrp::Status;
using llrp::Tlv;

namespace {

/// ParameterErrors nested as the path of the problem; the innermost says what is wrong.
void write_parameter_error(ByteWriter& out, const Problem& problem, std::size_t depth) {
    const bool innermost = depth + 1 == problem.path.size();
    const Tlv error(out, Par::parameter_error);
    out.u16(static_cast<std::uint16_t>(problem.path[depth]));
    out.u16(static_cast<std::uint16_t>(innermost ? problem.detail : Status::p_parameter_error));
    if (!innermost) {
        write_parameter_error(out, problem, depth + 1);
    } else if (problem.field) {
        const Tlv field(out, Par::field_error);
        out.u16(*problem.field);
        out.u16(static_cast<std::uint16_t>(Status::a_invalid));
    }
}

void write_status(ByteWriter& out, const Problem& problem) {
    const Tlv status(out, Par::llrp_status);
    out.u16(static_cast<std::uint16_t>(problem.code));
    llrp::counted_text(out, problem.text);
    if (!problem.path.empty()) {
        write_parameter_error(out, problem, 0);
    } else if (problem.field) {
        const Tlv field(out, Par::field_error);
        out.u16(*problem.field);
        out.u16(static_cast<std::uint16_t>(problem.detail));
    }
}

bool is_version_message(Msg type) {
    return type == Msg::get_supported_version || type == Msg::set_protocol_version;
}

}  // namespace

bool LlrpReader::version_accepted(const llrp::Message& message) {
    if (is_version_message(message.type) && faults_.only_101 == 0) {
        return message.version == llrp::kVersion11;
    }
    return message.version == client_->version;
}

void LlrpReader::answer(const llrp::Message& message) {
    if (message.type == Msg::error_message) {
        return;  // no ERROR_MESSAGE in answer to an ERROR_MESSAGE
    }
    if (!version_accepted(message)) {
        send_error(message, {Status::m_unsupported_version, {}, {}, {}, "wrong protocol version"});
        return;
    }
    const llrp::Decoded decoded = llrp::decode(message);
    const Msg response = llrp::response_of(message.type);
    if (response == Msg::error_message) {
        if (decoded.problem) {
            send_error(message, *decoded.problem);
        } else {
            take_notice(message);
        }
        return;
    }
    ByteWriter body;
    std::optional<Problem> problem = decoded.problem;
    answering_ = true;  // what the request causes is told after its response
    if (!problem) {
        problem = carry_out(message, decoded.root, body);
    }
    ByteWriter status;
    write_status(status, problem.value_or(Problem{}));
    ByteWriter whole;
    const bool status_last = message.type == Msg::get_supported_version;
    whole.raw(status_last ? body.bytes() : status.bytes());
    whole.raw(status_last ? status.bytes() : body.bytes());
    reply({message.version, response, message.id}, whole.bytes());
    answering_ = false;
    if (message.type == Msg::close_connection && !problem) {
        drop_client("it closed the connection");
    }
    pump();
}

void LlrpReader::take_notice(const llrp::Message& message) {
    if (message.type == Msg::keepalive_ack) {
        client_->keepalives_unanswered = 0;
    } else if (message.type == Msg::enable_events_and_reports) {
        client_->holding = false;
        pump();
    } else if (message.type == Msg::get_report) {
        poll_report();
    }
}

void LlrpReader::reply(const llrp::Header& header, ByteView body) {
    if (silent_ || client_ == nullptr) {
        return;
    }
    const bool answers = header.type != Msg::keepalive;
    if (answers && faults_.id_clash != 0) {
        Outgoing report{true, {}, config_.report, {}, 0};
        if (const llrp::RoSpec* active = engine_.active()) {
            report.spec = report_spec(*active);
            report.tags = pending_[active->id].take();
        }
        static_cast<void>(client_->send(encode(report, header.id)));
    }
    static_cast<void>(client_->send(llrp::message(header, body)));
}

void LlrpReader::send_error(const llrp::Message& message, const Problem& problem) {
    ByteWriter body;
    write_status(body, problem);
    reply({message.version, Msg::error_message, message.id}, body.bytes());
}

std::optional<Problem> LlrpReader::set_version(const Node& root) {
    if (client_->negotiated) {
        return Problem{Status::m_unexpected_message, {}, {}, {}, "the version is settled already"};
    }
    const std::uint8_t wanted = root.u8(0);
    if (wanted != llrp::kVersion101 && wanted != llrp::kVersion11) {
        return Problem{Status::m_unsupported_version,
                       {},
                       {},
                       {},
                       fmt::format("there is no version {}", wanted)};
    }
    client_->version = wanted;
    client_->negotiated = true;
    return std::nullopt;
}

std::optional<Problem> LlrpReader::carry_out(const llrp::Message& message, const Node& root,
                                             ByteWriter& out) {
    switch (message.type) {
        case Msg::get_supported_version:
            out.u8(client_->version);
            out.u8(llrp::kVersion11);
            return std::nullopt;
        case Msg::set_protocol_version:
            return set_version(root);
        case Msg::get_reader_capabilities:
            if (root.u8(0) > llrp::kCapabilitiesAskedMax) {
                return llrp::wrong_field({}, 0, "there is no such capability group");
            }
            if (playlist_.capabilities) {
                out.raw(*playlist_.capabilities);
                return std::nullopt;
            }
            llrp::write_capabilities(out, root.u8(0),
                                     {faults_.uptime_only == 0, setup_.rospecs_max});
            break;
        case Msg::get_reader_config: {
            const llrp::ConfigQuery query{root.u8(2), root.u16(0), root.u16(3), root.u16(5)};
            if (auto problem = llrp::check_query(query)) {
                return problem;
            }
            llrp::write_config(out, query, config_, sensed_);
            break;
        }
        case Msg::set_reader_config:
            if (auto problem = llrp::set_config(config_, root)) {
                return problem;
            }
            arm_keepalive();
            return std::nullopt;
        case Msg::get_rospecs:
            engine_.write(out);
            return std::nullopt;
        case Msg::get_accessspecs:
            access_.write(out);
            return std::nullopt;
        case Msg::close_connection:
            return std::nullopt;
        default: {
            ++config_.state_value;
            const bool access = message.type >= Msg::add_accessspec;
            return access ? carry_out_access(message, root) : carry_out_rospec(message, root);
        }
    }
    if (faults_.custom_parameters != 0) {
        const Tlv custom(out, Par::custom);
        out.u32(llrp::kUnassignedVendor);
        out.u32(2);
    }
    return std::nullopt;
}

std::optional<Problem> LlrpReader::carry_out_rospec(const llrp::Message& message,
                                                    const Node& root) {
    if (message.type == Msg::add_rospec) {
        llrp::RoSpec spec;
        const Node& node = root.children.front();
        if (auto problem = llrp::read_rospec(node, message.body, message.version, spec)) {
            return problem;
        }
        return engine_.add(std::move(spec));
    }
    const std::uint32_t id = root.u32(0);
    switch (message.type) {
        case Msg::delete_rospec:
            return engine_.remove(id);
        case Msg::start_rospec:
            return engine_.start(id);
        case Msg::stop_rospec:
            return engine_.stop(id);
        case Msg::enable_rospec:
            return engine_.enable(id);
        default:
            return engine_.disable(id);
    }
}

std::optional<Problem> LlrpReader::carry_out_access(const llrp::Message& message,
                                                    const Node& root) {
    if (message.type == Msg::add_accessspec) {
        llrp::AccessSpec spec;
        const Node& node = root.children.front();
        if (auto problem = llrp::read_access_spec(node, message.body, spec)) {
            return problem;
        }
        return access_.add(std::move(spec));
    }
    const std::uint32_t id = root.u32(0);
    if (message.type == Msg::delete_accessspec) {
        return access_.remove(id);
    }
    return access_.set(id, message.type == Msg::enable_accessspec
                               ? llrp::AccessList::State::active
                               : llrp::AccessList::State::disabled);
}

}  // namespace tally::sim

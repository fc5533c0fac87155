#include "sim/devices/llrp_reader/grammar.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/devices/llrp_reader/shapes.hpp"

namespace tally::sim::llrp {
namespace {

/// The same fault has one code at the level of the message and another inside a parameter.
struct Codes {
    Status unexpected, missing, duplicate, unknown, unsupported;
};
constexpr Codes kInMessage{Status::m_unexpected_parameter, Status::m_missing_parameter,
                           Status::m_duplicate_parameter, Status::m_unknown_parameter,
                           Status::m_unsupported_parameter};
constexpr Codes kInParameter{Status::p_unexpected_parameter, Status::p_missing_parameter,
                             Status::p_duplicate_parameter, Status::p_unknown_parameter,
                             Status::p_unsupported_parameter};

class Checker {
 public:
    std::optional<Problem> problem;

    /// Cuts `content` into fixed bytes and children as `shape` says. False: see `problem`.
    bool fill(Node& node, const Shape& shape, ByteView content) {
        const std::optional<std::size_t> fixed = fixed_bytes(shape, content);
        if (!fixed || *fixed > content.size()) {
            return refuse_field(0, "it is too short for its fields");
        }
        node.fixed = content.first(*fixed);
        for (const Reserved& reserved : shape.reserved) {
            if ((node.fixed[reserved.at] & reserved.mask) != 0) {
                return refuse_field(reserved.at, "a reserved bit is set");
            }
        }
        return fill_children(node, shape, content.subspan(*fixed)) && count_children(node, shape);
    }

 private:
    bool fill_children(Node& node, const Shape& shape, ByteView rest) {
        while (!rest.empty()) {
            if (rest.size() < 4 || (rest[0] & 0xFCU) != 0) {
                return refuse(codes().unexpected, "what follows is no TLV parameter");
            }
            ByteReader in(rest);
            const Par type = static_cast<Par>(in.u16() & 0x3FFU);
            const std::size_t length = in.u16();
            if (length < 4 || length > rest.size()) {
                return refuse_field(0, fmt::format("parameter {} has the impossible length {}",
                                                   static_cast<unsigned>(type), length));
            }
            if (!allowed(shape, type)) {
                return false;
            }
            Node child;
            child.type = type;
            path_.push_back(type);
            if (!fill(child, *find_shape(type), rest.subspan(4, length - 4))) {
                return false;
            }
            path_.pop_back();
            node.children.push_back(std::move(child));
            rest = rest.subspan(length);
        }
        return true;
    }

    bool allowed(const Shape& shape, Par type) {
        if (is_unsupported(type)) {
            return refuse(codes().unsupported, fmt::format("this reader does not do parameter {}",
                                                           static_cast<unsigned>(type)));
        }
        for (const Child& child : shape.children) {
            if (child.type == type) {
                return true;
            }
        }
        const bool known = find_shape(type) != nullptr || is_report_parameter(type);
        return refuse(
            known ? codes().unexpected : codes().unknown,
            fmt::format("parameter {} does not belong here", static_cast<unsigned>(type)));
    }

    bool count_children(const Node& node, const Shape& shape) {
        for (const Child& rule : shape.children) {
            const auto count =
                std::count_if(node.children.begin(), node.children.end(),
                              [&](const Node& child) { return child.type == rule.type; });
            if (count < rule.min) {
                return refuse(codes().missing, fmt::format("parameter {} is missing",
                                                           static_cast<unsigned>(rule.type)));
            }
            if (count > rule.max) {
                return refuse(codes().duplicate, fmt::format("parameter {} stands twice",
                                                             static_cast<unsigned>(rule.type)));
            }
        }
        return true;
    }

    [[nodiscard]] const Codes& codes() const { return path_.empty() ? kInMessage : kInParameter; }

    bool refuse(Status code, std::string text) {
        problem = Problem{path_.empty() ? code : Status::m_parameter_error, path_, code,
                          std::nullopt, std::move(text)};
        return false;
    }

    bool refuse_field(std::size_t field, std::string text) {
        problem = Problem{path_.empty() ? Status::m_field_error : Status::m_parameter_error, path_,
                          path_.empty() ? Status::a_invalid : Status::p_field_error,
                          static_cast<std::uint16_t>(field), std::move(text)};
        return false;
    }

    std::vector<Par> path_;
};

}  // namespace

bool is_request(Msg type) noexcept {
    return find_message_shape(type) != nullptr;
}

Msg response_of(Msg type) noexcept {
    switch (type) {
        case Msg::get_reader_capabilities:
        case Msg::get_reader_config:
        case Msg::set_reader_config:
        case Msg::add_rospec:
        case Msg::delete_rospec:
        case Msg::start_rospec:
        case Msg::stop_rospec:
        case Msg::enable_rospec:
        case Msg::disable_rospec:
        case Msg::get_rospecs:
        case Msg::add_accessspec:
        case Msg::delete_accessspec:
        case Msg::enable_accessspec:
        case Msg::disable_accessspec:
        case Msg::get_accessspecs:
        case Msg::get_supported_version:
        case Msg::set_protocol_version:
            return static_cast<Msg>(static_cast<unsigned>(type) + 10U);
        case Msg::close_connection:
            return Msg::close_connection_response;
        default:
            return Msg::error_message;
    }
}

Decoded decode(const Message& message) {
    Decoded decoded;
    const Shape* shape = find_message_shape(message.type);
    if (shape == nullptr) {
        decoded.problem = Problem{Status::m_unsupported_message,
                                  {},
                                  {},
                                  {},
                                  fmt::format("message type {} is not one of a reader",
                                              static_cast<unsigned>(message.type))};
        return decoded;
    }
    if (message.reserved != 0) {
        decoded.problem = Problem{Status::m_field_error,
                                  {},
                                  Status::a_invalid,
                                  std::uint16_t{0},
                                  "a reserved bit of the message header is set"};
        return decoded;
    }
    Checker checker;
    checker.fill(decoded.root, *shape, message.body);
    decoded.problem = std::move(checker.problem);
    return decoded;
}

}  // namespace tally::sim::llrp

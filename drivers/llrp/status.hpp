// LLRP status codes (LLRP 1.1 section 15): what readers answer, and what our codec says is wrong
// with a message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "drivers/llrp/message.hpp"
#include "firmware/base/result.hpp"

namespace tally::llrp {

/// M_ codes concern a message, P_ codes a parameter inside it, A_ codes the value of a field.
/// Readers may send numbers that are not listed; keep those as they are.
enum class StatusCode : std::uint16_t {
    success = 0,
    m_parameter_error = 100,
    m_field_error = 101,
    m_unexpected_parameter = 102,
    m_missing_parameter = 103,
    m_duplicate_parameter = 104,
    m_overflow_parameter = 105,
    m_overflow_field = 106,
    m_unknown_parameter = 107,
    m_unknown_field = 108,
    m_unsupported_message = 109,
    m_unsupported_version = 110,
    m_unsupported_parameter = 111,
    m_unexpected_message = 112,
    p_parameter_error = 200,
    p_field_error = 201,
    p_unexpected_parameter = 202,
    p_missing_parameter = 203,
    p_duplicate_parameter = 204,
    p_overflow_parameter = 205,
    p_overflow_field = 206,
    p_unknown_parameter = 207,
    p_unknown_field = 208,
    p_unsupported_parameter = 209,
    a_invalid = 300,
    a_out_of_range = 301,
    r_device_error = 401,
};

/// What is wrong with a message that the codec refused.
struct Fault {
    StatusCode status = StatusCode::success;  ///< the M_ or P_ code
    std::uint16_t parameter = 0;  ///< the parameter it happened in; 0: directly in the message
    std::uint16_t subject = 0;    ///< the parameter type, or the field's index, it is about
};

/// "M_FieldError (101)"; "unlisted status (n)" for a number the standard does not name.
std::string to_string(StatusCode status);

/// What an LLRPStatus parameter says, nested errors included.
struct StatusReport {
    StatusCode code = StatusCode::success;
    std::string text;  ///< one sentence fragment: code name, reader's words, place of the fault
};

/// The LLRPStatus of an answer, or nothing if the message carries none.
std::optional<StatusReport> status_of(const Message& message);

/// The ERROR_MESSAGE that answers a faulty message: LLRPStatus with FieldError or ParameterError.
Message error_message(const Fault& fault, Version version, std::uint32_t answers_id);

}  // namespace tally::llrp

// The envelope of every answer (docs/api/openapi.yaml): {schema, as_of, data, next}, or an error
// with its kind, its reason and the next action.
#pragma once

#include <string>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/domain/ids.hpp"
#include "firmware/ports/operator_api.hpp"

namespace tally {

/// The event up to which an answer is true.
struct AsOf {
    EdgeId edge;
    Epoch epoch;
    Seq seq;
};

/// `data` is canonical JSON; `next` is one command worth trying, or empty.
ApiReply ok_reply(std::string_view schema, const AsOf& as_of, std::string_view data,
                  std::string_view next);

/// Why a request was not answered. `kind` is an ErrorKind by name, or not_found, unauthorised.
struct ApiError {
    int status = 400;
    std::string kind;
    std::string text;
    std::string next;
};

ApiReply error_reply(const ApiError& error);

/// An operating error with the HTTP status of its kind.
ApiReply error_reply(const Error& error, std::string_view next);

ApiReply not_found(std::string text, std::string next);

}  // namespace tally

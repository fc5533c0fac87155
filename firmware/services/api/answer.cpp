#include "firmware/services/api/answer.hpp"

#include "firmware/messages/canonical_json.hpp"

namespace tally {

namespace {

int status_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::timeout:
            return 504;
        case ErrorKind::offline:
        case ErrorKind::exhausted:
            return 503;
        case ErrorKind::malformed:
            return 400;
        case ErrorKind::refused:
            return 403;
        case ErrorKind::conflict:
            return 409;
        case ErrorKind::corrupt:
            return 500;
        case ErrorKind::unsupported:
            return 501;
    }
    return 500;
}

}  // namespace

ApiReply ok_reply(std::string_view schema, const AsOf& as_of, std::string_view data,
                  std::string_view next) {
    ApiReply reply;
    CanonicalWriter w(reply.body);
    w.begin_object().key("as_of").begin_object();
    w.key("edge").text(as_of.edge.str()).key("epoch").number(as_of.epoch.value());
    w.key("seq").number(as_of.seq.value()).end_object();
    w.key("data").verbatim(data).key("next").text(next).key("schema").text(schema).end_object();
    return reply;
}

ApiReply error_reply(const ApiError& error) {
    ApiReply reply;
    reply.status = error.status;
    CanonicalWriter w(reply.body);
    w.begin_object().key("error").begin_object().key("kind").text(error.kind);
    w.key("next").text(error.next).key("text").text(error.text).end_object();
    w.key("schema").text("error").end_object();
    return reply;
}

ApiReply error_reply(const Error& error, std::string_view next) {
    return error_reply(
        {status_of(error.kind), std::string(to_string(error.kind)), error.text, std::string(next)});
}

ApiReply not_found(std::string text, std::string next) {
    return error_reply({404, "not_found", std::move(text), std::move(next)});
}

}  // namespace tally

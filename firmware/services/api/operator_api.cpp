#include "firmware/services/api/operator_api.hpp"

#include <utility>

#include "firmware/base/sha256.hpp"
#include "firmware/domain/ledger/event_form.hpp"

namespace tally {

namespace {

Digest digest_of(std::string_view text) {
    return sha256(as_bytes(text));
}

ApiReply wrong_target(const Error& error) {
    return error_reply(error, "tally --help");
}

ApiReply missed(const RouteResult& result, const ApiRequest& request) {
    switch (result.miss) {
        case RouteMiss::wrong_method:
            return error_reply({405, "unsupported",
                                "this path answers " + result.what + ", not " + request.method,
                                "tally --help"});
        case RouteMiss::unknown_parameter:
            return error_reply({400, "malformed",
                                "the parameter '" + result.what + "' is not known here",
                                "tally --help"});
        case RouteMiss::no_such_path:
        case RouteMiss::none:
            break;
    }
    return not_found("there is nothing at this path", "tally --help");
}

bool answers_in_trouble(Operation operation) {
    return operation == Operation::status || operation == Operation::doctor ||
           operation == Operation::sync || operation == Operation::readers ||
           operation == Operation::events;
}

}  // namespace

OperatorApi::OperatorApi(std::vector<OperatorToken> users, Ledger& ledger)
    : users_(std::move(users)), ledger_(ledger), remembered_(ledger) {}

AsOf OperatorApi::as_of() const {
    return {ledger_.edge(), ledger_.line().epoch(), ledger_.line().seq()};
}

/// Compares digests, so that how long it takes says nothing about how much of a guess was right.
const OperatorToken* OperatorApi::user_of(const std::string& token) const {
    const OperatorToken* found = nullptr;
    const Digest asked = digest_of(token);
    for (const OperatorToken& user : users_) {
        if (digest_of(user.token) == asked) {
            found = &user;
        }
    }
    return found;
}

std::optional<ApiReply> OperatorApi::page(const ApiRequest&) const {
    return std::nullopt;
}

void OperatorApi::handle(ApiRequest request, ApiReplyTo reply) {
    if (auto served = page(request)) {
        reply(std::move(*served));
        return;
    }
    const OperatorToken* user = request.token.empty() ? nullptr : user_of(request.token);
    if (user == nullptr) {
        reply(error_reply({401, "unauthorised",
                           request.token.empty() ? "a bearer token is needed"
                                                 : "this token belongs to no user of this box",
                           "name your token file with --token-file or TALLY_TOKEN_FILE"}));
        return;
    }
    Result<ApiTarget> target = parse_target(request.target);
    if (!target) {
        reply(wrong_target(target.error()));
        return;
    }
    RouteResult routed = find_route(request.method, *target);
    if (routed.miss != RouteMiss::none) {
        reply(missed(routed, request));
        return;
    }
    const Route& route = *routed.match.route;
    if (!route.allows(user->role)) {
        reply(error_reply({403, "refused",
                           "the role " + std::string(to_string(user->role)) + " of " + user->name +
                               " may not do this",
                           "ask somebody with the right role; docs/cli.md lists who may what"}));
        return;
    }
    ApiCall call{route.operation,    std::move(routed.match.arguments),
                 std::move(*target), "user:" + user->name,
                 user->role,         std::move(request.body),
                 route.work};
    if (route.effect == Route::Effect::writes) {
        serve_write(call, request.idempotency_key, std::move(reply));
    } else if (answers_in_trouble(call.operation)) {
        read(std::move(call), std::move(reply));
    } else {
        read(std::move(call), [this, reply = std::move(reply)](ApiReply answer) {
            reply_durable(std::move(answer), reply);
        });
    }
}

void OperatorApi::reply_durable(ApiReply reply, ApiReplyTo to) {
    if (ledger_.queue().trouble()) {
        to(error_reply(*ledger_.queue().trouble(), "tally doctor"));
        return;
    }
    ledger_.after_commit(
        [reply = std::move(reply), to = std::move(to)]() mutable { to(std::move(reply)); });
}

void OperatorApi::serve_write(const ApiCall& call, const std::string& key, ApiReplyTo reply) {
    if (key.empty() || key.size() > RememberedAnswers::kKeyBytesMax || !is_ledger_text(key)) {
        reply(error_reply({400, "malformed",
                           "a write needs an Idempotency-Key of 1 to 128 printable characters",
                           "send a fresh random key, and the same one when you send again"}));
        return;
    }
    if (ledger_.full() || ledger_.queue().trouble()) {
        const Error busy{ErrorKind::exhausted, "the box cannot make anything durable now"};
        reply(error_reply(ledger_.queue().trouble().value_or(busy), "tally doctor"));
        return;
    }
    std::string asked = std::to_string(static_cast<int>(call.operation));
    if (call.work != Work::none) {
        asked += "/" + std::to_string(static_cast<int>(call.work));
    }
    for (const std::string& argument : call.arguments) {
        asked += '\n' + argument;
    }
    asked += '\n' + call.target.text("edge") + '\n' + call.body;
    const std::string request = to_hex(digest_of(asked));
    RememberedAnswers::Found known = remembered_.find(call.by, key, request);
    if (known.match == RememberedAnswers::Found::Match::other_request) {
        reply(error_reply({409, "conflict", "this Idempotency-Key was used for another request",
                           "send a fresh random key"}));
        return;
    }
    ApiReply answer = std::move(known.reply);
    if (known.match == RememberedAnswers::Found::Match::none) {
        ledger_.together([&] {
            answer = write(call);
            if (answer.status == 200) {
                remembered_.keep(call.by, key, request, answer);
            }
        });
    }
    reply_durable(std::move(answer), std::move(reply));
}

}  // namespace tally

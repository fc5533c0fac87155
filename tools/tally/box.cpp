#include "tools/tally/box.hpp"

#include <fstream>

#include <fmt/format.h>

#include "firmware/base/secret_file.hpp"
#include "firmware/host/entropy/os_entropy.hpp"

namespace tally::cli {

namespace {

Result<std::string> url_of(const Invocation& invocation, const Environment& environment) {
    if (!invocation.url.empty()) {
        return invocation.url;
    }
    if (!invocation.port_file.empty()) {
        std::ifstream file(invocation.port_file);
        unsigned port = 0;
        if (!(file >> port) || port == 0 || port > 65'535) {
            return fail(ErrorKind::offline, "no port stands in " + invocation.port_file +
                                                ": the box does not run, or writes another file");
        }
        return fmt::format("http://127.0.0.1:{}", port);
    }
    if (!environment.tally_url.empty()) {
        return environment.tally_url;
    }
    return fail(
        ErrorKind::malformed,
        "which box? name it with --url http://host:port, --api-port-file FILE or TALLY_URL");
}

host::HttpQuestion question_of(const Asked& asked, const std::string& token) {
    host::HttpQuestion question;
    question.method = asked.method;
    question.target = asked.target;
    question.body = asked.body;
    question.token = token;
    return question;
}

}  // namespace

Result<Box> Box::find(const Invocation& invocation, const Environment& environment) {
    TALLY_TRY_ASSIGN(const std::string url, url_of(invocation, environment));
    TALLY_TRY_ASSIGN(host::HttpClient client,
                     host::HttpClient::make(url, std::chrono::seconds(invocation.timeout_s)));
    const std::string token_file =
        invocation.token_file.empty() ? environment.tally_token_file : invocation.token_file;
    std::string token;
    if (!token_file.empty()) {
        TALLY_TRY_ASSIGN(token, read_secret_file(token_file));
    }
    return Box(std::move(client), std::move(token));
}

Result<host::HttpAnswer> Box::ask(const Asked& asked) const {
    host::HttpQuestion question = question_of(asked, token_);
    if (asked.effect != Asked::Effect::writes) {
        return client_.ask(question);
    }
    host::OsEntropy entropy;
    const std::uint64_t high = entropy.next_u64();
    const std::uint64_t low = entropy.next_u64();
    question.idempotency_key = fmt::format("{:016x}{:016x}", high, low);
    Result<host::HttpAnswer> answer = client_.ask(question);
    if (!answer && answer.error().kind == ErrorKind::timeout) {
        answer = client_.ask(question);
    }
    return answer;
}

Result<host::HttpAnswer> Box::watch(const Asked& asked,
                                    const std::function<bool(std::string_view)>& take) const {
    return client_.watch(question_of(asked, token_), take);
}

}  // namespace tally::cli

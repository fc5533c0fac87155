#include "firmware/host/http/http_client.hpp"

#include <charconv>

#include <httplib.h>

namespace tally::host {

namespace {

constexpr std::chrono::seconds kConnectWithin{3};
constexpr std::chrono::seconds kStreamSilenceMax{30};  ///< a box says "alive" every few seconds

httplib::Headers headers_of(const HttpQuestion& question) {
    httplib::Headers headers;
    if (!question.token.empty()) {
        headers.emplace("Authorization", "Bearer " + question.token);
    }
    if (!question.idempotency_key.empty()) {
        headers.emplace("Idempotency-Key", question.idempotency_key);
    }
    return headers;
}

Error error_of(httplib::Error error, const std::string& url) {
    if (error == httplib::Error::Read || error == httplib::Error::Write) {
        return {ErrorKind::timeout, "no answer from " + url + " in time, or it went away"};
    }
    return {ErrorKind::offline, "nobody answers at " + url};
}

/// Cuts a stream into lines.
struct LineCutter {
    std::string rest;

    bool feed(std::string_view bytes, const std::function<bool(std::string_view)>& take) {
        rest += bytes;
        std::size_t from = 0;
        for (auto end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', from)) {
            const std::string_view line = std::string_view(rest).substr(from, end - from);
            from = end + 1;
            if (!line.empty() && !take(line)) {
                return false;
            }
        }
        rest.erase(0, from);
        return true;
    }
};

}  // namespace

Result<HttpClient> HttpClient::make(std::string_view url, std::chrono::seconds patience) {
    constexpr std::string_view kScheme = "http://";
    const Error wrong{ErrorKind::malformed,
                      "'" + std::string(url) + "' is no address of a box; write http://host:port"};
    if (!url.starts_with(kScheme)) {
        return fail(wrong);
    }
    std::string_view rest = url.substr(kScheme.size());
    if (rest.ends_with('/')) {
        rest.remove_suffix(1);
    }
    const auto colon = rest.rfind(':');
    HttpClient client;
    const std::string_view port = colon == std::string_view::npos ? "" : rest.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), client.port_);
    client.host_ = rest.substr(0, colon);
    if (port.empty() || error != std::errc() || end != port.data() + port.size() ||
        client.port_ == 0 || client.host_.empty() || client.host_.find('/') != std::string::npos) {
        return fail(wrong);
    }
    client.patience_ = patience;
    return client;
}

std::string HttpClient::url() const {
    return "http://" + host_ + ":" + std::to_string(port_);
}

Result<HttpAnswer> HttpClient::ask(const HttpQuestion& question) const {
    httplib::Client client(host_, port_);
    client.set_connection_timeout(kConnectWithin);
    client.set_read_timeout(patience_);
    client.set_write_timeout(patience_);
    client.set_url_encode(false);  // The target is encoded by who made it.
    const httplib::Result result =
        question.method == "POST"
            ? client.Post(question.target, headers_of(question), question.body, "application/json")
            : client.Get(question.target, headers_of(question));
    if (!result) {
        return fail(error_of(result.error(), url()));
    }
    return HttpAnswer{result->status, result->body};
}

Result<HttpAnswer> HttpClient::watch(const HttpQuestion& question,
                                     const std::function<bool(std::string_view line)>& take) const {
    httplib::Client client(host_, port_);
    client.set_connection_timeout(kConnectWithin);
    client.set_read_timeout(kStreamSilenceMax);
    client.set_url_encode(false);
    HttpAnswer answer;
    LineCutter lines;
    bool wanted = true;
    const httplib::Result result = client.Get(
        question.target, headers_of(question),
        [&](const httplib::Response& response) {
            answer.status = response.status;
            return true;
        },
        [&](const char* data, std::size_t size) {
            if (answer.status != 200) {
                answer.body.append(data, size);
                return true;
            }
            wanted = lines.feed({data, size}, take);
            return wanted;
        });
    if (!result && wanted) {
        return fail(error_of(result.error(), url()));
    }
    return answer;
}

}  // namespace tally::host

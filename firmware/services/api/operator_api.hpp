// The front of the operators' API, the same on edges and bridge: target, user, right, idempotency.
// What a request then means is the business of EdgeApi and BridgeApi.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "firmware/messages/config/tokens_file.hpp"
#include "firmware/ports/operator_api.hpp"
#include "firmware/services/api/answer.hpp"
#include "firmware/services/api/remembered.hpp"
#include "firmware/services/api/routes.hpp"
#include "firmware/services/ledger/ledger.hpp"

namespace tally {

/// A request that may be served.
struct ApiCall {
    Operation operation = Operation::status;
    std::vector<std::string> arguments;  ///< of the path
    ApiTarget target;
    std::string by;  ///< "user:li.wei"
    OperatorRole role = OperatorRole::auditor;
    std::string body;
    Work work = Work::none;
};

/// Single-threaded, on the loop. What a user reads is durable: answers wait for the commit of what
/// they rest on (design 4.1); while the disk refuses commits, only status, doctor and sync answer.
class OperatorApi {
 public:
    /// `ledger` keeps remembered answers: the edge's own, or the bridge's own line.
    OperatorApi(std::vector<OperatorToken> users, Ledger& ledger);
    virtual ~OperatorApi() = default;
    OperatorApi(const OperatorApi&) = delete;
    OperatorApi& operator=(const OperatorApi&) = delete;

    /// Answers exactly once, on the loop.
    void handle(ApiRequest request, ApiReplyTo reply);

 protected:
    /// A read: answers when it can.
    virtual void read(ApiCall call, ApiReplyTo reply) = 0;
    /// A write: does it now and gives the answer that goes out once all of it is durable. Its
    /// ledger events and the memory of the answer become durable together.
    virtual ApiReply write(const ApiCall& call) = 0;

    /// What is served to anybody, because it says nothing of the goods; nothing for other paths.
    virtual std::optional<ApiReply> page(const ApiRequest& request) const;

    [[nodiscard]] AsOf as_of() const;

 private:
    [[nodiscard]] const OperatorToken* user_of(const std::string& token) const;
    void serve_write(const ApiCall& call, const std::string& key, ApiReplyTo reply);
    void reply_durable(ApiReply reply, ApiReplyTo to);

    std::vector<OperatorToken> users_;
    Ledger& ledger_;
    RememberedAnswers remembered_;
};

}  // namespace tally

// The operators' API of goods and people: opening balance, shadow run, receipts, tasks, counts,
// returns. Bodies are flat objects of texts; quantities are in units ("12", "0.25").
#pragma once

#include <map>
#include <string>

#include "firmware/services/api/edge_view.hpp"
#include "firmware/services/api/operator_api.hpp"

namespace tally {

/// Single-threaded, on the loop; part of EdgeApi.
class WorkApi {
 public:
    explicit WorkApi(const EdgeView& view) : view_(view) {}

    ApiReply read(const ApiCall& call);
    /// Within the transaction that also remembers the answer.
    ApiReply write(const ApiCall& call);

 private:
    using Body = std::map<std::string, std::string>;

    [[nodiscard]] ApiReply ok(std::string_view schema, std::string_view data,
                              std::string_view next) const;
    /// `if_refused` is what to do then, if that is not `next`.
    [[nodiscard]] ApiReply written(const Result<Seq>& seq, std::string_view next,
                                   std::string_view if_refused = {}) const;
    [[nodiscard]] ApiReply carried(const Result<Carried>& carried, std::string_view next,
                                   std::string_view if_refused = {}) const;

    ApiReply shadow(const ApiCall& call);
    ApiReply receipts();
    ApiReply receipt(const ApiCall& call);
    ApiReply opening(const ApiCall& call);
    ApiReply receipt_scan(const ApiCall& call, const Body& body);
    ApiReply receipt_close(const ApiCall& call, const Body& body);
    ApiReply task_step(const ApiCall& call, const Body& body);
    ApiReply task_scan(const ApiCall& call, const Body& body);
    ApiReply count_start(const ApiCall& call, const Body& body);
    ApiReply count_next(const ApiCall& call, const Body& body);
    ApiReply count_post(const ApiCall& call, const Body& body);
    ApiReply write_off(const ApiCall& call, const Body& body);
    ApiReply return_grade(const ApiCall& call, const Body& body);

    const EdgeView& view_;
};

}  // namespace tally

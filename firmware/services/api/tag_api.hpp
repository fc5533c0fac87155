// The operators' API of labels, tags and printers. Bodies are flat objects of texts.
#pragma once

#include <map>
#include <string>

#include "firmware/services/api/edge_view.hpp"
#include "firmware/services/api/operator_api.hpp"

namespace tally {

/// Single-threaded, on the loop; part of EdgeApi.
class TagApi {
 public:
    explicit TagApi(const EdgeView& view) : view_(view) {}

    ApiReply read(const ApiCall& call);
    /// Within the transaction that also remembers the answer.
    ApiReply write(const ApiCall& call);

 private:
    using Body = std::map<std::string, std::string>;

    [[nodiscard]] ApiReply ok(std::string_view schema, std::string_view data,
                              std::string_view next) const;
    [[nodiscard]] ApiReply written(const Result<Seq>& seq, std::string_view next) const;
    [[nodiscard]] Result<std::string> item_of(const std::string& code) const;

    ApiReply labels(const ApiCall& call);
    ApiReply printers();
    ApiReply print(const ApiCall& call, const Body& body);
    ApiReply replace(const ApiCall& call, const Body& body, const std::string& item);
    ApiReply ordered(const Result<std::vector<std::string>>& items, std::string_view help);

    const EdgeView& view_;
};

}  // namespace tally

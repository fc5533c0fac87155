// Answers to writes, remembered durably by their idempotency key, so that a request sent again
// (lost answer, restart of the box between) is answered again and not carried out again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "firmware/ports/operator_api.hpp"
#include "firmware/services/ledger/ledger.hpp"

namespace tally {

/// Single-threaded. Keeps the newest kSlots answers as state rows of the ledger: a ring.
class RememberedAnswers {
 public:
    static constexpr std::uint64_t kSlots = 1'024;
    static constexpr std::size_t kKeyBytesMax = 128;

    explicit RememberedAnswers(Ledger& ledger) : ledger_(ledger) {}

    struct Found {
        enum class Match : std::uint8_t { none, same, other_request } match = Match::none;
        ApiReply reply;
    };
    /// `request` is a digest of what was asked: a key stands for one request only.
    Found find(const std::string& user, const std::string& key, const std::string& request);

    /// To be called within Ledger::together with what the write does.
    void keep(const std::string& user, const std::string& key, const std::string& request,
              const ApiReply& reply);

 private:
    struct Entry {
        std::string request;
        ApiReply reply;
        std::uint64_t slot = 0;
    };
    using Key = std::pair<std::string, std::string>;

    void load();

    Ledger& ledger_;
    bool loaded_ = false;
    std::uint64_t next_ = 1;
    std::map<Key, Entry> entries_;
    std::map<std::uint64_t, Key> by_slot_;
};

/// Kind of the state rows.
inline constexpr std::string_view kAnswerRows = "api_answer";

}  // namespace tally

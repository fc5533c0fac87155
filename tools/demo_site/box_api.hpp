// One box of the site, asked through its operators' API as the floor manager does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/host/http/http_client.hpp"

namespace tally::demo {

/// Where a box's book has a unit.
struct BookedUnit {
    std::string item, place, sku;
};

/// Units of a SKU at a real place.
struct StockQuantity {
    std::string place, sku;
    std::int64_t units = 0;
};

struct OpenQuestion {
    std::string id, edge, kind, item, place, text;
};

/// A ledger event as it matters to whoever watches. Empty: not said.
struct FeedEvent {
    std::uint64_t cursor = 0;
    std::int64_t t_ms = 0;
    std::string edge, type, item, sku, from, to, by, cause;
    std::string gate, direction, rule, why;           ///< evidence
    std::string device, kind, text, how, id, reason;  ///< data
    std::int64_t since_t_ms = 0;
    bool inferred = false;
};

/// Blocking; one thread. Every error holds the box's own sentence.
class BoxApi {
 public:
    static Result<BoxApi> make(std::string name, std::uint16_t port, std::string token);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    [[nodiscard]] Result<std::vector<BookedUnit>> units() const;
    [[nodiscard]] Result<std::vector<StockQuantity>> stock() const;
    [[nodiscard]] Result<std::vector<OpenQuestion>> anomalies() const;
    /// Events of an edge that the bridge has not acknowledged.
    struct Sync {
        std::uint64_t depth = 0, seq = 0;
        std::string state;
    };
    [[nodiscard]] Result<std::vector<Sync>> sync() const;
    /// Gates that cannot see just now, with the reason.
    [[nodiscard]] Result<std::vector<std::string>> blind_gates() const;
    /// What came after `cursor`, in order; advances it.
    Result<std::vector<FeedEvent>> events_after(std::uint64_t& cursor) const;

    /// Writes; each answers after the commit.
    Result<std::string> import_master(const std::string& csv) const;
    Result<void> unpack(const std::string& sscc) const;
    /// Folds the ledger again and compares; corrupt if it differs.
    Result<void> verify() const;

 private:
    BoxApi(std::string name, host::HttpClient client, std::string token)
        : name_(std::move(name)), client_(std::move(client)), token_(std::move(token)) {}

    /// The whole body of a good answer.
    Result<std::string> ask(host::HttpQuestion question) const;
    Result<void> add_units(const std::string& filter, std::vector<BookedUnit>& units) const;
    Result<std::string> post(const std::string& target, const std::string& body) const;

    std::string name_;
    host::HttpClient client_;
    std::string token_;
};

}  // namespace tally::demo

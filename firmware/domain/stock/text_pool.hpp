// Names kept once: places, SKUs, lots, states and pallets repeat in every row of the book.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tally {

/// Gives each different text a small number; 0 is the empty text. Texts are never dropped and their
/// views live as long as the pool. Move-only, because the index points into the texts.
class TextPool {
 public:
    TextPool() { add({}); }
    TextPool(TextPool&&) = default;
    TextPool& operator=(TextPool&&) = default;

    std::uint32_t add(std::string_view text) {
        const auto known = index_.find(text);
        if (known != index_.end()) {
            return known->second;
        }
        const auto id = static_cast<std::uint32_t>(texts_.size());
        index_.emplace(texts_.emplace_back(text), id);
        return id;
    }

    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const {
        const auto known = index_.find(text);
        return known == index_.end() ? std::nullopt : std::optional(known->second);
    }

    [[nodiscard]] std::string_view text(std::uint32_t id) const { return texts_[id]; }

 private:
    std::deque<std::string> texts_;
    std::unordered_map<std::string_view, std::uint32_t> index_;  // never iterated
};

}  // namespace tally

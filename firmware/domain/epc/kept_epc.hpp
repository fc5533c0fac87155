// An EPC where many are kept: 40 bytes instead of the 66 that Epc has room for.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include "firmware/domain/epc/epc.hpp"

namespace tally {

/// Up to 240 bits stand in place, which all fixed-length schemes of the EPC Tag Data Standard fit;
/// longer ones are allocated. Has one owner; starts as the empty EPC.
class KeptEpc {
 public:
    static constexpr std::size_t kInPlaceBytes = 30;

    KeptEpc() = default;
    explicit KeptEpc(const Epc& epc) : bit_count_(static_cast<std::uint16_t>(epc.bit_count())) {
        if (is_in_place()) {
            std::memcpy(bytes_.data(), epc.bytes().data(), epc.bytes().size());
        } else {
            long_ = std::make_unique<Epc>(epc);
        }
    }

    [[nodiscard]] Epc value() const noexcept {
        return is_in_place() ? *Epc::from_bits(bytes_, bit_count_) : *long_;
    }

    friend bool operator==(const KeptEpc& kept, const Epc& epc) noexcept {
        return kept.bit_count_ == epc.bit_count() &&
               (kept.is_in_place()
                    ? std::memcmp(kept.bytes_.data(), epc.bytes().data(), epc.bytes().size()) == 0
                    : *kept.long_ == epc);
    }

 private:
    [[nodiscard]] bool is_in_place() const noexcept { return bit_count_ <= kInPlaceBytes * 8; }

    std::unique_ptr<Epc> long_;
    std::uint16_t bit_count_ = 0;
    std::array<std::uint8_t, kInPlaceBytes> bytes_{};
};
static_assert(sizeof(KeptEpc) == 40);

}  // namespace tally

#include "firmware/domain/place.hpp"

#include <algorithm>
#include <array>

namespace tally {

bool is_virtual(const PlaceId& place) noexcept {
    static constexpr std::array kVirtual = {kSupplier, kCustomer, kInTransit,
                                            kFound,    kLost,     kUnexplained};
    return std::find(kVirtual.begin(), kVirtual.end(), place.str()) != kVirtual.end();
}

}  // namespace tally

#include "firmware/services/bridge/word_rank.hpp"

#include "firmware/domain/place.hpp"

namespace tally {

int word_rank(const PlaceId& place) {
    if (!is_virtual(place)) {
        return 6;
    }
    if (place.str() == kSupplier) {
        return 5;
    }
    if (place.str() == kCustomer) {
        return 4;
    }
    if (place.str() == kLost) {
        return 3;
    }
    return place.str() == kInTransit ? 1 : 2;  // FOUND and UNEXPLAINED: somebody's correction.
}

}  // namespace tally

// The names of things. All are short ASCII texts except ledger numbers.
#pragma once

#include "firmware/base/strong_id.hpp"

namespace tally {

using SiteId = TextId<struct SiteTag>;      ///< one building, e.g. "pudong"
using EdgeId = TextId<struct EdgeTag>;      ///< one edge box, e.g. "back"
using GateId = TextId<struct GateTag>;      ///< a doorway with antennas
using DeviceId = TextId<struct DeviceTag>;  ///< a reader, shelf controller, ...
using PlaceId = TextId<struct PlaceTag>;    ///< a location, real or virtual
using SkuId = TextId<struct SkuTag>;        ///< what an item is
using LotId = TextId<struct LotTag>;        ///< which batch; "-" is the default lot
using ItemId = TextId<struct ItemTag>;      ///< one unit: the text form of its EPC (epc.hpp)

using Epoch = NumberId<struct EpochTag>;  ///< generation of an edge's ledger; starts at 1
using Seq = NumberId<struct SeqTag>;      ///< number of an event in its edge's ledger; starts at 1

}  // namespace tally

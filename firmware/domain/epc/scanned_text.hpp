// Texts that name one unit in a barcode or QR code.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/epc/epc.hpp"

namespace tally {

/// The EPC of "(01)80614141123458(21)6789", of the same without brackets (21 last), or of an EPC's
/// own text or hex. The length of the company prefix is known only for `own_prefixes`; the serial
/// must be a number that SGTIN-96 holds (GS1 General Specifications 3.2, 3.5.2; TDS 2.3, 7.1). The
/// filter is 1, as on labels of ours. malformed says what it is instead.
Result<Epc> unit_of_code(std::string_view code, const std::vector<std::string>& own_prefixes);

}  // namespace tally

// Whether anything listens at an address: what tells a broker that is down from one whose TLS
// fails, where the client library says the same of both.
#pragma once

#include "firmware/base/time.hpp"
#include "firmware/ports/stream.hpp"

namespace tally::host {

/// Blocks for `limit` at most, and for as long as the name takes to resolve; on a worker's thread.
bool accepts_tcp(const Endpoint& at, Duration limit);

}  // namespace tally::host

// All messages between edge and bridge (docs/adr/0005-delivery.md); each stands in its own header.
#pragma once

#include "firmware/messages/sync/ack.hpp"       // IWYU pragma: export
#include "firmware/messages/sync/birth.hpp"     // IWYU pragma: export
#include "firmware/messages/sync/command.hpp"   // IWYU pragma: export
#include "firmware/messages/sync/delta.hpp"     // IWYU pragma: export
#include "firmware/messages/sync/snapshot.hpp"  // IWYU pragma: export

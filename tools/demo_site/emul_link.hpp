// The control connection to tally-emul: who walks where, what breaks, and what the truth is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/host/loop/fd.hpp"
#include "tools/demo_site/site_files.hpp"

namespace tally::demo {

/// Where a tag really is.
struct TrueUnit {
    std::string epc, place;
    bool walking = false;
};

struct WalkOrder {
    std::vector<std::string> tags;  ///< all at the near side; a pallet brings its children
    std::string gate;
    enum class Way : std::uint8_t { in, out } way = Way::in;
    std::int32_t speed_mm_s = 0;  ///< 0: a person's pace
};

/// Blocking; one thread. Every verb fails with tally-emul's own sentence where it refuses.
class EmulLink {
 public:
    static Result<EmulLink> open(std::uint16_t control_port);

    Result<void> add_gate(const DemoGate& gate);
    Result<void> add_unit(const std::string& epc, std::string_view place);
    Result<void> add_pallet(const std::string& sscc, std::string_view place,
                            const std::vector<std::string>& children);
    Result<void> unpack(const std::string& sscc);
    Result<void> walk(const WalkOrder& order);
    /// Power loss of a reader for that long.
    Result<void> reboot(std::string_view reader, std::int64_t down_ms);

    /// Puts so much on an instrument of the rack, or takes it off.
    Result<void> load_shelf(int unit, std::int64_t mg);
    /// "connected" or "pulled".
    Result<void> shelf_cable(std::string_view state);

    /// Every tag of the world, ordered.
    Result<std::vector<TrueUnit>> truth();
    /// True once a client has told every reader to read.
    Result<bool> all_reading();

 private:
    Result<std::string> ask(const std::string& line);

    host::Fd socket_;
    std::string pending_;
};

}  // namespace tally::demo

// A small world that knows the truth: places, gates, units and pallets that walk through gates, and
// what the readers at the gates could perceive of it. Deterministic from its seed; it runs on a
// Scheduler, so in virtual and in real time alike.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "firmware/base/result.hpp"
#include "firmware/domain/ids.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/scheduler.hpp"
#include "sim/devices/reader_scene.hpp"
#include "sim/world/model.hpp"

namespace tally::sim {

/// A doorway with one reader: antenna 1 and input 1 on the outer side, 2 on the inner. An input is
/// high while its beam is broken.
struct GateSetup {
    GateId id;
    PlaceId outside;
    PlaceId inside;
};

enum class Way : std::uint8_t { in, out };

/// Who walks where. `units` are tags that stand together on the near side; a pallet brings its
/// children.
struct Walk {
    std::vector<TagCode> units;
    GateId gate;
    Way way = Way::in;
    enum class Course : std::uint8_t { through, turn_back } course = Course::through;
    std::int32_t speed_mm_s = 0;       ///< 0: the model's
    std::vector<TagCode> copies = {};  ///< cloned tags among the cargo; their originals stay
};

/// Where a unit really is.
struct Truth {
    TagCode code;
    PlaceId place;
    std::optional<TagCode> pallet;  ///< what it is packed on
    bool walking = false;           ///< in a gate right now
};

/// Single-threaded, on the loop. Readers must outlive it.
class World {
 public:
    World(Scheduler& scheduler, const Clock& clock, Prng prng, WorldModel model = {});
    ~World();

    Result<void> add_gate(GateSetup setup, ReaderScene& reader);
    /// conflict if the tag exists already.
    Result<void> add_unit(TagCode code, PlaceId place);
    /// The pallet's own tag, and children that exist and stand at `place`.
    Result<void> add_pallet(TagCode code, PlaceId place, std::vector<TagCode> children);
    Result<void> unpack(const TagCode& pallet);
    /// Somebody carries a unit to another place of the house, through no gate. conflict if it is on
    /// the move or packed.
    Result<void> bring(const TagCode& unit, PlaceId to);

    /// Starts a walk; `on_done` is called when it is over. conflict if a unit is elsewhere, on the
    /// move, or packed on a pallet that does not walk with it.
    Result<void> walk(Walk walk, std::function<void()> on_done = {});

    [[nodiscard]] bool anybody_walking() const { return !walks_.empty(); }
    /// Every unit and pallet, ordered by tag.
    [[nodiscard]] std::vector<Truth> truth() const;

 private:
    struct Gate {
        GateSetup setup;
        ReaderScene* reader = nullptr;
        Prng prng{0};
        Level eyes[2] = {Level::low, Level::low};
        std::unique_ptr<Timer> murmurs;  ///< reads that no walk explains
    };
    struct Unit {
        PlaceId place;
        std::optional<TagCode> pallet;
        std::vector<TagCode> children;
        bool shadowed = false;
        bool dead = false;
        bool walking = false;
    };
    /// Live units that stand in one place, by code once sorted.
    struct Standing {
        std::vector<const TagCode*> codes;  ///< keys of units_
        bool is_sorted = true;
    };
    struct Carried {
        TagCode code;
        std::int32_t offset_mm = 0;  ///< from the middle of the cargo, against the walk
        bool shadowed = false;
        bool dead = false;
    };
    struct Walking {
        Walk walk;
        std::vector<Carried> cargo;
        std::vector<TagCode> members;
        MonoTime began;
        std::int32_t length_mm = 0;
        std::int32_t turn_mm = 0;  ///< how far past the doorway it turns back
        std::function<void()> on_done;
    };

    Result<std::vector<TagCode>> gather(const Walk& walk, const PlaceId& from) const;
    void load(Walking& walking, Gate& gate);
    void tick();
    [[nodiscard]] std::int32_t position(const Walking& walking) const;
    [[nodiscard]] bool over(const Walking& walking) const;
    void look(Gate& gate, const Walking& walking, std::uint16_t antenna);
    void update_eyes();
    void finish(Walking& walking);
    void stands(const TagCode& code, bool now);
    std::vector<const TagCode*>& standing_at(const PlaceId& place);
    void cross_read(Gate& gate);
    void ghost_read(Gate& gate);
    void murmur(Gate& gate);
    [[nodiscard]] TagCode foreign_tag(Prng& prng) const;

    Scheduler& scheduler_;
    const Clock& clock_;
    Prng prng_;
    WorldModel model_;
    std::map<GateId, Gate> gates_;
    std::map<TagCode, Unit> units_;
    std::map<PlaceId, Standing> standing_;
    std::vector<Walking> walks_;
    std::uint64_t ticks_ = 0;
    Timer tick_timer_;
};

}  // namespace tally::sim

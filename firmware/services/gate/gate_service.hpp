// One reader and the gates it watches: takes what the driver tells, at the service's own pace, runs
// each gate's rules, and hands decided facts to the inventory.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/base/bounded_queue.hpp"
#include "firmware/domain/gate/tracker.hpp"
#include "firmware/domain/layout/site.hpp"
#include "firmware/domain/reader_feed.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/services/inventory/inventory.hpp"

namespace tally {

/// How a reader does, for people.
struct ReaderHealth {
    std::uint64_t reads = 0;
    std::uint64_t reads_lost = 0;     ///< our own queue overflowed
    std::optional<BlindBegan> blind;  ///< the whole reader cannot tell
    std::vector<BlindBegan> blind_antennas;
    MonoTime last_read;
};

/// Single-threaded. Inputs are queued (at most kQueuedReadsMax reads; above that the newest are
/// lost and the reader counts as blind, cause overload) and worked off in the next turns of the
/// loop, a few hundred a turn. Every five seconds it makes durable that the reader sees, so that
/// after a crash the blind span begins where the reader was last known to see, not where the new
/// process began. While the ledger cannot take events the work waits, and `hold` tells the driver
/// to stop reading, so that back-pressure reaches the device.
class GateService final : public ReaderFeed, private GateListener {
 public:
    static constexpr std::size_t kQueuedReadsMax = 65'536;
    using Hold = std::function<void(bool hold)>;

    GateService(DeviceId reader, std::vector<GateLayout> gates, Inventory& inventory,
                Ledger& ledger, Clock& clock, Scheduler& scheduler, Events& events);

    /// Set before the driver starts; may stay empty.
    void on_hold(Hold hold) { hold_ = std::move(hold); }

    /// Hears every read before the gates' rules do; set before the driver starts, may stay empty.
    using Tap = std::function<void(std::span<const TagRead> reads)>;
    void on_tap(Tap tap) { tap_ = std::move(tap); }

    void on_reads(std::span<const TagRead> reads) override;
    void on_input(const InputChange& change) override;
    void on_blind(const BlindBegan& blind) override;
    void on_sighted(std::uint16_t antenna, MonoTime at) override;

    [[nodiscard]] const DeviceId& reader() const { return reader_; }
    [[nodiscard]] const ReaderHealth& health() const { return health_; }
    /// Reads that wait; kQueuedReadsMax bounds them.
    [[nodiscard]] std::size_t queued_reads() const {
        return queue_.reads.size() + batch_.reads.size() - batch_.reads_done;
    }
    /// True while something queued is not worked off.
    [[nodiscard]] bool has_work() const { return !batch_.is_done() || !queue_.is_done(); }
    /// True while the reader is proven to see with every antenna. Not before it was proven.
    [[nodiscard]] bool sees() const {
        return sees_ && !health_.blind && health_.blind_antennas.empty();
    }
    [[nodiscard]] const std::vector<std::unique_ptr<GateTracker>>& gates() const { return gates_; }

 private:
    struct Sighted {
        std::uint16_t antenna = 0;
        MonoTime at;
    };
    /// What came between two runs of reads, in its place in the order.
    struct Marker {
        std::size_t after_reads = 0;  ///< how many reads of its queue come before it
        std::variant<InputChange, BlindBegan, Sighted> what;
    };
    struct Queue {
        std::vector<TagRead> reads;
        std::vector<Marker> markers;
        std::size_t reads_done = 0;  ///< at the front
        std::size_t markers_done = 0;

        [[nodiscard]] bool is_done() const {
            return reads_done == reads.size() && markers_done == markers.size();
        }
        /// Takes the next marker that comes after so many reads at most; null if there is none.
        const Marker* next_marker(std::size_t reads_end);
        /// Keeps the room.
        void clear() {
            reads.clear();
            markers.clear();
            reads_done = markers_done = 0;
        }
    };

    void on_presence_began(const Held& held) override;
    void on_passage(const Passage& passage) override;
    void on_presence_ended(const Held& held) override;

    void wake();
    void work();
    void feed(std::size_t end);
    void take(const Marker& marker);
    void take_blind(const BlindBegan& blind);
    void take_sighted(const Sighted& sighted);
    void deliver();
    void advance();
    void note_seeing();
    [[nodiscard]] std::int64_t seen_before_start(std::int64_t since_t_ms) const;
    void set_hold(bool hold);
    [[nodiscard]] std::int64_t wall_ms(MonoTime at) const;

    DeviceId reader_;
    Inventory& inventory_;
    Ledger& ledger_;
    Clock& clock_;
    Events& events_;
    std::vector<std::unique_ptr<GateTracker>> gates_;
    const GateTracker* working_ = nullptr;  ///< whose rules run now
    Queue queue_;                           ///< being filled
    Queue batch_;  ///< being worked off; filled and worked off, the two change places
    std::vector<GateReport> reports_;
    ReaderHealth health_;
    Hold hold_;
    Tap tap_;
    bool holding_ = false;
    bool overloaded_ = false;
    bool sees_ = false;      ///< proven by the driver, and not blind since
    bool ever_saw_ = false;  ///< in this process
    MonoTime noted_;         ///< when it was last made durable that the reader sees
    Timer work_timer_;
    Timer advance_timer_;
};

}  // namespace tally

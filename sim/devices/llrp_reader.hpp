// An emulated RFID reader that speaks LLRP on the wire, like an Impinj R420 with firmware 5.14.
// Two faces: bytes toward the client, verbs toward the scene. It runs on ports only, so the same
// object serves virtual time and real sockets. Written from the LLRP 1.1 standard with its own
// encoder and decoder; it shares nothing with drivers/llrp. Every fault of devices.md 3.10 is a
// field of Faults or a verb: docs/devices/llrp-emulator.md lists them.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "firmware/ports/clock.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/ports/stream.hpp"
#include "sim/devices/llrp_reader/access.hpp"
#include "sim/devices/llrp_reader/client.hpp"
#include "sim/devices/llrp_reader/encode.hpp"
#include "sim/devices/llrp_reader/playlist.hpp"
#include "sim/devices/llrp_reader/rospec_engine.hpp"
#include "sim/devices/llrp_reader/tag_report.hpp"
#include "sim/devices/reader_clock.hpp"
#include "sim/devices/reader_scene.hpp"

namespace tally::sim {

/// What a reader is born with. The ports must outlive it.
struct LlrpReaderSetup {
    std::string name = "reader";    ///< for reports to Events
    std::uint32_t rospecs_max = 1;  ///< R420: 1
    int keepalives_missed_max = 3;  ///< then the client is dropped; 0: never
    Faults faults = {};
};

/// The ports a reader stands on.
struct ReaderPorts {
    Scheduler& scheduler;
    const Clock& clock;
    StreamAcceptor& acceptor;
    Events& events;
};

/// Single-threaded, on the loop. Destroying it ends its connections.
class LlrpReader final : public ReaderScene,
                         private AcceptHandler,
                         private llrp::ClientOwner,
                         private llrp::RoSpecSink {
 public:
    LlrpReader(ReaderPorts ports, LlrpReaderSetup setup);
    ~LlrpReader() override;

    /// Power on: listens at `at` (port 0: any).
    Result<void> listen(const Endpoint& at);
    [[nodiscard]] Endpoint bound() const { return endpoint_; }

    // --- toward the scene -----------------------------------------------------------------------
    Heard tag_seen(const TagSight& sight) override;
    /// With the fault `input_bounces` it bounces so often.
    void input(std::uint16_t port, Level level) override;
    /// The level changes `bounces` times extra, 2 ms apart, before it stays.
    void input_bouncing(std::uint16_t port, Level level, int bounces);
    enum class Cable : std::uint8_t { connected, pulled };
    void antenna(std::uint16_t number, Cable cable);
    /// Power is cut for `down`: connection, ROSpecs, configuration and buffer are lost.
    void reboot(Duration down);
    /// TCP stays open, and nothing is sent or taken any more until `speak_up`.
    void go_silent();
    void speak_up();
    /// The connection dies in the middle of a frame.
    void reset_tcp();
    /// Fills the report buffer to `percent` with reports of somebody else; 0 empties it again.
    void fill_buffer(int percent);
    /// The buffer overflows now: BufferOverflowError, and the next reads are lost until emptied.
    void overflow();
    /// Another client takes the reader for `held`; ours is told and closed.
    void steal_by_second_client(Duration held);
    void set_clock(std::int64_t jump_us) { clock_.jump(jump_us); }
    /// Another ROSpec of higher priority, not ours, takes the radio.
    void preempt();
    /// A ReaderException event (overheating, say) with this text.
    void exception(std::string_view text);
    /// Puts `count` tags with distinct SGTINs into one report.
    void flood(std::uint32_t count);
    /// Captured frames go out as this reader's own (playlist.hpp).
    void play(llrp::Playlist playlist);

    Faults& faults() noexcept { return faults_; }
    [[nodiscard]] const std::string& name() const noexcept { return setup_.name; }
    [[nodiscard]] bool reading() const { return engine_.active() != nullptr; }
    [[nodiscard]] bool connected() const { return client_ != nullptr && client_->greeted; }
    /// Somebody holds its connection, greeted or not, alive or dead.
    [[nodiscard]] bool taken() const noexcept { return client_ != nullptr; }
    [[nodiscard]] bool up() const noexcept { return up_; }

 private:
    /// A report or event on its way out; reports are encoded when they leave.
    struct Outgoing {
        bool is_report = false;
        Bytes event;  ///< body of READER_EVENT_NOTIFICATION
        llrp::ReportSpec spec;
        std::vector<llrp::TagEntry> tags;
        std::uint32_t rospec_id = 0;
    };

    // Connections (llrp_reader.cpp).
    StreamHandler* on_accept(std::unique_ptr<Stream> stream) override;
    void client_said(llrp::Client& client, const llrp::Message& message) override;
    void client_gone(llrp::Client& client, const std::string& why) override;
    void greet(llrp::Client* client);
    void refuse(llrp::Client& client, llrp::Attempt status);
    void send_attempt(llrp::Client& client, llrp::Attempt status);
    void drop_client(const std::string& why);
    void bury(std::unique_ptr<llrp::Client> client);
    void refuse_arrivals();
    void arm_keepalive();
    void say(Severity severity, const std::string& text) const;

    // Requests (requests.cpp).
    void answer(const llrp::Message& message);
    bool version_accepted(const llrp::Message& message);
    std::optional<llrp::Problem> carry_out(const llrp::Message& message, const llrp::Node& root,
                                           ByteWriter& out);
    std::optional<llrp::Problem> carry_out_rospec(const llrp::Message& message,
                                                  const llrp::Node& root);
    std::optional<llrp::Problem> carry_out_access(const llrp::Message& message,
                                                  const llrp::Node& root);
    std::optional<llrp::Problem> set_version(const llrp::Node& root);
    void take_notice(const llrp::Message& message);
    void reply(const llrp::Header& header, ByteView body);
    void send_error(const llrp::Message& message, const llrp::Problem& problem);

    // The scene (scene_verbs.cpp).
    void sense(std::uint16_t port, Level level);

    // Reports and events (reports.cpp).
    void rospec_started(const llrp::RoSpec& spec) override;
    void aispec_ended(const llrp::RoSpec& spec, std::uint16_t spec_index) override;
    void rospec_ended(const llrp::RoSpec& spec) override;
    void rospec_preempted(const llrp::RoSpec& spec, std::uint32_t by) override;
    void rospec_over(const llrp::RoSpec& spec, std::uint8_t kind, std::uint32_t by);
    [[nodiscard]] llrp::ReportSpec report_spec(const llrp::RoSpec& spec) const;
    void report_tags(std::uint32_t rospec_id, const llrp::ReportSpec& spec);
    void report_if_due(std::uint32_t rospec_id, const llrp::ReportSpec& spec);
    template <typename Body>
    void event(llrp::EventType type, const Body& body);
    template <typename Body>
    [[nodiscard]] Bytes event_body(const Body& body) const;
    void emit(Outgoing outgoing);
    void pump();
    [[nodiscard]] Bytes encode(const Outgoing& outgoing, std::uint32_t id);
    [[nodiscard]] std::size_t buffered_tags() const;
    [[nodiscard]] std::size_t buffer_tags_max() const;
    void watch_buffer();
    bool room_for_tag();
    void poll_report();
    void play_next();

    LlrpReaderSetup setup_;
    Faults faults_;
    ReaderPorts ports_;
    ReaderClock clock_;
    llrp::Config config_ = llrp::Config::factory();
    llrp::Sensed sensed_;
    llrp::RoSpecEngine engine_;
    llrp::AccessList access_;
    llrp::TagEncoder encoder_;
    std::map<std::uint32_t, llrp::TagList> pending_;  ///< by ROSpecID
    std::map<TagCode, MonoTime> last_heard_;          ///< for once_per_session
    std::deque<Outgoing> outgoing_;
    std::size_t outgoing_tags_ = 0;
    std::size_t foreign_tags_ = 0;  ///< what fill_buffer pretends
    bool warned_ = false;
    bool overflowed_ = false;
    bool up_ = false;
    bool silent_ = false;
    bool stolen_ = false;
    bool answering_ = false;
    std::uint32_t next_id_ = 1;
    Endpoint endpoint_;
    llrp::Playlist playlist_;

    std::unique_ptr<StreamListener> listener_;
    std::unique_ptr<llrp::Client> client_;
    std::vector<std::pair<llrp::Client*, llrp::Attempt>> to_refuse_;  ///< all are in buried_
    std::vector<std::unique_ptr<llrp::Client>> buried_;  ///< closed, until their last bytes left
    Timer greet_timer_;
    Timer keepalive_timer_;
    Timer report_timer_;
    Timer pump_timer_;
    Timer refuse_timer_;
    Timer bury_timer_;
    Timer power_timer_;
    Timer steal_timer_;
    Timer play_timer_;
    std::map<std::uint16_t, Timer> bounce_timers_;  ///< by input
};

}  // namespace tally::sim

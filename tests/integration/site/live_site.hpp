// One site as real processes on loopback: mosquitto, tally-bridge, the tallyd of two edges (back,
// shop), tally-emul as their readers, and mosquitto_sub as a witness of all that is said. The
// programs are those of this build, or of the folder that TALLY_PROGRAMS names.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/site/wire_tap.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/process.hpp"

namespace tally::test {

/// A gate, two antennas (1 outer, 2 inner) and no photo-eyes; its reader is called "<id>-reader".
struct GatePlan {
    std::string id, edge, outer, inner;
    std::string more{};  ///< further keys of the [[gate]], TOML lines
};

struct SitePlan {
    std::vector<std::string> own_prefixes = {"0614141"};
    std::vector<GatePlan> gates;
    MosquittoConfig broker{};
    std::string broker_user{};  ///< with its password file, for all boxes; empty: anonymous
    std::string broker_password{};
    /// The authority that the broker must prove itself to, PEM; empty: no TLS.
    std::filesystem::path broker_authority{};
};

/// dock and door belong to the edge back, exit to shop; who goes through door changes edges.
SitePlan warehouse_plan();

/// How long a process may take for a simple thing, on a busy machine under a sanitizer.
constexpr Duration kPatience = std::chrono::seconds(60);

/// Everything ends with this object. Failures of the machinery throw or fail the test case.
class LiveSite {
 public:
    explicit LiveSite(SitePlan plan);
    LiveSite(const LiveSite&) = delete;
    LiveSite& operator=(const LiveSite&) = delete;

    /// tally-emul with one reader a gate, and its options beside.
    void start_readers(const std::vector<std::string>& options);
    /// Gates' readers by port instead (a foreign reader, or nobody there).
    void use_readers(std::map<std::string, std::uint16_t> ports);
    [[nodiscard]] const std::map<std::string, std::uint16_t>& readers() const {
        return reader_ports_;
    }
    /// Lets a box that is not up yet reach the broker through another port of loopback.
    void lead_to_broker(const std::string& box, std::uint16_t port);

    /// Another password in the boxes' password file than the broker knows, or the right one again.
    void write_password(const std::string& password) const;

    void start_bridge();
    /// Starts a box without waiting for it.
    void launch(const std::string& box, std::uint64_t file_bytes_max = 0);
    /// Waits until it says that it is up.
    void await_up(const std::string& box);
    void start_edge(const std::string& edge, std::uint64_t file_bytes_max = 0);
    /// SIGTERM, and an exit code of 0 in time.
    void stop(const std::string& box);
    /// Waits until the bridge has acknowledged all that an edge sent and nothing more comes.
    void settle(const std::string& edge);

    /// Program of a box: "bridge" or an edge; "readers".
    [[nodiscard]] Process& process(const std::string& box) { return processes_[box]; }
    [[nodiscard]] Mosquitto& broker() { return broker_; }
    [[nodiscard]] WireTap& tap() { return tap_; }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
    [[nodiscard]] std::filesystem::path database(const std::string& box) const;
    [[nodiscard]] std::filesystem::path config(const std::string& box) const;
    [[nodiscard]] std::filesystem::path log(const std::string& box) const;
    /// What runs a box, for tests that start it their own way.
    [[nodiscard]] ProcessSpec spec_of(const std::string& box) const;

    /// Last lines of every log, for INFO.
    [[nodiscard]] std::string story() const;

 private:
    struct Folder {
        Folder();
        ~Folder();
        [[nodiscard]] const std::filesystem::path& path() const { return path_; }
        std::filesystem::path path_;
    };
    void write_configs() const;
    [[nodiscard]] std::string site_toml() const;
    [[nodiscard]] std::string box_toml(const std::string& box) const;

    SitePlan plan_;
    Folder folder_;
    Mosquitto broker_;
    WireTap tap_;
    std::map<std::string, std::uint16_t> reader_ports_;
    std::map<std::string, std::uint16_t> broker_ports_;  ///< of boxes that do not go there directly
    std::map<std::string, Process> processes_;
};

}  // namespace tally::test

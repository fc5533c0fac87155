// A whole site as real processes on loopback: mosquitto, tally-bridge, the tallyd of two edges and
// tally-emul with three readers. Each can be killed and started again on the same ports and files.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"
#include "tools/demo_site/child_process.hpp"
#include "tools/demo_site/reserved_port.hpp"
#include "tools/demo_site/site_files.hpp"
#include "tools/demo_site/tally_cli.hpp"

namespace tally::demo {

enum class Part : std::uint8_t { broker, readers, bridge, back, shop };
inline constexpr std::array kParts = {Part::broker, Part::readers, Part::bridge, Part::back,
                                      Part::shop};
std::string_view to_string(Part part) noexcept;

struct SiteOptions {
    std::filesystem::path programs;  ///< folder of tallyd, tally-bridge and tally-emul
    std::filesystem::path folder;    ///< empty: a new one in the folder for temporary files
    enum class Folder : std::uint8_t { removed, kept } at_end = Folder::removed;
    std::uint64_t seed = 1;  ///< of the emulated world's chances
    /// How much less often a shadowed tag answers. At the world's own 8 some pass a gate wholly
    /// unread, which no gate can report; here they are read poorly, but read.
    std::uint32_t shadow_divisor = 3;
};

/// Blocking; one thread. The destructor kills what still runs and, if so asked, removes the folder;
/// should this process die, the kernel kills the children (child_process.hpp).
class SiteProcesses {
 public:
    static Result<std::unique_ptr<SiteProcesses>> make(const SiteOptions& options);
    ~SiteProcesses();
    SiteProcesses(const SiteProcesses&) = delete;
    SiteProcesses& operator=(const SiteProcesses&) = delete;

    /// Returns when it listens. conflict if it runs already; else with the end of its log.
    Result<void> start(Part part);
    Result<void> start_all();

    void kill9(Part part);
    /// SIGTERM. corrupt if it ends with another code than 0, timeout (and killed) if it does not
    /// end within 20 s.
    Result<void> stop(Part part);
    /// Edges first, the broker last.
    Result<void> stop_all();

    /// Logs and configs stay where they are when this object goes.
    void keep_folder() { options_.at_end = SiteOptions::Folder::kept; }

    [[nodiscard]] bool running(Part part) const;
    /// Those that ended although nobody asked them to.
    [[nodiscard]] std::vector<Part> fallen();

    [[nodiscard]] const SitePorts& ports() const noexcept { return ports_; }
    [[nodiscard]] std::uint16_t port_of(Part part) const noexcept;
    [[nodiscard]] std::filesystem::path program(std::string_view name) const {
        return options_.programs / name;
    }
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return options_.folder; }
    [[nodiscard]] std::filesystem::path log_of(Part part) const;
    [[nodiscard]] std::string log_end(Part part) const;

 private:
    explicit SiteProcesses(SiteOptions options) : options_(std::move(options)) {}

    Result<void> reserve_ports();
    [[nodiscard]] std::vector<std::string> arguments_of(Part part) const;
    [[nodiscard]] ChildProcess& child(Part part) {
        return children_[static_cast<std::size_t>(part)];
    }

    SiteOptions options_;
    SitePorts ports_;
    std::vector<ReservedPort> reserved_;
    std::array<ChildProcess, kParts.size()> children_;
};

/// The `tally` program of a named user, ready to talk to one of the boxes of a site.
TallyCli tally_cli(const SiteProcesses& site, Part box, std::string_view user = kManager);

}  // namespace tally::demo

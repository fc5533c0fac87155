// tally-demo: a whole site on loopback, tried by a scripted scene. Arguments -> site -> scene ->
// tables.
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tools/demo_site/closing.hpp"
#include "tools/demo_site/pause.hpp"

namespace tally::demo {
namespace {

using Voice = Tale::Voice;

struct Options {
    std::uint64_t seed = 1;
    bool keep = false;
    bool fast = false;
    std::string programs;
};

enum class Verdict : std::uint8_t { equal, different };

Result<Reckoning> reckon_and_print(const Stage& stage, const Scene& scene, std::string_view title) {
    Truth truth;
    TALLY_TRY_ASSIGN(truth.units, stage.emul.truth());
    truth.counted = scene.counted();
    TALLY_TRY_ASSIGN(Reckoning reckoning, reckon(truth, stage.boxes, stage.goods));
    stage.tale.chapter(title);
    print(reckoning, stage.tale);
    return reckoning;
}

Result<Verdict> end_of_day(const Stage& stage, const Scene& scene) {
    TALLY_TRY_ASSIGN(const Reckoning before, reckon_and_print(stage, scene, "As the books stand"));
    TALLY_TRY_ASSIGN(const std::size_t unexcused, list_doubts(before, stage, scene.walks()));
    stage.tale.chapter("The floor manager looks at what was reported and closes it");
    TALLY_TRY(close_doubts(before, stage));
    TALLY_TRY(stage.watch.until_quiet());
    TALLY_TRY_ASSIGN(const Reckoning after, reckon_and_print(stage, scene, "At the end"));
    TALLY_TRY_ASSIGN(const std::vector<OpenQuestion> open, stage.boxes.bridge.anomalies());
    for (const BoxApi* box : {&stage.boxes.back, &stage.boxes.shop, &stage.boxes.bridge}) {
        TALLY_TRY(box->verify());
    }
    const std::size_t wrong = unexcused + after.differences() + open.size();
    stage.tale.plain("");
    stage.tale.plain(fmt::format(
        "{} units, {} ledger events at the bridge, {} blind spans, {} anomalies raised, all "
        "ledgers verified",
        after.units.size(), stage.watch.events(), stage.watch.blind().size(),
        stage.watch.anomalies_raised()));
    const std::string sentence = fmt::format(
        "{} differences ({} were in places reported blind or anomalous, and were closed; {} "
        "unexplained; {} anomalies still open)",
        after.differences(), before.differences(), unexcused, open.size());
    stage.tale.say(wrong == 0 ? Voice::verdict_good : Voice::verdict_bad, "verdict", sentence);
    return wrong == 0 ? Verdict::equal : Verdict::different;
}

Result<void> stay(const SiteProcesses& site, const Options& options, Watch& watch,
                  const Tale& tale) {
    const std::string tally = (std::filesystem::path(options.programs) / "tally").string();
    tale.chapter("The site stays up; Ctrl-C ends it");
    for (const Part part : {Part::bridge, Part::back, Part::shop}) {
        tale.plain(fmt::format("{:<7} http://127.0.0.1:{}", to_string(part), site.port_of(part)));
    }
    tale.plain("\nexport TALLY_URL=http://127.0.0.1:" + std::to_string(site.port_of(Part::bridge)) +
               "\nexport TALLY_TOKEN_FILE=" + token_file(site.folder()).string());
    for (const char* command :
         {"status", "stock ls", "gate log door", "anomaly ls", "sync status", "doctor"}) {
        tale.plain(tally + " " + command);
    }
    tale.plain("\nlogs and configs: " + site.folder().string());
    while (watch.wait(std::chrono::seconds(1))) {
    }
    return {};
}

Result<Verdict> play_on(SiteProcesses& site, const Options& options, const Tale& tale) {
    const Prng prng(options.seed);
    TALLY_TRY_ASSIGN(const Goods goods, make_goods(prng.fork("goods"), {}));
    for (const Part part : kParts) {
        TALLY_TRY(site.start(part));
        tale.say(Voice::scene, "start",
                 fmt::format("{} listens on port {}", to_string(part), site.port_of(part)));
    }
    TALLY_TRY_ASSIGN(const Boxes boxes, Boxes::make(site));
    TALLY_TRY_ASSIGN(EmulLink emul, EmulLink::open(site.port_of(Part::readers)));
    Watch watch(site, boxes, tale, goods);
    const Stage stage{site, boxes, emul, watch, tale, goods};
    Scene scene(stage, prng.fork("scene"), options.fast ? Pace::brisk : Pace::person);
    TALLY_TRY(scene.play());
    TALLY_TRY_ASSIGN(const Verdict verdict, end_of_day(stage, scene));
    if (options.keep) {
        TALLY_TRY(stay(site, options, watch, tale));
    } else {
        TALLY_TRY(site.stop_all());
    }
    return verdict;
}

Result<Verdict> play(const Options& options) {
    const Tale tale;
    tale.chapter(fmt::format("A site on loopback, seed {}", options.seed));
    SiteOptions wish;
    wish.programs = options.programs;
    wish.seed = options.seed;
    TALLY_TRY_ASSIGN(const auto site, SiteProcesses::make(wish));
    Result<Verdict> verdict = play_on(*site, options, tale);
    const bool good = verdict && *verdict == Verdict::equal;
    if (!good && !was_interrupted()) {
        site->keep_folder();
        tale.plain("logs, configs and ledgers are kept in " + site->folder().string());
    }
    return verdict;
}

}  // namespace
}  // namespace tally::demo

int main(int argc, char** argv) {
    using namespace tally::demo;
    constexpr int kBadUsage = 2;
    Options options;
    options.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
    CLI::App app(
        "A whole site on loopback, tried by a scripted scene; 0 only if truth, edges and "
        "bridge agree at the end.\n\nExamples:\n  tally-demo\n  tally-demo --seed 7\n"
        "  tally-demo --keep    stay up afterwards, and say which commands to try\n",
        "tally-demo");
    app.add_option("--seed", options.seed, "another scene: other goods, walks and moments")
        ->capture_default_str();
    app.add_flag("--keep", options.keep, "stay up when the scene is over");
    app.add_flag("--fast", options.fast, "everybody walks briskly");
    app.add_option("--programs", options.programs, "folder of tallyd, tally-bridge and tally-emul");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kBadUsage;
    }
    end_waits_on_signals();
    const tally::Result<Verdict> verdict = play(options);
    if (!verdict) {
        fmt::print(stderr, "tally-demo: {}\n", verdict.error().text);
        return 1;
    }
    return *verdict == Verdict::equal ? 0 : 1;
}

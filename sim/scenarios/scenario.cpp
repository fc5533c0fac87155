#include "sim/scenarios/scenario.hpp"

#include <algorithm>

#include "firmware/base/near_name.hpp"
#include "firmware/domain/ledger/anomaly.hpp"
#include "firmware/domain/ledger/event.hpp"

namespace tally::sim {

namespace {

struct OneFile {
    Scenario scenario;
    std::vector<std::string> includes;
};

std::string broken_bounds(const Parameter& parameter, const Range& range) {
    const std::int64_t least = range.maybe_off ? 0 : range.low;
    if (least >= parameter.least && range.low >= parameter.least && range.high <= parameter.most) {
        return {};
    }
    return "'" + parameter.key() + "' lies in " + std::to_string(parameter.least) + ".." +
           std::to_string(parameter.most) + ", and " + to_text(range) + " does not";
}

void read_range(ConfigTable& table, const Parameter& parameter, Scenario& scenario) {
    const std::string meaning =
        std::string(parameter.meaning) + " (" + std::to_string(parameter.least) + ".." +
        std::to_string(parameter.most) + "; usual: " + std::string(parameter.usual) + "; " +
        std::string(parameter.source) + ")";
    const std::string text =
        table.text({.name = parameter.name, .meaning = meaning, .fallback = ""});
    if (text.empty()) {
        return;
    }
    const auto range = parse_range(text);
    if (!range) {
        table.report(parameter.name, range.error().text);
    } else if (const std::string why = broken_bounds(parameter, *range); !why.empty()) {
        table.report(parameter.name, why);
    } else {
        scenario.ranges[parameter.key()] = *range;
    }
}

/// "fault.full_disks: the disk is full" is of a fault.
std::string fault_of(const std::string& error) {
    const std::string before = error.substr(0, error.find(": "));
    const bool is_key = before.size() < error.size() && before.find(' ') == std::string::npos &&
                        before.find('.') != std::string::npos;
    return is_key ? before : std::string();
}

void read_expectations(ConfigTable& table, Scenario& scenario) {
    scenario.expected_errors =
        table.texts({"errors",
                     "parts of reports of severity error that belong to the scenario; behind a key "
                     "(\"fault.full_disks: the disk is full\") only where that was drawn"});
    for (const std::string& error : scenario.expected_errors) {
        if (const std::string key = fault_of(error);
            !key.empty() && find_parameter(key) == nullptr) {
            table.report("errors", "there is no '" + key +
                                       "' that could be drawn; see tally-sim ls "
                                       "--parameters");
        }
    }
    for (const std::string& wish :
         table.texts({"said",
                      "kinds of anomaly and types of event that the scenario is there to "
                      "show, each with how often at least: \"item_twice 1\""})) {
        const std::size_t blank = wish.find(' ');
        const auto times = parse_range(blank == std::string::npos ? "" : wish.substr(blank + 1));
        const std::string kind = wish.substr(0, blank);
        if (!times || times->low != times->high || times->low < 1) {
            table.report("said", "'" + wish + "' is no kind and number, such as \"item_twice 1\"");
        } else if (!anomaly_kind_from(kind) && !event_type_from(kind)) {
            table.report("said", "'" + kind + "' is no kind of anomaly and no type of event");
        } else {
            scenario.said_at_least[kind] = static_cast<std::size_t>(times->low);
        }
    }
}

OneFile read_keys(ConfigTable root) {
    OneFile file;
    file.scenario.meaning =
        root.text({.name = "meaning", .meaning = "what happens in it, in a sentence"});
    file.includes = root.texts({"include", "scenarios that this one begins with, in order"});
    std::string_view open;
    std::optional<ConfigTable> table;
    for (const Parameter& parameter : parameters()) {
        if (parameter.table != open) {
            open = parameter.table;
            table = root.table({open, "ranges that a seed draws from"});
            if (open == "expect") {
                read_expectations(*table, file.scenario);
            }
        }
        read_range(*table, parameter, file.scenario);
    }
    return file;
}

Result<Scenario> load(const std::filesystem::path& folder, const std::string& name,
                      std::vector<std::string>& open) {
    if (std::find(open.begin(), open.end(), name) != open.end()) {
        return fail(ErrorKind::malformed,
                    "scenario '" + name + "' includes itself; take one include out");
    }
    TALLY_TRY_ASSIGN(const std::vector<std::string> known, scenario_names(folder));
    if (std::find(known.begin(), known.end(), name) == known.end()) {
        const std::string near = near_name(name, known);
        return fail(ErrorKind::malformed,
                    "there is no scenario '" + name + "'" +
                        (near.empty() ? "; see tally-sim ls" : "; did you mean '" + near + "'?"));
    }
    open.push_back(name);
    TALLY_TRY_ASSIGN(auto file, ConfigFile::read(folder / (name + ".toml")));
    const OneFile own = read_keys(file.root());
    TALLY_TRY(file.finish());
    Scenario whole;
    for (const std::string& include : own.includes) {
        TALLY_TRY_ASSIGN(const Scenario part, load(folder, include, open));
        for (const auto& [key, range] : part.ranges) {
            whole.ranges[key] = range;
        }
        whole.expected_errors.insert(whole.expected_errors.end(), part.expected_errors.begin(),
                                     part.expected_errors.end());
        whole.said_at_least.insert(part.said_at_least.begin(), part.said_at_least.end());
    }
    for (const auto& [key, range] : own.scenario.ranges) {
        whole.ranges[key] = range;
    }
    whole.expected_errors.insert(whole.expected_errors.end(), own.scenario.expected_errors.begin(),
                                 own.scenario.expected_errors.end());
    for (const auto& [kind, times] : own.scenario.said_at_least) {
        whole.said_at_least[kind] = times;
    }
    whole.name = name;
    whole.meaning = own.scenario.meaning;
    open.pop_back();
    return whole;
}

}  // namespace

Result<Scenario> load_scenario(const std::filesystem::path& folder, const std::string& name) {
    std::vector<std::string> open;
    return load(folder, name, open);
}

Result<std::vector<std::string>> scenario_names(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        if (entry.path().extension() == ".toml") {
            names.push_back(entry.path().stem().string());
        }
    }
    if (failed) {
        return fail(ErrorKind::malformed, "the folder of scenarios " + folder.string() +
                                              " cannot be read (" + failed.message() +
                                              "); name another one with --scenarios");
    }
    if (names.empty()) {
        return fail(ErrorKind::malformed, "no scenario (*.toml) stands in " + folder.string() +
                                              "; name another folder with --scenarios");
    }
    std::sort(names.begin(), names.end());
    return names;
}

Result<void> set_range(Scenario& scenario, const std::string& assignment) {
    const std::size_t equals = assignment.find('=');
    const std::string key = assignment.substr(0, equals);
    const Parameter* const parameter = find_parameter(key);
    if (parameter == nullptr || equals == std::string::npos) {
        std::vector<std::string> keys;
        for (const Parameter& each : parameters()) {
            keys.push_back(each.key());
        }
        const std::string near = near_name(key, keys);
        return fail(ErrorKind::malformed, "'" + assignment + "' is no key=range" +
                                              (near.empty() ? "; see tally-sim ls --parameters"
                                                            : "; did you mean '" + near + "'?"));
    }
    TALLY_TRY_ASSIGN(const Range range, parse_range(assignment.substr(equals + 1)));
    if (const std::string why = broken_bounds(*parameter, range); !why.empty()) {
        return fail(ErrorKind::malformed, why);
    }
    scenario.ranges[key] = range;
    return {};
}

Draws draw_options(const Scenario& scenario, std::uint64_t seed) {
    const Prng root = Prng(seed).fork("options");
    Draws draws;
    for (const Parameter& parameter : parameters()) {
        const std::string key = parameter.key();
        const auto set = scenario.ranges.find(key);
        const Range range =
            set == scenario.ranges.end() ? *parse_range(parameter.usual) : set->second;
        draws[key] = draw(range, root.fork(key));
    }
    return draws;
}

std::vector<std::string> expected_errors(const Scenario& scenario, const Draws& draws) {
    std::vector<std::string> parts;
    for (const std::string& error : scenario.expected_errors) {
        const std::string key = fault_of(error);
        if (key.empty()) {
            parts.push_back(error);
        } else if (draws.at(key) > 0) {
            parts.push_back(error.substr(key.size() + 2));
        }
    }
    return parts;
}

bool says_something(const Parameter& parameter, const Draws& draws) {
    const bool is_fleet = draws.at("fleet.vehicles") > 0;
    const bool is_picking = !is_fleet && draws.at("picking.vehicles") > 0;
    const std::string_view table = parameter.table;
    if (table == "link" || table == "broker" || table == "expect") {
        return true;
    }
    if (table == "floor" || table == "agv" || table == "fleet_fault") {
        return is_fleet || is_picking;
    }
    if (table == "picking") {
        return is_picking || (!is_fleet && parameter.name == "vehicles");
    }
    return (table == "fleet") == is_fleet;
}

std::vector<std::string> describe(const Draws& draws) {
    std::vector<std::string> lines;
    for (const Parameter& parameter : parameters()) {
        if (says_something(parameter, draws)) {
            lines.push_back(parameter.key() + "=" + std::to_string(draws.at(parameter.key())));
        }
    }
    return lines;
}

std::string scenario_reference() {
    ConfigFile file = ConfigFile::describe("scenario.toml");
    static_cast<void>(read_keys(file.root()));
    return file.reference();
}

}  // namespace tally::sim

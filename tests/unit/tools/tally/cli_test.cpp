// The command line without a box: words, help, completion, formats.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include <catch2/catch.hpp>

#include "firmware/domain/ledger/anomaly.hpp"
#include "tests/support/places.hpp"
#include "tests/support/scratch_dir.hpp"
#include "tools/tally/help.hpp"
#include "tools/tally/requests.hpp"
#include "tools/tally/run.hpp"
#include "tools/tally/show.hpp"

using namespace tally;
using namespace tally::cli;

namespace {

const Catalogue kEnglish(Language::english);
const Catalogue kChinese(Language::chinese);

struct Ran {
    int code = 0;
    std::string out, err;
};

Ran run_words(const std::vector<std::string>& words) {
    Ran ran;
    Terminal terminal;
    terminal.out = [&](const std::string& text) { ran.out += text; };
    terminal.err = [&](const std::string& text) { ran.err += text; };
    ran.code = run(words, {}, terminal);
    return ran;
}

std::string completed(const std::string& line) {
    test::ScratchDir dir;
    const auto script = dir.write("tally.bash", completion_script("bash"));
    const auto out = dir.path() / "out";
    const std::string command = "cd " + dir.path().string() + " && bash -c 'source " +
                                script.string() + "; COMP_WORDS=(" + line +
                                " \"\"); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); "
                                "_tally; echo ${COMPREPLY[*]}' > " +
                                out.string();
    REQUIRE(std::system(command.c_str()) == 0);
    std::string text;
    std::getline(std::ifstream(out), text);
    return text;
}

}  // namespace

TEST_CASE("common options stand before or after the command", "[cli]") {
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"-o", "json", "stock", "ls", "--place", "shop.floor"},
             {"stock", "ls", "--place", "shop.floor", "-o", "json"},
             {"stock", "--output", "json", "ls", "--place=shop.floor"}}) {
        const Understood understood = understand(words);
        CAPTURE(understood.problem);
        REQUIRE(understood.invocation);
        CHECK(understood.invocation->command->path == "stock ls");
        CHECK(understood.invocation->output == OutputFormat::json);
        CHECK(understood.invocation->option("--place") == "shop.floor");
    }
}

TEST_CASE("a mistyped command names the nearest one and is not run", "[cli]") {
    const Ran ran = run_words({"stok", "ls"});
    CHECK(ran.code == exit_code::kUsage);
    CHECK(ran.out.empty());
    CHECK(ran.err == "tally: 'tally stok ls' is no command; next: tally stock ls\n");
    CHECK(run_words({"item", "tarce"}).err.find("next: tally item trace\n") != std::string::npos);
    CHECK(run_words({"qqqqqq"}).err.find("next: tally --help\n") != std::string::npos);
}

TEST_CASE("what is missing or wrong is one line and exit code 2", "[cli]") {
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"item", "trace"},
             {"stock", "ls", "--plaec", "x"},
             {"status", "-o", "xml"},
             {"status"},
             {"anomaly", "resolve", "back:1:2", "--url", "http://127.0.0.1:1"},
             {"completion", "fish"},
             {"status", "--url", "ftp://x"},
             {"status", "--watch", "0"},
             {"--bogus"},
             {"-z"},
             {"-q"},
             {"--url", "http://127.0.0.1:1"},
             {"--verison"},
             {"config", "check", "/nonexistent/x.toml"}}) {
        const Ran ran = run_words(words);
        CAPTURE(words, ran.err);
        CHECK((ran.code == exit_code::kUsage));
        CHECK(ran.out.empty());
        CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 1);
        CHECK(ran.err.find("next: ") != std::string::npos);
    }
}

TEST_CASE("an option that there is not is named, with the near one", "[cli]") {
    CHECK(run_words({"--bogus"}).err ==
          "tally: there is no option '--bogus'; next: tally --help\n");
    CHECK(run_words({"--verison"}).err.find("did you mean '--version'?") != std::string::npos);
    CHECK(run_words({"-q"}).err.find("no command was named") != std::string::npos);
}

TEST_CASE("the version is told", "[cli]") {
    const Ran ran = run_words({"--version"});
    CHECK(ran.code == exit_code::kOk);
    CHECK(ran.out.starts_with("tally "));
    CHECK(ran.out.find_first_of("0123456789") != std::string::npos);
}

TEST_CASE("words that the box finds wrong are exit code 2", "[cli]") {
    const char* answer =
        R"({"error":{"kind":"malformed","text":"no EPC","next":"tally stock ls"}})";
    CHECK(refusal_of(400, answer).exit_code == exit_code::kUsage);
    CHECK(refusal_of(404, answer).exit_code == exit_code::kNotFound);
    CHECK(refusal_of(403, answer).exit_code == exit_code::kRefused);
    CHECK(refusal_of(503, answer).exit_code == exit_code::kGeneral);
}

TEST_CASE("a box that does not answer is exit code 3", "[cli]") {
    const Ran ran = run_words({"status", "--url", "http://127.0.0.1:1"});
    CHECK(ran.code == exit_code::kUnreachable);
    CHECK(ran.err.find("http://127.0.0.1:1") != std::string::npos);
}

TEST_CASE("help shows examples first, on every level", "[cli]") {
    CHECK(run_words({}).out.starts_with("Examples:\n  tally status"));
    CHECK(run_words({"stock", "--help"}).out.starts_with("Examples:\n  tally stock ls"));
    for (const CommandSpec& command : commands()) {
        CAPTURE(command.path);
        const std::string help = help_text(command.path, kEnglish);
        CHECK_FALSE(command.examples.empty());
        CHECK(help.find("Examples:") < help.find("Usage:"));
        for (const OptionSpec& option : command.options) {
            CHECK(help.find(option.flag) != std::string::npos);
        }
    }
}

TEST_CASE("every command, every kind of anomaly and every title speaks Chinese", "[cli]") {
    std::set<std::string_view> once;
    for (const Translation& text : chinese_texts()) {
        CHECK(once.insert(text.english).second);
        CHECK(display_width(text.chinese) > 0);
    }
    for (const CommandSpec& command : commands()) {
        CAPTURE(command.path);
        CHECK(kChinese(command.summary) != command.summary);
        if (const SheetSpec* sheet = sheet_of(command)) {
            for (const Column& column : sheet->columns) {
                CAPTURE(column.title);
                CHECK(kChinese(column.title) != column.title);
            }
        }
    }
    for (const AnomalyText& kind : anomaly_texts()) {
        CAPTURE(kind.name);
        CHECK(kChinese(kind.name) != kind.name);
    }
}

TEST_CASE("the language comes from the locale variables in setlocale's order", "[cli]") {
    CHECK(language_of({"zh_CN.UTF-8", nullptr, "en_GB.UTF-8"}) == Language::chinese);
    CHECK(language_of({"C", nullptr, "zh_CN.UTF-8"}) == Language::english);
    CHECK(language_of({"", "", "zh_CN.UTF-8"}) == Language::chinese);
    CHECK(language_of({}) == Language::english);
}

TEST_CASE("wide characters take two columns and tables stay aligned", "[cli]") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("闸门") == 4);
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("\xff") == 1);
    const SheetSpec spec{"rows",
                         {{"a", "place"}, {"b", "qty", Column::Form::quantity}, {"c", "text"}}};
    const auto sheet = read_sheet(
        R"({"data":{"rows":[{"a":"货架","b":12000,"c":"x"},{"a":"back.hall","b":-250,"c":"y"}]}})",
        spec, CellStyle::people, kChinese);
    REQUIRE(sheet);
    CHECK(as_table(*sheet, spec, kChinese, Colour::none) ==
          "库位         数量  说明\n"
          "货架           12  x\n"
          "back.hall  -0.250  y\n");
}

TEST_CASE("CSV has stable names, plain numbers and quoted fields", "[cli]") {
    const SheetSpec spec{"rows",
                         {{"place", "place"}, {"qty_milli", "qty", Column::Form::quantity}}};
    const auto sheet = read_sheet(R"({"data":{"rows":[{"place":"a,\"b\"","qty_milli":12000}]}})",
                                  spec, CellStyle::wire, kChinese);
    REQUIRE(sheet);
    CHECK(as_csv(*sheet, spec) == "place,qty_milli\r\n\"a,\"\"b\"\"\",12000\r\n");
}

TEST_CASE("text from a box cannot steer the terminal", "[cli][security]") {
    CHECK(printable("a\x1b[31mb\n\x7f\xc2\x9b\xff货") == "a?[31mb????货");
}

TEST_CASE("times are ISO 8601 in UTC", "[cli]") {
    CHECK(iso_time(0) == "1970-01-01T00:00:00.000Z");
    CHECK(iso_time(1795379509125) == "2026-11-22T20:31:49.125Z");
    CHECK(iso_time(-1) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("the bash completion is valid and completes commands and options", "[cli]") {
    test::ScratchDir dir;
    const auto script = dir.write("tally.bash", completion_script("bash"));
    CHECK(std::system(("bash -n " + script.string()).c_str()) == 0);
    CHECK(completed("tally stock") == "ls show verify");
    CHECK(completed("tally gate") == "ls log watch why barrier signal-test");
    CHECK(completed("tally stock ls") == "--place --sku --virtual");
    CHECK(completed("tally status -o") == "table json csv");
}

TEST_CASE("the completion knows options before the command, files and choices", "[cli]") {
    CHECK(completed("tally --url http://127.0.0.1:1 stock") == "ls show verify");
    CHECK(completed("tally -o json gate") == completed("tally gate"));
    CHECK(completed("tally gate barrier dock") == "open closed rules --reason");
    CHECK(completed("tally stock ls --place").empty());
    CHECK(completed("tally completion") == "bash zsh");
    // The folder of the test holds the script itself.
    CHECK(completed("tally order add").find("tally.bash") != std::string::npos);
    CHECK(completed("tally --token-file").find("tally.bash") != std::string::npos);
}

TEST_CASE("the zsh completion completes at the first key, loaded and sourced", "[cli]") {
    if (std::system("command -v zsh > /dev/null") != 0) {
        if (const char* ci = std::getenv("CI"); ci != nullptr && std::string_view(ci) == "true") {
            FAIL("no zsh here, and CI must not skip");
        }
        WARN("skipped: no zsh");
        return;
    }
    test::ScratchDir dir;
    const auto script = dir.write("_tally", completion_script("zsh"));
    CHECK(std::system(("zsh -n " + script.string()).c_str()) == 0);
    const auto told = [&](const std::string& load, const std::string& line) {
        const auto out = dir.path() / "out";
        const std::string command =
            "cd " + dir.path().string() +
            " && zsh -fc 'compadd() { shift; print -r -- $* }; _files() { print files }; "
            "compdef() { : }; " +
            load + "; words=(" + line + " \"\"); CURRENT=${#words}; _tally' > out";
        REQUIRE(std::system(command.c_str()) == 0);
        std::ifstream file(out);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    for (const std::string load : {"fpath=(. $fpath); autoload -U _tally", "source ./_tally"}) {
        CAPTURE(load);
        CHECK(told(load, "tally stock") == "ls show verify\n");
        CHECK(told(load, "tally --url http://127.0.0.1:1 stock ls") == "--place --sku --virtual\n");
        CHECK(told(load, "tally -o") == "table json csv\n");
        CHECK(told(load, "tally order add").ends_with("files\n"));
    }
}

TEST_CASE("config check knows the four files of the example, offline", "[cli]") {
    const std::string example = test::source_dir() + "/deploy/example/";
    const Ran site = run_words({"config", "check", example + "site.toml"});
    CAPTURE(site.err);
    CHECK(site.code == exit_code::kOk);
    CHECK(site.out.find("pallet_quorum_percent = 60") != std::string::npos);
    test::ScratchDir dir;
    const auto tokens = dir.write(
        "tokens.toml",
        "[[user]]\nname = \"li.wei\"\nrole = \"manager\"\ntoken = \"0123456789abcdef\"\n");
    const Ran users = run_words({"config", "check", tokens.string()});
    CHECK(users.code == exit_code::kOk);
    CHECK(users.out.find("li.wei") != std::string::npos);
    CHECK(users.out.find("0123456789abcdef") == std::string::npos);
    const auto wrong = dir.write("site.toml", "[site]\nidd = \"x\"\n");
    const Ran refused = run_words({"config", "check", wrong.string()});
    CHECK(refused.code == exit_code::kUsage);
    CHECK(refused.err.find("did you mean 'id'") != std::string::npos);
}

TEST_CASE("config check warns of stops that vehicles cannot stand at, and takes the file",
          "[cli]") {
    namespace fs = std::filesystem;
    test::ScratchDir dir;
    for (const char* file : {"site.toml", "back.toml", "floor.toml"}) {
        fs::copy_file(fs::path(test::source_dir()) / "deploy/example" / file, dir.path() / file);
    }
    static_cast<void>(dir.write(
        "back.tokens.toml",
        "[[user]]\nname = \"li.wei\"\nrole = \"manager\"\ntoken = \"0123456789abcdef\"\n"));
    std::ofstream(dir.path() / "floor.toml", std::ios::app)
        << "\n[[stop]]\nid = \"plug\"\nkind = \"charger\"\naisle = 3\ny_mm = 400\n";
    const Ran checked = run_words({"config", "check", (dir.path() / "back.toml").string()});
    CAPTURE(checked.err);
    CHECK(checked.code == exit_code::kOk);
    CHECK(checked.out.find("pose_tolerance_mm") != std::string::npos);
    CHECK(checked.err.find("tally: warning: stop 'plug' (charger) is 400 mm from where vehicles "
                           "stop") == 0);
}

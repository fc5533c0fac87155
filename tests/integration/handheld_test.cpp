// The handheld page in headless Chromium against a real edge: log in, take, scan, done, the error
// sentence, both languages. Skipped, and said so, where no chromium or node is installed.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "tests/support/operator_rig.hpp"
#include "tests/support/places.hpp"

using namespace tally;
using test::OperatorRig;

namespace {

const std::string kUnit = OperatorRig::kUnit;

bool has_program(const std::string& name) {
    return std::system(("command -v " + name + " > /dev/null 2>&1").c_str()) == 0;
}

}  // namespace

TEST_CASE("the handheld page is one text without any right and without foreign resources",
          "[page]") {
    OperatorRig rig;
    const host::HttpAnswer page = rig.ask({"GET", "/handheld", {}, {}, {}}, rig.edge_url);
    CHECK(page.status == 200);
    CHECK(page.body.find("<!doctype html>") == 0);
    CHECK(page.body.find("default-src 'none'") != std::string::npos);
    for (const char* foreign : {"http://", "https://", "src=\"", "@import", "url("}) {
        CHECK(page.body.find(foreign) == std::string::npos);
    }
    CHECK(rig.ask({"GET", "/handheld", {}, {}, {}}, rig.bridge_url).status == 401);
    CHECK(rig.ask({"POST", "/handheld", {}, {}, {}}, rig.edge_url).status == 401);
}

TEST_CASE("a person with a wedge scanner takes a task, scans, is corrected and is done", "[page]") {
    if (!has_program("chromium") || !has_program("node")) {
        WARN("skipped: no chromium or no node; tools/setup installs them");
        return;
    }
    OperatorRig rig;
    const std::string master = std::string(OperatorRig::kMaster) +
                               "sku,tracking\nRICE,by_count\n"
                               "place,sku,min,max\nback.aisle,TEA-500,0,20\nback.aisle,RICE,0,50\n";
    REQUIRE(rig.post({"/v1/master", master, "m"}, rig.edge_url).status == 200);
    rig.passage(PassageOutcome::in);
    rig.edge->work().tasks.sweep();
    REQUIRE(rig.post({"/v1/counts", R"({"place":"back.aisle","sku":"RICE"})", "c"}, rig.edge_url)
                .status == 200);
    REQUIRE(rig.post({"/v1/counts", R"({"place":"back.aisle","sku":"TEA-500"})", "d"}, rig.edge_url)
                .status == 200);
    const auto out = rig.dir.path() / "page.out";
    const std::string command = "node " + test::source_dir() +
                                "/tests/integration/handheld/page.js chromium " +
                                (rig.dir.path() / "profile").string() + " " + rig.edge_url + " " +
                                test::token_of(OperatorRole::receiver) + " " + kUnit +
                                " TEA-500 > " + out.string() + " 2>&1";
    int code = -1;
    rig.beside_loop([&] { code = std::system(command.c_str()); }, std::chrono::seconds(150));
    std::ifstream said(out);
    INFO(std::string(std::istreambuf_iterator<char>(said), {}));
    CHECK(code == 0);
    CHECK(rig.edge->ledger().book().item(kUnit)->place == "back.aisle");
}

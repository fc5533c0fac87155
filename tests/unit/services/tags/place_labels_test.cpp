// Labels of places: an order is not lost with the box, and what nobody can be sure of is told.
#include <catch2/catch.hpp>

#include "firmware/services/api/printer_findings.hpp"
#include "tests/support/tag_rig.hpp"
#include "tools/tally/catalogue.hpp"

using namespace tally;
using namespace tally::test;
using std::chrono::seconds;

namespace {

std::vector<std::string> printed(const TagRig& rig) {
    std::vector<std::string> places;
    for (const auto& label : rig.printer.labels()) {
        places.push_back(label.format.fields.at(0).data);
    }
    return places;
}

/// Those that need somebody; each has a next action, and its sentence in Chinese.
std::vector<Finding> told(const TagRig& rig) {
    std::vector<Finding> all = printer_findings(*rig.service, rig.rig.ledger->registers().tags());
    const cli::Catalogue chinese(cli::Language::chinese);
    for (const Finding& finding : all) {
        INFO(finding.check << " " << finding.subject << ": " << finding.text);
        CHECK(chinese(finding.text) != finding.text);
        CHECK(chinese(finding.check) != finding.check);
        CHECK(finding.next.empty() == (finding.level == Finding::Level::ok));
    }
    std::erase_if(all, [](const Finding& each) { return each.level == Finding::Level::ok; });
    return all;
}

}  // namespace

TEST_CASE("the label of a place is ordered in the ledger and printed after it") {
    TagRig rig;
    CHECK_FALSE(rig.service->label_place(PlaceId("moon"), {}, rig.user));
    rig.rig.journal->deaf = true;
    REQUIRE(rig.service->label_place(PlaceId("aisle"), {}, rig.user));
    rig.run(seconds(5));
    CHECK(rig.printer.labels().empty());
    rig.crash();
    REQUIRE(rig.service->label_place(PlaceId("aisle"), {}, rig.user));
    rig.run(seconds(6));
    REQUIRE(rig.printer.labels().size() == 1);
    CHECK(rig.printer.labels()[0].format.fields[0].data == "aisle");
}

TEST_CASE("labels of places that wait for a printer outlive the box, in their order, once each") {
    TagRig rig;
    REQUIRE(set_fault(rig.printer.faults(), "paper_out", 1));
    for (const char* place : {"dock", "aisle", "dock"}) {
        REQUIRE(rig.service->label_place(PlaceId(place), {}, rig.user));
    }
    rig.run(seconds(10));
    CHECK(rig.printer.labels().empty());
    REQUIRE(told(rig).size() == 1);
    CHECK(told(rig)[0].subject == "desk");
    CHECK_THAT(told(rig)[0].text, Catch::Contains("out of labels"));
    rig.crash();
    rig.crash();
    rig.printer.faults() = {};
    rig.run(seconds(40));
    CHECK(printed(rig) == std::vector<std::string>{"dock", "aisle", "dock"});
    CHECK(told(rig).empty());
    rig.crash();  // Printed ones are not ordered any more.
    rig.run(seconds(20));
    CHECK(rig.printer.labels().size() == 3);
}

TEST_CASE("labels of parcels that wait for a printer outlive the box, once each") {
    TagRig rig;
    REQUIRE(set_fault(rig.printer.faults(), "paper_out", 1));
    REQUIRE(rig.service->label_parcel("(00)106141411234567897", {}, {"user:mei", "order:W-1"}));
    REQUIRE(rig.service->label_place(PlaceId("aisle"), {}, rig.user));
    rig.run(seconds(1));
    rig.rig.journal->deaf = true;  // Not durable any more: as if nobody had asked.
    REQUIRE(rig.service->label_parcel("(00)106141411234567880", {}, {"user:mei", "order:W-2"}));
    rig.run(seconds(10));
    rig.crash();
    rig.printer.faults() = {};
    rig.run(seconds(40));
    std::vector<std::string> labels = printed(rig);
    std::sort(labels.begin(), labels.end());
    CHECK(labels == std::vector<std::string>{"(00)106141411234567897", "aisle"});
    CHECK(told(rig).empty());
    rig.crash();  // Printed ones are not ordered any more.
    rig.run(seconds(20));
    CHECK(rig.printer.labels().size() == 2);
}

TEST_CASE("a place's label that was at the printer when the box died is printed again") {
    TagRig rig;
    REQUIRE(rig.service->label_place(PlaceId("aisle"), {}, rig.user));
    while (rig.service->printers()[0].busy.empty()) {
        rig.run(std::chrono::milliseconds(10));
    }
    rig.crash();
    rig.run(seconds(10));
    REQUIRE_FALSE(rig.printer.labels().empty());
    CHECK(rig.printer.labels().size() <= 2);
    CHECK(printed(rig).back() == "aisle");
    CHECK(told(rig).empty());
}

TEST_CASE("a place's label of which nobody is sure is told until it is ordered again") {
    TagRig rig;
    REQUIRE(set_fault(rig.printer.faults(), "cut_next", 1));
    REQUIRE(rig.service->label_place(PlaceId("aisle"), {}, rig.user));
    rig.run(seconds(12));
    rig.crash();
    REQUIRE(told(rig).size() == 1);
    CHECK(told(rig)[0].check == "labels");
    CHECK(told(rig)[0].next == "tally label place aisle");
    const std::size_t before = rig.printer.labels().size();
    REQUIRE(rig.service->label_place(PlaceId("aisle"), {}, rig.user));
    rig.run(seconds(12));
    CHECK(rig.printer.labels().size() == before + 1);
    CHECK(told(rig).empty());
}

TEST_CASE("a label of a place that the site has no more is neither printed nor told of") {
    TagRig rig;
    REQUIRE(set_fault(rig.printer.faults(), "cut_next", 1));
    REQUIRE(rig.service->label_place(PlaceId("aisle"), {}, rig.user));
    rig.run(seconds(12));
    REQUIRE(set_fault(rig.printer.faults(), "paper_out", 1));
    REQUIRE(rig.service->label_place(PlaceId("dock"), {}, rig.user));

    std::erase_if(rig.site.places, [](const auto& place) { return place.id == PlaceId("aisle"); });
    std::erase_if(rig.site.places, [](const auto& place) { return place.id == PlaceId("dock"); });
    rig.site.gates.clear();
    const std::size_t before = rig.printer.labels().size();
    rig.crash();
    rig.printer.faults() = {};
    rig.run(seconds(20));
    CHECK(rig.printer.labels().size() == before);
    CHECK(told(rig).empty());
}

TEST_CASE("doctor tells of a printer that is away and of tags nobody is sure of") {
    TagRig rig;
    CHECK(told(rig).empty());
    const auto items = rig.order(2);
    rig.run(seconds(40));  // No reader sees them.
    REQUIRE(told(rig).size() == 1);
    CHECK(told(rig)[0].subject == "2");
    CHECK(told(rig)[0].next == "tally tag ls --state unsure");
    rig.network.partition(rig.rig.node, rig.desk);
    rig.run(seconds(60));
    REQUIRE(told(rig).size() == 2);
    CHECK(told(rig)[0].check == "printer");
    CHECK(told(rig)[0].next == "tally printer ls");
    rig.network.heal_all();
    rig.run(seconds(60));
    rig.see(items[0]);
    rig.see(items[1]);
    CHECK(told(rig).empty());
}

TEST_CASE("whatever troubles a printer is told in both languages") {
    TagRig rig;
    std::set<std::string> texts;
    for (int i = 0; i <= static_cast<int>(PrinterTrouble::fault); ++i) {
        rig.service->on_printer(DeviceId("desk"), {static_cast<PrinterTrouble>(i), {}, MonoTime{}});
        for (const Finding& finding : told(rig)) {
            texts.insert(finding.text);
        }
    }
    CHECK(texts.size() == static_cast<std::size_t>(PrinterTrouble::fault));
}

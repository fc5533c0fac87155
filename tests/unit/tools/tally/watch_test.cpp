// The live page, without a terminal: what stands where on it.
#include <catch2/catch.hpp>

#include "tools/tally/watch/page.hpp"

using namespace tally;
using namespace tally::cli;

namespace {

const Catalogue kEnglish(Language::english);

/// Two aisles between two cross aisles, a station at the lower left, a door at the upper right.
const char* const kFloor = R"({"schema": "floor", "data": {
    "nodes": [{"node": "a0", "x_mm": 0, "y_mm": 0}, {"node": "b0", "x_mm": 8000, "y_mm": 0},
              {"node": "a1", "x_mm": 0, "y_mm": 6000}, {"node": "b1", "x_mm": 8000, "y_mm": 6000}],
    "lanes": [{"from": 0, "to": 1}, {"from": 2, "to": 3}, {"from": 0, "to": 2},
              {"from": 1, "to": 3}],
    "stops": [{"place": "pack", "kind": "station", "x_mm": 0, "y_mm": 0},
              {"place": "A-1", "kind": "slot", "x_mm": 0, "y_mm": 3000},
              {"place": "dock", "kind": "door", "x_mm": 8000, "y_mm": 6000}]}})";

DrawnFloor floor() {
    return read_floor_answer(kFloor).value();
}

std::string drawn(const std::vector<DrawnVehicle>& vehicles, Strokes strokes) {
    Picture picture(21, 7);
    draw_floor(picture, {0, 0, 21, 7}, floor(), vehicles, strokes);
    return picture.text();
}

WatchNews news() {
    WatchNews news;
    news.status = R"({"as_of": {"edge": "back"}, "data": {"site": "pudong", "role": "edge",
        "healthy": false, "anomalies_open": 2}})";
    news.panes["gate ls"] = R"({"data": {"rows": [
        {"gate": "dock", "edge": "back", "outer": "SUPPLIER", "inner": "hall", "reader": "r1",
         "blind": true},
        {"gate": "door", "edge": "back", "outer": "hall", "inner": "shop", "reader": "r2",
         "blind": false}]}})";
    news.clock = "12:30:00";
    return news;
}

}  // namespace

TEST_CASE("a picture cuts at its edges and keeps wide characters whole", "[watch]") {
    Picture picture(6, 2);
    picture.put({4, 0}, "abc", Ink::plain);
    picture.put({-1, 1}, "xyz", Ink::plain);
    picture.put({0, 5}, "nowhere", Ink::plain);
    CHECK(picture.text() == "    ab\nyz\n");
    picture.put({0, 0}, "车辆x", Ink::plain);
    picture.put({5, 1}, "车", Ink::plain);  // half of it would be outside
    CHECK(picture.text() == "车辆xb\nyz\n");
    picture.put({1, 0}, "-", Ink::plain);  // into the middle of a wide one
    CHECK(picture.text() == " -辆xb\nyz\n");
    picture.put({2, 0}, "abcd", Ink::plain, 2);
    CHECK(picture.text() == " -abxb\nyz\n");
}

TEST_CASE("a row is told in pieces of one ink", "[watch]") {
    Picture picture(10, 1);
    picture.put({0, 0}, "ab", Ink::bad);
    picture.put({2, 0}, "cd", Ink::plain);
    const auto pieces = picture.row(0);
    REQUIRE(pieces.size() == 2);
    CHECK((pieces[0].text == "ab" && pieces[0].ink == Ink::bad));
    CHECK((pieces[1].text == "cd" && pieces[1].ink == Ink::plain));
}

TEST_CASE("a floor is drawn with its lanes, its stations and doors, and its vehicles", "[watch]") {
    CHECK(drawn({}, Strokes::boxes) ==
          "┌───────────────dock■\n"
          "│                   │\n"
          "│                   │\n"
          "│                   │\n"
          "│                   │\n"
          "│                   │\n"
          "■pack───────────────┘\n");
    const DrawnVehicle a1{"a1", {0, 3000}, Ink::good};
    const DrawnVehicle a2{"a2", {8000, 0}, Ink::bad};
    const DrawnVehicle on_station{"a3", {0, 0}, Ink::plain};
    CHECK(drawn({a1, a2, on_station}, Strokes::ascii) ==
          "+---------------dock#\n"
          "|                   |\n"
          "|                   |\n"
          "@a1                 |\n"
          "|                   |\n"
          "|                   |\n"
          "@a3---------------a2@\n");
}

TEST_CASE("two vehicles at one spot hide a name, never each other's mark", "[watch]") {
    const std::string text =
        drawn({{"left", {3200, 0}, Ink::plain}, {"right", {3600, 0}, Ink::plain}}, Strokes::ascii);
    CHECK(text.find("@@right") != std::string::npos);
    CHECK(text.find("left") == std::string::npos);
}

TEST_CASE("a floor in a wrong form is refused", "[watch]") {
    CHECK(!read_floor_answer("{}"));
    CHECK(!read_floor_answer("nothing"));
    CHECK(!read_floor_answer(R"({"data": {"nodes": [], "stops": [],
                                          "lanes": [{"from": 0, "to": 1}]}})"));
    CHECK(!read_floor_answer(R"({"data": {"nodes": [{"node": "a", "x_mm": "b", "y_mm": 0}],
                                          "stops": [], "lanes": []}})"));
}

TEST_CASE("the page says how the box does and shows each list it was told", "[watch]") {
    const WatchNews told = news();
    const std::string text = watch_page(told, {}, kEnglish).text();
    CAPTURE(text);
    CHECK(text.find("pudong edge back  needs somebody  2 open anomalies") != std::string::npos);
    CHECK(text.find("12:30:00") != std::string::npos);
    CHECK(text.find("gates (2)") != std::string::npos);
    CHECK(text.find("dock") != std::string::npos);
    CHECK(text.find("stock (") == std::string::npos);  // was not told
}

TEST_CASE("a blind gate stands out", "[watch]") {
    const Picture picture = watch_page(news(), {}, kEnglish);
    bool found = false;
    for (int y = 0; y < picture.rows(); ++y) {
        for (const auto& piece : picture.row(y)) {
            if (piece.text.starts_with("dock ")) {
                found = true;
                CHECK(piece.ink == Ink::bad);
            }
            if (piece.text.starts_with("door ")) {
                CHECK(piece.ink == Ink::plain);
            }
        }
    }
    CHECK(found);
}

TEST_CASE("a list longer than its room says how many rows are hidden", "[watch]") {
    WatchNews told = news();
    std::string rows;
    for (int i = 0; i < 50; ++i) {
        rows += (i == 0 ? "" : ",") + std::string(R"({"gate": "g)") + std::to_string(i) + "\"}";
    }
    told.panes["gate ls"] = R"({"data": {"rows": [)" + rows + "]}}";
    WatchView view;
    view.rows = 12;
    const std::string text = watch_page(told, view, kEnglish).text();
    CAPTURE(text);
    CHECK(text.find("gates (50)") != std::string::npos);
    CHECK(text.find("... 42 more") != std::string::npos);
    CHECK(text.find("g8") == std::string::npos);
}

TEST_CASE("the page survives every size of a terminal, and what a box may send", "[watch]") {
    WatchNews told = news();
    told.floor = floor();
    told.trouble = "as of 12:30:00: no answer";
    told.panes["stock ls"] = "not JSON at all";
    told.panes["agv ls"] = R"({"data": {"rows": [{"agv": 3}]}})";
    for (int columns : {1, 2, 20, 79, 80, 200}) {
        for (int rows : {1, 2, 5, 24, 60}) {
            for (std::size_t focus = 0; focus < 10; ++focus) {
                const Picture page =
                    watch_page(told, {columns, rows, focus, Strokes::boxes}, kEnglish);
                CHECK(page.columns() == columns);
                CHECK(page.rows() == rows);
            }
        }
    }
}

// What plans are asked with, as CSV and JSON: both say the same, and what is wrong is named.
#include "firmware/messages/plan/plan_file.hpp"

#include <catch2/catch.hpp>

using namespace tally;

namespace {

template <typename T>
std::string text_of(const Result<T>& result) {
    return result ? std::string() : result.error().text;
}

}  // namespace

TEST_CASE("tours: CSV with and without a title, and JSON with ends") {
    const std::vector<PlaceId> picks{PlaceId("A-1"), PlaceId("B-2")};
    CHECK(read_tour_file("place\nA-1\nB-2\n")->picks == picks);
    CHECK(read_tour_file("A-1, 3\r\n\r\n\"B-2\"")->picks == picks);
    const auto file = read_tour_file(R"({"picks": ["A-1", "B-2"], "from": "depot"})");
    REQUIRE(file);
    CHECK(file->picks == picks);
    CHECK(file->from == PlaceId("depot"));
    CHECK(file->to.empty());
    CHECK(text_of(read_tour_file("A 1\n")).find("'A 1'") != std::string::npos);
    CHECK(text_of(read_tour_file("{\"picks\": [1]}")).find("picks") != std::string::npos);
    CHECK(text_of(read_tour_file("{\"picks\": [")).find("JSON") != std::string::npos);
}

TEST_CASE("orders: lines of one order are one order, weights add up") {
    const auto csv = read_order_file("order,place,weight\n7,A-1,2\n8,A-2\n7,B-1,3\n");
    REQUIRE(csv);
    REQUIRE(csv->orders.size() == 2);
    CHECK(csv->orders[0].id == "7");
    CHECK(csv->orders[0].picks == std::vector<PlaceId>{PlaceId("A-1"), PlaceId("B-1")});
    CHECK(csv->orders[0].weight == 5);
    CHECK(csv->orders[1].weight == 1);
    const auto json = read_order_file(
        R"({"capacity": 9, "orders": [{"id": "7", "picks": ["A-1", "B-1"]},
            {"id": "8", "picks": ["A-2"], "weight": 4}]})");
    REQUIRE(json);
    CHECK(json->capacity == 9);
    CHECK(json->orders[0].weight == 2);
    CHECK(json->orders[1].weight == 4);
    CHECK(text_of(read_order_file("7\n")).find("line 1") != std::string::npos);
    CHECK(text_of(read_order_file("7,A-1,-3\n")).find("'-3'") != std::string::npos);
    CHECK(text_of(read_order_file("7,A-1,2000000000\n7,A-1,2000000000\n")).find("too much") !=
          std::string::npos);
    CHECK(text_of(read_order_file("{\"orders\": [], \"capacity\": -1}")).find("capacity") !=
          std::string::npos);
}

TEST_CASE("costs: forbidden pairs are empty, a dash or null; NaN is refused") {
    const auto csv = read_cost_file(",t1,t2\nv1,3,-\nv2,,4.5\n");
    REQUIRE(csv);
    CHECK(csv->rows == std::vector<std::string>{"v1", "v2"});
    CHECK(csv->cost == std::vector<double>{3, CostFile::kForbidden, CostFile::kForbidden, 4.5});
    const auto json =
        read_cost_file(R"({"rows": ["v1"], "columns": ["t1", "t2"], "cost": [[3, null]]})");
    REQUIRE(json);
    CHECK(json->cost == std::vector<double>{3, CostFile::kForbidden});
    CHECK(text_of(read_cost_file(",t1\nv1,nan\n")).find("'nan'") != std::string::npos);
    CHECK(text_of(read_cost_file(",t1\nv1,1,2\n")).find("'v1'") != std::string::npos);
    CHECK(text_of(read_cost_file("")).find("names") != std::string::npos);
}

TEST_CASE("what is mistyped, named twice or very long is told, not passed over") {
    const auto has = [](const std::string& text, const char* part) {
        INFO(text);
        CHECK(text.find(part) != std::string::npos);
    };
    has(text_of(read_tour_file(R"({"picks": ["A-1"], "capcity": 3})")), "'capcity' means nothing");
    has(text_of(read_tour_file(R"({"picks": [{"place": "A-1", "wieght": 3}]})")), "'wieght'");
    has(text_of(read_order_file(R"({"orders": [], "capasity": 3})")), "'capasity'");
    has(text_of(read_order_file(R"({"orders": [{"id": "7", "picks": [], "wait": 1}]})")), "'wait'");
    has(text_of(read_order_file(
            R"({"orders": [{"id": "7", "picks": ["A-1"]}, {"id": "7", "picks": ["A-2"]}]})")),
        "'7' stands there twice");
    has(text_of(read_cost_file(R"({"rows": [], "columns": [], "cost": [], "costs": []})")),
        "'costs'");
    has(text_of(read_cost_file(",t,t\nv,1,2\n")), "two columns are called 't'");
    has(text_of(read_cost_file(R"({"rows": ["v", "v"], "columns": ["t"], "cost": [[1], [2]]})")),
        "two rows are called 'v'");
    for (const auto& text : {text_of(read_tour_file(std::string(100'000, 'x'))),
                             text_of(read_cost_file(",t\nv," + std::string(100'000, 'x'))),
                             text_of(read_order_file("7,A-1," + std::string(100'000, 'x')))}) {
        has(text, "x...'");
        CHECK(text.size() < 200);
    }
}

TEST_CASE("an answer carries its proof in every form") {
    PlanAnswer answer;
    answer.method = "by hand";
    answer.total = 110;
    answer.lower_bound = 100;
    answer.columns = {"n", "place"};
    answer.numbers = {"n"};
    answer.rows = {{"1", "A,1"}, {"-", "B"}};
    CHECK(answer.gap_percent() == Approx(10));
    CHECK(plan_as_csv(answer) == "n,place\n1,\"A,1\"\n-,B\n");
    CHECK(plan_as_table(answer) ==
          "n  place\n1  A,1\n-  B\ntotal 110, at least 100 (gap at most 10.00 %), by hand\n");
    const std::string json = plan_as_json(answer);
    CHECK(json.find("\"gap_percent\": 10.0") != std::string::npos);
    CHECK(json.find("\"n\": 1,") != std::string::npos);
    CHECK(json.find("\"n\": null") != std::string::npos);
    answer.total = 0.6 + 0.7;
    answer.lower_bound = 1.25;
    CHECK(plan_as_table(answer).find("total 1.3, at least 1.25 (") != std::string::npos);
    answer.total = answer.lower_bound = 110;
    CHECK(plan_as_table(answer).find("proven optimal") != std::string::npos);
}

TEST_CASE("ranks, weights and stock are read, and JSON says the same as CSV", "[plan]") {
    const auto csv = read_tour_file("place,weight,rank\nA-1,5,1\nTEA,,\n");
    REQUIRE(csv);
    CHECK(csv->weights == std::vector<std::int32_t>{5, 1});
    CHECK(csv->ranks == std::vector<std::int32_t>{1, 0});
    CHECK(read_tour_file("place,rank\nA-1,0\nA-2,0\n")->ranks.empty());
    TourFile file = *csv;
    file.capacity = 7;
    file.from = PlaceId("depot");
    file.stock = *read_stock_file("article,place\nTEA,A-4\nTEA,B-1\n");
    CHECK(file.stock.at("TEA").size() == 2);
    const auto again = read_tour_file(tour_as_json(file));
    REQUIRE(again);
    CHECK(again->picks == file.picks);
    CHECK(again->weights == file.weights);
    CHECK(again->ranks == file.ranks);
    CHECK(again->capacity == 7);
    CHECK(again->from == file.from);
    CHECK(again->stock == file.stock);
    CHECK_FALSE(read_tour_file("place,rank,rank\nA-1,1,2\n"));
    CHECK_FALSE(read_tour_file("place,rank\nA-1,x\n"));
    CHECK_FALSE(read_tour_file(R"({"picks": [{"rank": 1}]})"));
    CHECK_FALSE(read_tour_file(R"({"picks": [{"place": "A-1", "rank": -1}]})"));
    CHECK_FALSE(read_tour_file(R"({"picks": ["A-1"], "stock": 3})"));
    CHECK_FALSE(read_stock_file("TEA\n"));
}

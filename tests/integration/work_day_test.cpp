// A day of people's work on the command line, against a real edge: files, an opening balance, a
// receipt, tasks, counts, and what is refused with which sentence.
#include <catch2/catch.hpp>

#include "tests/support/operator_rig.hpp"

using namespace tally;
using Catch::Contains;
using test::OperatorRig;
using test::Ran;

namespace {

class WorkDay {
 public:
    Ran ok(std::vector<std::string> words, OperatorRole role = OperatorRole::manager) {
        Ran ran = rig.tally(std::move(words), rig.edge_url, role);
        INFO(ran.err);
        CHECK(ran.code == 0);
        return ran;
    }
    Ran bad(std::vector<std::string> words, OperatorRole role = OperatorRole::manager) {
        Ran ran = rig.tally(std::move(words), rig.edge_url, role);
        INFO(ran.out);
        CHECK(ran.code != 0);
        return ran;
    }
    std::string file(const std::string& name, const std::string& text) {
        return rig.dir.write(name, text).string();
    }
    std::string task(const std::string& key) {
        const Task* found = rig.edge->ledger().registers().work().task_of_key(key);
        REQUIRE(found != nullptr);
        return found->id;
    }

    OperatorRig rig;
};

}  // namespace

TEST_CASE("master data goes out as it came in, and a stale file is refused", "[cli][edge]") {
    WorkDay day;
    const std::string items =
        day.file("items.csv",
                 "sku,gtin,name,tracking,unit_mg,case_units,abc\nTEA-500,80614141123458,茶叶 "
                 "500g,by_item,500000,12,A\n");
    day.ok({"master", "import", items});
    const Ran out = day.ok({"master", "export"});
    CHECK_THAT(out.out, Contains("TEA-500,80614141123458,茶叶 500g,by_item,500000,,12,,,,,,A,1"));
    const std::string again = day.file("again.csv", out.out);
    CHECK_THAT(day.ok({"master", "import", again}).out, Contains("changed 0, unchanged 1"));
    CHECK_THAT(day.ok({"master", "export", "--format", "json"}).out,
               Contains("\"sku\":\"TEA-500\"") && Contains("\"version\":1"));
    std::string changed = out.out;
    changed.replace(changed.find(",12,"), 4, ",24,");
    day.ok({"master", "import", day.file("changed.csv", changed)});
    std::string stale = out.out;
    stale.replace(stale.find(",12,"), 4, ",48,");
    CHECK_THAT(day.bad({"master", "import", day.file("stale.csv", stale)}).err,
               Contains("stale.csv: line 2: item:TEA-500 is at version 2") && Contains("export"));
    CHECK_THAT(day.bad({"master", "import",
                        day.file("bad.csv", "code,system,sku\nX1,shop,TEA-500\nX1,web,COFFEE\n")})
                   .err,
               Contains("bad.csv: line 3: code X1 names SKU COFFEE, which is not known"));
    CHECK(day.rig.edge->ledger().registers().master().aliases().empty());
    CHECK_THAT(
        day.bad({"master", "import", day.file("twice.csv", "sku,gtin\nCOFFEE,80614141123458\n")})
            .err,
        Contains("twice.csv: line 2: GTIN 80614141123458 already belongs to SKU TEA-500"));
    CHECK_THAT(
        day.bad({"master", "import", day.file("plan.csv", "place,sku,min,max\nmoon,TEA-500,1,2\n")})
            .err,
        Contains("place moon is not in site.toml"));
}

TEST_CASE("a box is opened with counted stock and runs beside the old system", "[cli][edge]") {
    WorkDay day;
    day.ok({"master", "import", day.file("m.csv", "sku,tracking\nRICE,by_count\n")});
    const std::string counted = day.file("counted.csv", "place,sku,units\nback.hall,RICE,40\n");
    CHECK_THAT(day.bad({"opening", "book", counted}).err, Contains("names its counting list"));
    CHECK(day.bad({"opening", "book", counted, "--document", "list 1"}, OperatorRole::receiver)
              .code == cli::exit_code::kRefused);
    day.ok({"opening", "book", counted, "--document", "list 1"});
    CHECK_THAT(day.ok({"stock", "ls"}).out, Contains("RICE") && Contains("40"));
    CHECK_THAT(day.bad({"opening", "book", counted, "--document", "list 1"}).err,
               Contains("counted.csv: line 2, column 3: the book has 40"));
    const std::string old = day.file("old.csv", "place,sku,units\nback.hall,RICE,38\n");
    const Ran report = day.ok({"shadow", "compare", old, "-o", "csv", "-q"}, OperatorRole::auditor);
    CHECK_THAT(report.out,
               Contains("place,sku,old_milli,tally_milli,difference_milli,reasons\r\n") &&
                   Contains("back.hall,RICE,38000,40000,2000,"));
    CHECK_THAT(day.ok({"shadow", "compare", counted}).out, Contains("nothing to show"));
}

TEST_CASE("a receipt, its put-away and a paper list", "[cli][edge]") {
    WorkDay day;
    const std::string unit = OperatorRig::kUnit;
    day.ok({"master", "import",
            day.file("m.csv", std::string(OperatorRig::kMaster) +
                                  "asn,sscc,child\nA7,3114257BF71952D3C0000000," + unit + "\n" +
                                  "A7,3114257BF71952D3C0000000,3074257BF7194E4000001A86\n" +
                                  "place,sku,min,max\nback.aisle,TEA-500,0,20\n")});
    day.ok({"receipt", "scan", "A7", unit, "--place", "back.hall"}, OperatorRole::receiver);
    CHECK_THAT(day.ok({"receipt", "show", "A7"}).out,
               Contains("awaited") && Contains("3074257BF7194E4000001A86"));
    day.ok({"receipt", "close", "A7"}, OperatorRole::receiver);
    CHECK_THAT(day.ok({"receipt", "ls"}).out, Contains("A7") && Contains("closed"));
    CHECK_THAT(day.ok({"anomaly", "ls"}).out, Contains("receipt_short"));
    day.rig.edge->work().tasks.sweep();
    const std::string id = day.task("put_away:back.hall TEA-500");
    CHECK_THAT(day.ok({"task", "ls"}).out, Contains(id) && Contains("put_away"));
    CHECK_THAT(day.ok({"task", "print"}).out, Contains("[ ] put_away  " + id) &&
                                                  Contains("back.hall -> back.aisle") &&
                                                  Contains("by: ____"));
    CHECK_THAT(day.bad({"task", "done", id}, OperatorRole::receiver).err,
               Contains("in nobody's hands; take it first"));
    day.ok({"task", "take", id}, OperatorRole::receiver);
    CHECK_THAT(day.bad({"task", "scan", id, "nonsense"}, OperatorRole::receiver).err,
               Contains("is no tag, no code of a known SKU"));
    day.ok({"task", "scan", id, unit}, OperatorRole::receiver);
    day.ok({"task", "done", id}, OperatorRole::receiver);
    // Said twice, it changes nothing; that nobody has the goods is a word of its own.
    CHECK(day.bad({"task", "done", id}, OperatorRole::receiver).code == cli::exit_code::kRefused);
    CHECK_THAT(day.bad({"task", "done", id, "--not-in-hand"}, OperatorRole::receiver).err,
               Contains("nothing is in hand for task " + id));
    CHECK(day.rig.edge->ledger().book().item(unit)->place == "back.aisle");
    CHECK_THAT(day.ok({"item", "trace", unit}).out, Contains("user:rui"));
    CHECK(day.bad({"task", "take", id}, OperatorRole::auditor).code == cli::exit_code::kRefused);
}

TEST_CASE("a count by one and an approval by another", "[cli][edge]") {
    WorkDay day;
    day.ok({"master", "import", day.file("m.csv", "sku,tracking,abc\nRICE,by_count,A\n")});
    day.ok({"opening", "book", day.file("c.csv", "place,sku,units\nback.hall,RICE,40\n"),
            "--document", "list 1"});
    day.ok({"count", "start", "--place", "back.hall"});
    CHECK_THAT(day.ok({"count", "next"}, OperatorRole::receiver).out, Contains("RICE back.hall"));
    CHECK_THAT(day.ok({"count", "post", day.task("count:back.hall RICE"), "--units", "30"},
                      OperatorRole::receiver)
                   .out,
               Contains("recount") && !Contains("-10"));  // nobody who counts again knows
    day.ok({"count", "next"}, OperatorRole::receiver);
    day.ok(
        {"count", "post", day.task("count:back.hall RICE"), "--units", "30", "--reason", "mislaid"},
        OperatorRole::receiver);
    const std::string id = day.task("approve:back.hall RICE");
    CHECK(day.bad({"count", "approve", id}, OperatorRole::receiver).code ==
          cli::exit_code::kRefused);
    day.ok({"count", "approve", id});
    CHECK_THAT(day.ok({"stock", "ls"}).out, Contains("30"));
    CHECK_THAT(day.bad({"count", "writeoff", "--place", "back.hall", "--sku", "RICE", "--units=-1",
                        "--reason", "bad luck"})
                   .err,
               Contains("is not one of cycle, zero_check"));
}

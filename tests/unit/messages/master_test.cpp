// Master records alone, and master files as people write them.
#include <catch2/catch.hpp>

#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/master_file.hpp"

using namespace tally;

namespace {

const std::string kUnit = "3034257BF7194E4000001A85";
const std::string kOther = "3034257BF7194E4000001A86";
const std::string kPallet = "3114257BF71952D3C0000000";

const ItemRecord kTea{"tea-500", "80614141123458", "Tea \"500\", 绿茶", Tracking::by_item, 512'000};
const ItemRecord kRice{"rice", "", "rice", Tracking::by_count, 0};

ItemRecord full_item() {
    ItemRecord item = kTea;
    item.unit_sigma_mg = 900;
    item.case_units = 12;
    item.pallet_units = 480;
    item.customs_article = "0902100001";
    item.hs_code = "090210";
    item.tax_cents = 1'250;
    item.min_life_days = 90;
    item.abc = "A";
    return item;
}
const ItemRecord kFullItem = full_item();

/// The records of a good file.
std::vector<MasterRecord> read(const std::string& file) {
    auto records = read_master_file(file);
    INFO((records ? std::string() : records.error().text));
    REQUIRE(records);
    return *records;
}

std::string problems(const std::string& file) {
    const auto records = read_master_file(file);
    REQUIRE_FALSE(records);
    CHECK(records.error().kind == ErrorKind::malformed);
    return records.error().text;
}

}  // namespace

TEST_CASE("every master record has one canonical text that comes back") {
    const std::vector<MasterRecord> records = {
        kTea,
        kRice,
        BindingRecord{kUnit, "tea-500", "L1"},
        PalletRecord{kPallet, {kUnit, kOther}},
        kFullItem,
        PalletRecord{kPallet, {kUnit}, "ASN-7"},
        LotRecord{"tea-500", "L1", "2028-02-29", "Wang", "7"},
        AliasRecord{"4711", "shop", "tea-500", 12},
        PlanRecord{"shelf 1", "rice", 250, 4'000},
        AsnRecord{"ASN-7", "Tea House", "2026-11-30", {{"rice", "-", 12'500}}}};
    for (const MasterRecord& record : records) {
        const std::string text = encode(record);
        INFO(text);
        CHECK(is_canonical_object(text));
        const auto back = decode_master_record(text);
        REQUIRE(back);
        CHECK(*back == record);
    }
}

TEST_CASE("a master record that cannot be right is refused with the reason") {
    struct Case {
        MasterRecord record;
        const char* says;
    };
    const auto item = [](auto change) {
        ItemRecord record = kTea;
        change(record);
        return MasterRecord(record);
    };
    const std::vector<Case> cases = {
        {item([](auto& r) { r.sku = ""; }), "sku"},
        {item([](auto& r) { r.sku = "two words"; }), "sku"},
        {item([](auto& r) { r.sku = std::string(65, 'x'); }), "sku"},
        {item([](auto& r) { r.gtin = "80614141123459"; }), "check digit"},
        {item([](auto& r) { r.gtin = "614141123452"; }), "14 digits"},
        {item([](auto& r) { r.name = std::string(257, 'x'); }), "name"},
        {item([](auto& r) { r.unit_mg = -1; }), "unit_mg"},
        {item([](auto& r) { r.unit_mg = 10'000'000'001; }), "unit_mg"},
        {item([](auto& r) { r.unit_sigma_mg = -1; }), "unit_sigma_mg"},
        {item([](auto& r) { r.hs_code = "09.02"; }), "hs_code"},
        {item([](auto& r) { r.customs_article = "a b"; }), "customs_article"},
        {item([](auto& r) { r.abc = "D"; }), "abc"},
        {item([](auto& r) { r.name = "two\nlines"; }), "name"},
        {LotRecord{"tea", "L 1", "", "", ""}, "lot"},
        {LotRecord{"tea", "L1", "2027-02-29", "", ""}, "expiry"},
        {LotRecord{"tea", "L1", "2027-3-1", "", ""}, "expiry"},
        {LotRecord{"tea", "L1", "2027-03-31T", "", ""}, "expiry"},
        {AliasRecord{"", "shop", "tea", 1}, "code"},
        {AliasRecord{"4711", "shop", "tea", 0}, "units"},
        {PlanRecord{"", "tea", 0, 1'000}, "place"},
        {PlanRecord{"shelf", "tea", 2'000, 1'000}, "min"},
        {PlanRecord{"shelf", "tea", -1, 1'000}, "min"},
        {AsnRecord{"A:1", "", "", {}}, "asn"},
        {AsnRecord{"A1", "", "", {{"tea", "-", 0}}}, "units"},
        {AsnRecord{"A1", "", "", {{"tea", "-", 1}, {"tea", "-", 2}}}, "twice"},
        {BindingRecord{"nothex", "tea", "-"}, "item"},
        {BindingRecord{"3034257bf7194e4000001a85", "tea", "-"}, "item"},
        {BindingRecord{kUnit, "tea", ""}, "lot"},
        {PalletRecord{kPallet, {}}, "no children"},
        {PalletRecord{kPallet, {kUnit, kOther, kUnit}}, "twice"},
        {PalletRecord{kPallet, {"x"}}, "child"},
        {PalletRecord{"", {kUnit}}, "sscc"},
    };
    for (const Case& wrong : cases) {
        INFO(encode(wrong.record));
        const auto refused = decode_master_record(encode(wrong.record));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::malformed);
        CHECK(refused.error().text.find(wrong.says) != std::string::npos);
    }
    CHECK_FALSE(decode_master_record(R"({"record":"truck"})"));
    CHECK_FALSE(decode_master_record("[]"));
    CHECK_FALSE(decode_master_record(""));
    CHECK_FALSE(decode_master_record(R"({"children":["a\"b"],"record":"pallet","sscc":"30"})"));
}

TEST_CASE("a record that is taken fits one ledger event, a larger pallet is refused") {
    PalletRecord pallet{kPallet, {}};
    std::size_t taken = 0;
    for (int i = 0; i < 1'300; i += 50) {
        while (static_cast<int>(pallet.children.size()) < i + 50) {
            std::string serial = std::to_string(1'000'000 + pallet.children.size());
            pallet.children.push_back("3034257BF7194E400" + serial);
        }
        if (decode_master_record(encode(pallet))) {
            taken = pallet.children.size();
            CHECK(encode(pallet).size() <= kEventDataBytesMax);
        } else {
            CHECK(encode(pallet).size() > kEventDataBytesMax);
        }
    }
    CHECK(taken == 1'200);
}

TEST_CASE("a CSV file may hold several tables, quotes, comments and blank lines") {
    const auto records = read(
        "\xEF\xBB\xBFsku,gtin,name,tracking,unit_mg\r\n"
        "# the tea\r\n"
        "tea-500, 80614141123458 ,\"Tea \"\"500\"\", 绿茶\",by_item,512000\r\n"
        "\r\n"
        "rice,,,by_count,\r\n"
        "item,sku,lot\n"
        "3034257bf7194e4000001a85,tea-500,L1\n" +
        kOther + ",tea-500,\n" + "sscc,child\n" + kPallet + "," + kUnit + "\n" + kPallet + "," +
        kOther);
    REQUIRE(records.size() == 5);
    CHECK(records[0] == MasterRecord(kTea));
    CHECK(records[1] == MasterRecord(kRice));
    CHECK(records[2] == MasterRecord(BindingRecord{kUnit, "tea-500", "L1"}));
    CHECK(records[3] == MasterRecord(BindingRecord{kOther, "tea-500", "-"}));
    CHECK(records[4] == MasterRecord(PalletRecord{kPallet, {kUnit, kOther}}));
}

TEST_CASE("JSON lines hold the same records, with keys in any order") {
    const auto records = read(
        R"({"unit_mg":512000,"sku":"tea-500","name":"Tea \"500\", 绿茶","gtin":"80614141123458"})"
        "\n"
        R"({"record":"item","tracking":"by_count","sku":"rice"})"
        "\n"
        R"({"sku":"tea-500","item":"3034257bf7194e4000001a85","lot":"L1"})"
        "\n"
        R"({"sscc":"3114257BF71952D3C0000000","record":"pallet","children":["3034257bf7194e4000001a85"]})"
        "\n");
    REQUIRE(records.size() == 4);
    CHECK(records[0] == MasterRecord(kTea));
    CHECK(records[1] == MasterRecord(kRice));
    CHECK(records[2] == MasterRecord(BindingRecord{kUnit, "tea-500", "L1"}));
    CHECK(records[3] == MasterRecord(PalletRecord{kPallet, {kUnit}}));
}

TEST_CASE("shorter GTINs are padded, and their check digit is asked for") {
    for (const auto& [written, kept] :
         std::vector<std::pair<std::string, std::string>>{{"614141123452", "00614141123452"},
                                                          {"4006381333931", "04006381333931"},
                                                          {"96385074", "00000096385074"},
                                                          {"80614141123458", "80614141123458"}}) {
        const auto records = read("sku,gtin\nx," + written + "\n");
        CHECK(std::get<ItemRecord>(records.at(0)).gtin == kept);
        std::string wrong = written;
        wrong.back() = wrong.back() == '9' ? '0' : static_cast<char>(wrong.back() + 1);
        CHECK(problems("sku,gtin\nx," + wrong + "\n").starts_with("line 2, column 2: gtin"));
    }
    CHECK(problems("sku,gtin\nx,123456789012345\n").starts_with("line 2, column 2: gtin"));
}

TEST_CASE("every bad line of a file is reported with its number, and nothing is read") {
    struct Case {
        std::string line, says;
    };
    const std::string header = "sku,gtin,name,tracking,unit_mg\n";
    const std::vector<Case> lines = {
        {"tea,,name,by_weight,1", "tracking"},
        {"tea,,name,by_item,1.5", "unit_mg"},
        {"tea,,name,by_item,-1", "unit_mg"},
        {"tea,,name,by_item,99999999999", "unit_mg"},
        {"tea,,name,by_item", "4 fields"},
        {"tea,,name,by_item,1,1", "6 fields"},
        {"tea,,\"name,by_item,1", "quote"},
        {",,name,by_item,1", "sku"},
        {"tea,12x,name,by_item,1", "gtin"},
        {"{\"sku\":", "JSON object"},
        {"{\"sku\":\"a\",\"colour\":\"red\"}", "colour"},
        {"{\"sku\":\"a\",\"name\":null}", "name"},
        {"{\"sku\":[\"a\"]}", "sku"},
        {"{\"sku\":\"a\",\"unit_mg\":1.5}", "unit_mg"},
        {"{\"sku\":\"a\",\"record\":\"binding\"}", "record"},
        {"{\"children\":[\"" + kUnit + "\"]}", "sscc"},
        {"{\"children\":5,\"sscc\":\"" + kPallet + "\"}", "children"},
        {"{\"children\":[\"" + kUnit + "\"],\"sscc\":\"" + kPallet + "\",\"x\":1}", "'x'"},
        {"{\"children\":[7],\"sscc\":\"" + kPallet + "\"}", "child"},
        {"{\"item\":\"zz\",\"sku\":\"a\"}", "item"},
    };
    for (const Case& bad : lines) {
        INFO(bad.line);
        const std::string text = problems(header + "good,,good,by_item,1\n" + bad.line + "\n");
        CHECK((text.starts_with("line 3: ") || text.starts_with("line 3, column ")));
        CHECK(text.find(bad.says) != std::string::npos);
        CHECK(text.find('\n') == std::string::npos);
    }
    CHECK(problems(header + "a,,n,x,1\nb,,n,by_item,1\nc,,n,y,1") ==
          "line 2, column 4: tracking is 'x'; write by_item or by_count\n"
          "line 4, column 4: tracking is 'y'; write by_item or by_count");
    CHECK(problems("# a remark\n\nwhat is this").starts_with("line 3 "));
    CHECK(problems("sku,colour\na,red\n").find("'colour'; leave it out") != std::string::npos);
    CHECK(problems("sku,gtni\na,1\n").find("'gtni'; did you mean 'gtin'?") != std::string::npos);
}

TEST_CASE("a bad child of a CSV pallet is reported with its line") {
    const std::string good = "sscc,child\n" + kPallet + "," + kUnit + "\n";
    CHECK(problems(good + kPallet + ",zz\n").starts_with("line 3, column 2: child"));
    CHECK(problems(good + "zz," + kOther + "\n").starts_with("line 3, column 1: sscc"));
    CHECK(problems(good + kPallet + "," + kUnit + "\n").starts_with("line 3: pallet"));
    CHECK(problems("sscc,chld\n" + kPallet + "," + kUnit + "\n").starts_with("line 2"));
}

TEST_CASE("what is exported can be taken in again, in both formats and for every kind") {
    const std::vector<std::vector<MasterVersion>> tables = {
        {{kTea, 1}, {kRice, 7}, {kFullItem, 0}},
        {{BindingRecord{kUnit, "tea-500", "L1"}, 0}},
        {{PalletRecord{kPallet, {kUnit, kOther}, "ASN-7"}, 2}},
        {{LotRecord{"tea-500", "L1", "2028-02-29", "Wang, \"the elder\"", "7"}, 1}},
        {{AliasRecord{"4711", "shop", "tea-500", 12}, 1}},
        {{PlanRecord{"shelf 1", "rice", 250, 4'000}, 3}},
        {{AsnRecord{"ASN-7",
                    "Tea House",
                    "2026-11-30",
                    {{"rice", "-", 12'500}, {"tea-500", "L1", 1'000}}},
          1}},
    };
    for (auto table : tables) {
        for (MasterVersion& row : table) {
            if (auto* lot = std::get_if<LotRecord>(&row.record)) {
                lot->owner = "Wang, elder";  // Ledger text has no quotes.
            }
        }
        const std::string kind(kind_of(table.front().record));
        const auto csv = write_master_csv(kind, table);
        REQUIRE(csv);
        for (const std::string& text : {*csv, write_master_json(table)}) {
            INFO(text);
            const auto rows = read_master_rows(text, "x.csv");
            INFO((rows ? std::string() : rows.error().text));
            REQUIRE(rows);
            REQUIRE(rows->size() == table.size());
            for (std::size_t i = 0; i < table.size(); ++i) {
                CHECK((*rows)[i].record == table[i].record);
                CHECK((*rows)[i].version == table[i].version);
                CHECK((*rows)[i].line > 0);
            }
        }
    }
    CHECK_FALSE(write_master_csv("colour", {}));
}

TEST_CASE("a bad row of any table names file, line, column and what to do") {
    struct Case {
        std::string file, says;
    };
    const std::vector<Case> cases = {
        {"lot,sku,expiry\nL1,tea,2027-13-01\n", "goods.csv: line 2, column 3: expiry '2027-13-01'"},
        {"code,system,sku,units\n4711,shop,tea,none\n", "goods.csv: line 2, column 4: units is"},
        {"place,sku,min,max\nshelf,tea,1,0.5\n", "goods.csv: line 2, column 3: min of SKU tea"},
        {"place,sku,min,max\nshelf,tea,0,1.2345\n", "goods.csv: line 2, column 4: max '1.2345'"},
        {"asn,sku,lot,units\nA1,tea,-,-5\n", "goods.csv: line 2, column 4: units '-5'"},
        {"asn,sku,lot,units\nA1,tea,-,5\nA1,tea,-,6\n", "goods.csv: line 2, column 2: sku tea"},
        {"asn,sscc,child\nA1,zz," + kUnit + "\n", "goods.csv: line 2, column 2: sscc 'zz'"},
        {"sku,gtin,version\ntea,,soon\n", "goods.csv: line 2, column 3: version is 'soon'"},
        {"{\"record\":\"asn\",\"asn\":\"A1\"}", "goods.csv: line 1: an ASN needs"},
        {"{\"record\":\"plan\",\"sku\":\"t\",\"place\":\"s\",\"max_milli\":\"x\"}",
         "goods.csv: line 1: max 'x'"},
    };
    for (const Case& bad : cases) {
        INFO(bad.file);
        const auto rows = read_master_rows(bad.file, "goods.csv");
        REQUIRE_FALSE(rows);
        INFO(rows.error().text);
        CHECK(rows.error().text.starts_with(bad.says));
        CHECK(rows.error().text.find(';') + rows.error().text.find(':') != 0);
    }
}

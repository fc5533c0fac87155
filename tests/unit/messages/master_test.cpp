// Master records alone, and master files as people write them.
#include "firmware/messages/master.hpp"

#include <catch2/catch.hpp>

#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/messages/canonical_json.hpp"

using namespace tally;

namespace {

const std::string kUnit = "3034257BF7194E4000001A85";
const std::string kOther = "3034257BF7194E4000001A86";
const std::string kPallet = "3114257BF71952D3C0000000";

const ItemRecord kTea{"tea-500", "80614141123458", "Tea \"500\", 绿茶", Tracking::by_item, 512'000};
const ItemRecord kRice{"rice", "", "rice", Tracking::by_count, 0};

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
    const std::vector<MasterRecord> records = {kTea, kRice, BindingRecord{kUnit, "tea-500", "L1"},
                                               PalletRecord{kPallet, {kUnit, kOther}}};
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
        CHECK(problems("sku,gtin\nx," + wrong + "\n").starts_with("line 2: gtin"));
    }
    CHECK(problems("sku,gtin\nx,123456789012345\n").starts_with("line 2: gtin"));
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
        CHECK(text.starts_with("line 3: "));
        CHECK(text.find(bad.says) != std::string::npos);
        CHECK(text.find('\n') == std::string::npos);
    }
    CHECK(problems(header + "a,,n,x,1\nb,,n,by_item,1\nc,,n,y,1") ==
          "line 2: tracking is 'x'; write by_item or by_count\n"
          "line 4: tracking is 'y'; write by_item or by_count");
    CHECK(problems("# a remark\n\nwhat is this").starts_with("line 3 "));
    CHECK(problems("sku,colour\na,red\n").find("colour") != std::string::npos);
}

TEST_CASE("a bad child of a CSV pallet is reported with its line") {
    const std::string good = "sscc,child\n" + kPallet + "," + kUnit + "\n";
    CHECK(problems(good + kPallet + ",zz\n").starts_with("line 3: child"));
    CHECK(problems(good + "zz," + kOther + "\n").starts_with("line 3: sscc"));
    CHECK(problems(good + kPallet + "," + kUnit + "\n").starts_with("line 3: pallet"));
    CHECK(problems("sscc,chld\n" + kPallet + "," + kUnit + "\n").starts_with("line 2: "));
}

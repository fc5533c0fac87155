// Our layout rows against the toolkit's machine-readable definition of LLRP 1.0.1: same messages,
// parameters, choices, enumerations, parts, order and counts. What we have beyond it is listed
// here.
#include "drivers/llrp/layout.hpp"

#include <set>

#include <nlohmann/json.hpp>

#include "drivers/llrp/layout_rows.hpp"
#include "tests/unit/drivers/llrp/frames.hpp"

using namespace tally::llrp;
using nlohmann::json;

namespace {

/// The toolkit's words for one layout, as our notation has them; reserved runs are merged.
std::string theirs(const json& layout) {
    static const std::map<std::string, std::string> kRepeat = {
        {"1", ""}, {"0-1", "?"}, {"0-N", "*"}, {"1-N", "+"}};
    std::string text;
    for (const json& part : layout) {
        std::string word;
        const std::string kind = part.at("kind");
        if (kind == "reserved") {
            word = "r" + part.at("bitCount").get<std::string>();
        } else if (kind == "field") {
            word = part.at("type").get<std::string>() + " " + part.at("name").get<std::string>();
            if (part.contains("enumeration")) {
                word += ":" + part.at("enumeration").get<std::string>();
            }
        } else {
            word = part.at("type").get<std::string>() + kRepeat.at(part.at("repeat"));
        }
        text += text.empty() ? word : " | " + word;
    }
    return text;
}

std::vector<std::string> parts_of(std::string_view text) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; !text.empty() && at != std::string_view::npos;) {
        at = text.find(" | ");
        parts.emplace_back(text.substr(0, at));
        text.remove_prefix(at == std::string_view::npos ? text.size() : at + 3);
    }
    return parts;
}

/// Our row without what the toolkit does not have: "!" bit fields count as reserved bits.
std::string ours(std::string_view layout) {
    std::string text;
    unsigned reserved = 0;
    const auto add = [&](const std::string& word) { text += text.empty() ? word : " | " + word; };
    for (const std::string& part : parts_of(layout)) {
        if (part.starts_with("!u1 ")) {
            ++reserved;
        } else if (part.front() == 'r' && part.find(' ') == std::string::npos) {
            reserved += static_cast<unsigned>(std::stoul(part.substr(1)));
        } else if (part.front() != '!') {
            if (reserved > 0) {
                add("r" + std::to_string(reserved));
                reserved = 0;
            }
            add(part);
        }
    }
    if (reserved > 0) {
        add("r" + std::to_string(reserved));
    }
    return text;
}

std::string members_in_toolkit(std::string_view members) {
    std::string text;
    for (const std::string& part : parts_of(members)) {
        if (part.front() != '!') {
            text += text.empty() ? part : " | " + part;
        }
    }
    return text;
}

std::vector<LayoutRow> all_parameters() {
    std::vector<LayoutRow> rows;
    for (const auto part : {type_value_rows(), core_rows(), c1g2_rows()}) {
        rows.insert(rows.end(), part.begin(), part.end());
    }
    return rows;
}

/// Compares rows with the toolkit's; returns the type numbers that only we have.
std::set<int> check_rows(const std::vector<LayoutRow>& rows, const json& definitions) {
    std::map<int, json> wanted;
    for (const json& definition : definitions) {
        wanted[definition.at("type").get<int>()] = definition;
    }
    std::set<int> beyond;
    for (const LayoutRow& row : rows) {
        INFO(row.type << " " << row.name);
        const auto at = wanted.find(row.type);
        if (at == wanted.end()) {
            beyond.insert(row.type);
            continue;
        }
        CHECK(row.name == at->second.at("name").get<std::string>());
        CHECK(ours(row.layout) == theirs(at->second.at("layout")));
        wanted.erase(at);
    }
    CHECK(wanted.empty());
    return beyond;
}

}  // namespace

TEST_CASE("the layout rows agree with the toolkit's definition of LLRP 1.0.1") {
    if (!tally::test::have_testdata("rfid/llrp-defs")) {
        return;
    }
    const json definition = json::parse(
        tally::test::read_file(tally::test::testdata() / "rfid/llrp-defs/llrp_1_0_1_layout.json"));

    const auto messages = message_rows();
    CHECK(check_rows({messages.begin(), messages.end()}, definition.at("messages")) ==
          std::set<int>{45, 46, 47, 55, 56, 57});
    CHECK(check_rows(all_parameters(), definition.at("parameters")) ==
          std::set<int>{15, 19, 20, 210, 211, 355, 356, 357, 358, 359, 360, 361, 362, 363, 365});

    std::map<std::string, std::string> choices;
    for (const NamedRow& row : choice_rows()) {
        choices[std::string(row.name)] = members_in_toolkit(row.members);
    }
    for (const json& choice : definition.at("choices")) {
        std::string members;
        for (const auto& member : choice.at("members")) {
            members += (members.empty() ? "" : " | ") + member.get<std::string>();
        }
        CHECK(choices[choice.at("name")] == members);
    }
    CHECK(choices.size() == definition.at("choices").size());

    for (const json& enumeration : definition.at("enumerations")) {
        for (const auto& [name, value] : enumeration.at("entries").items()) {
            INFO(enumeration.at("name") << " " << name);
            CHECK(enumeration_name(enumeration.at("name").get<std::string>(),
                                   value.get<std::uint64_t>()) == name);
        }
    }
}

TEST_CASE("every row compiles, and every enumeration a field names exists") {
    std::size_t fields = 0;
    for (const LayoutRow& row : all_parameters()) {
        const Layout* layout = parameter_layout(row.name);
        REQUIRE(layout != nullptr);
        CHECK(layout == parameter_layout(row.type));
        unsigned bits = 0;
        for (const FieldLayout& field : layout->fields) {
            ++fields;
            const bool packed = field.kind == FieldKind::bits || field.kind == FieldKind::reserved;
            bits = packed ? bits + field.bits : bits;
            INFO(row.name << "." << field.name);
            if (!field.enumeration.empty()) {
                const bool named = !enumeration_name(field.enumeration, 0).empty() ||
                                   !enumeration_name(field.enumeration, 1).empty();
                CHECK(named);
            }
        }
        CHECK(bits % 8 == 0);
    }
    CHECK(fields > 200);
}

TEST_CASE("type-value parameters have the lengths of the standard") {
    const std::pair<std::uint16_t, std::size_t> lengths[] = {
        {1, 2},  {2, 8},  {3, 8},   {4, 8},  {5, 8},  {6, 1},  {7, 2},  {8, 2},  {9, 4},  {10, 2},
        {11, 2}, {12, 2}, {13, 12}, {14, 2}, {15, 2}, {16, 4}, {17, 2}, {18, 4}, {19, 2}, {20, 2}};
    for (const auto& [type, length] : lengths) {
        INFO(type);
        CHECK(type_value_length(type) == length);
    }
    CHECK_FALSE(type_value_length(21).has_value());
    CHECK_FALSE(type_value_length(240).has_value());
}

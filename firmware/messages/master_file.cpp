// Master files as people write them: CSV with a header line, or JSON lines in any key order.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "firmware/domain/epc/epc.hpp"
#include "firmware/messages/master.hpp"

namespace tally {

namespace {

using Fields = std::map<std::string, std::string, std::less<>>;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// RFC 4180 fields of one line; a quoted field may hold commas and doubled quotes.
Result<std::vector<std::string>> split_csv(std::string_view line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
            fields.back() += '"';
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    if (quoted) {
        return fail(ErrorKind::malformed, "a quote is not closed");
    }
    for (std::string& field : fields) {
        field = std::string(trimmed(field));
    }
    return fields;
}

std::string unit_text(const std::string& text) {
    const auto epc = Epc::parse(text);
    return epc ? epc->str() : text;  // What is no EPC is refused by the record's own check.
}

std::string take(Fields& fields, std::string_view key, std::string_view fallback = {}) {
    const auto found = fields.find(key);
    if (found == fields.end()) {
        return std::string(fallback);
    }
    std::string value = std::move(found->second);
    fields.erase(found);
    return value.empty() ? std::string(fallback) : value;
}

Result<MasterRecord> checked(MasterRecord record, const Fields& left) {
    if (!left.empty()) {
        return fail(ErrorKind::malformed, "unknown field '" + left.begin()->first + "'");
    }
    return decode_master_record(encode(record));
}

Result<MasterRecord> item_of(Fields fields) {
    ItemRecord item;
    item.sku = take(fields, "sku");
    item.gtin = take(fields, "gtin");
    if (!item.gtin.empty() && item.gtin.size() < 14) {
        item.gtin.insert(0, 14 - item.gtin.size(), '0');
    }
    item.name = take(fields, "name", item.sku);
    const std::string tracking = take(fields, "tracking", "by_item");
    if (tracking != "by_item" && tracking != "by_count") {
        return fail(ErrorKind::malformed,
                    "tracking is '" + tracking + "'; write by_item or by_count");
    }
    item.tracking = tracking == "by_item" ? Tracking::by_item : Tracking::by_count;
    for (const auto& [key, value] :
         {std::pair{"unit_mg", &item.unit_mg}, std::pair{"unit_sigma_mg", &item.unit_sigma_mg}}) {
        const std::string weight = take(fields, key, "0");
        if (weight.size() > 12 || weight.find_first_not_of("0123456789") != std::string::npos) {
            return fail(ErrorKind::malformed,
                        std::string(key) + " is '" + weight + "'; write whole milligrams");
        }
        *value = std::stoll(weight);
    }
    return checked(std::move(item), fields);
}

Result<MasterRecord> binding_of(Fields fields) {
    BindingRecord binding;
    binding.item = unit_text(take(fields, "item"));
    binding.sku = take(fields, "sku");
    binding.lot = take(fields, "lot", "-");
    return checked(std::move(binding), fields);
}

std::string at_line(std::size_t number, const std::string& text) {
    return "line " + std::to_string(number) + ": " + text + "\n";
}

/// Collects records and problems line by line; a CSV pallet grows over several lines.
class MasterFile {
 public:
    void csv_header(std::string_view line) {
        auto names = split_csv(line);
        if (names) {
            columns_ = std::move(*names);
        }
    }

    void csv_line(std::size_t number, std::string_view line) {
        auto values = split_csv(line);
        if (!values || values->size() != columns_.size()) {
            problems_ += at_line(number, values ? "has " + std::to_string(values->size()) +
                                                      " fields, the header " +
                                                      std::to_string(columns_.size())
                                                : values.error().text);
            return;
        }
        Fields fields;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            fields[columns_[i]] = (*values)[i];
        }
        if (fields.contains("sscc")) {
            csv_child(number, std::move(fields));
            return;
        }
        keep(number, fields.contains("item") ? binding_of(fields) : item_of(fields));
    }

    void json_line(std::size_t number, std::string_view line) {
        const auto json = nlohmann::json::parse(line, nullptr, false);
        if (!json.is_object()) {
            problems_ += at_line(number, "is not a JSON object");
            return;
        }
        if (json.contains("children")) {
            keep(number, json_pallet(json));
            return;
        }
        Fields fields;
        for (const auto& [key, value] : json.items()) {
            if (!value.is_string() && !value.is_number_integer()) {
                problems_ +=
                    at_line(number, "field '" + key + "' must be a text or a whole number");
                return;
            }
            fields[key] = value.is_string() ? value.get<std::string>() : value.dump();
        }
        const bool is_binding = fields.contains("item");
        const std::string kind = is_binding ? "binding" : "item";
        if (take(fields, "record", kind) != kind) {
            problems_ += at_line(number, "\"record\" does not name what the line holds: " + kind);
            return;
        }
        keep(number, is_binding ? binding_of(fields) : item_of(fields));
    }

    Result<std::vector<MasterRecord>> finish() {
        for (auto& [sscc, children] : pallets_) {
            auto record = decode_master_record(encode(PalletRecord{sscc, std::move(children)}));
            if (record) {
                records_.push_back(std::move(*record));
            } else {
                problems_ += record.error().text + "\n";
            }
        }
        if (!problems_.empty()) {
            problems_.pop_back();
            return fail(ErrorKind::malformed, std::move(problems_));
        }
        return std::move(records_);
    }

 private:
    /// One child of a pallet; each line is judged alone, so that a problem has its line.
    void csv_child(std::size_t number, Fields fields) {
        const std::string sscc = unit_text(take(fields, "sscc"));
        const std::string child = unit_text(take(fields, "child"));
        const auto alone = checked(PalletRecord{sscc, {child}}, fields);
        if (!alone) {
            problems_ += at_line(number, alone.error().text);
            return;
        }
        std::vector<std::string>& children = pallets_[sscc];
        if (std::find(children.begin(), children.end(), child) != children.end()) {
            problems_ += at_line(number, "pallet " + sscc + " lists unit " + child + " twice");
            return;
        }
        children.push_back(child);
    }

    static Result<MasterRecord> json_pallet(const nlohmann::json& json) {
        PalletRecord pallet;
        for (const auto& [key, value] : json.items()) {
            const bool known = key == "children" || key == "sscc" ||
                               (key == "record" && value == nlohmann::json("pallet"));
            if (!known) {
                return fail(ErrorKind::malformed,
                            "a pallet has \"sscc\" and \"children\", not '" + key + "'");
            }
        }
        if (!json["children"].is_array() || !json.contains("sscc") || !json["sscc"].is_string()) {
            return fail(ErrorKind::malformed, "a pallet needs \"sscc\" and an array \"children\"");
        }
        pallet.sscc = unit_text(json["sscc"].get<std::string>());
        for (const auto& child : json["children"]) {
            pallet.children.push_back(child.is_string() ? unit_text(child.get<std::string>())
                                                        : child.dump());
        }
        return decode_master_record(encode(pallet));
    }

    void keep(std::size_t number, Result<MasterRecord> record) {
        if (record) {
            records_.push_back(std::move(*record));
        } else {
            problems_ += at_line(number, record.error().text);
        }
    }

    std::vector<std::string> columns_;
    std::vector<MasterRecord> records_;
    std::map<std::string, std::vector<std::string>> pallets_;
    std::string problems_;
};

bool known_header(std::string_view line) {
    return line.starts_with("sku,") || line.starts_with("item,") || line.starts_with("sscc,");
}

}  // namespace

Result<std::vector<MasterRecord>> read_master_file(std::string_view text) {
    static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // Spreadsheets write it.
    if (text.starts_with(kByteOrderMark)) {
        text.remove_prefix(kByteOrderMark.size());
    }
    MasterFile file;
    std::size_t number = 0;
    enum class Form { unknown, csv, json } form = Form::unknown;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::string_view line = trimmed(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        ++number;
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (known_header(line)) {  // Several tables may follow each other in one file.
            form = Form::csv;
            file.csv_header(line);
        } else if (line.front() == '{') {
            form = Form::json;
            file.json_line(number, line);
        } else if (form == Form::csv) {
            file.csv_line(number, line);
        } else {
            return fail(ErrorKind::malformed,
                        "line " + std::to_string(number) +
                            " is neither a JSON object nor a CSV header; start with "
                            "'sku,gtin,name,tracking,unit_mg', 'item,sku,lot' or 'sscc,child'");
        }
    }
    return file.finish();
}

}  // namespace tally

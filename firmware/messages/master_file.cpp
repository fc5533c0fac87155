#include "firmware/messages/master_file.hpp"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "firmware/messages/canonical_reader.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/master_fields.hpp"

namespace tally {

namespace {

using Json = nlohmann::json;

/// What a JSON line is, where it does not say so itself.
std::string_view kind_of_json(const Json& json) {
    if (json.contains("record") && json["record"].is_string()) {
        return json["record"].get_ref<const std::string&>();
    }
    return json.contains("children") ? "pallet" : json.contains("item") ? "binding" : "item";
}

bool is_nested(std::string_view kind) {
    return kind == "pallet" || kind == "asn";
}

/// Collects records and problems line by line; a CSV pallet or ASN grows over several lines.
class MasterFile {
 public:
    explicit MasterFile(const std::string& file) : file_(file) {}

    /// False if the line is no header.
    bool header(std::string_view line) {
        auto names = split_csv(line);
        const std::string_view kind = names ? kind_of_header(*names) : std::string_view();
        if (kind.empty() || names->size() < 2) {
            return false;
        }
        kind_ = kind;
        columns_ = std::move(*names);
        return true;
    }

    void csv_line(std::size_t number, std::string_view line) {
        auto values = split_csv(line);
        if (!values || values->size() != columns_.size()) {
            note(number, values ? "has " + std::to_string(values->size()) + " fields, the header " +
                                      std::to_string(columns_.size()) +
                                      "; quote a field that holds a comma"
                                : values.error().text);
            return;
        }
        MasterFields fields;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            fields[columns_[i]] = (*values)[i];
        }
        const std::uint64_t version = take_version(number, fields);
        auto record = record_of_fields(kind_, std::move(fields));
        if (!record) {
            note(number, record.error().text);
        } else if (is_nested(kind_)) {
            grow(number, version, std::move(*record));
        } else {
            rows_.push_back({std::move(*record), number, version});
        }
    }

    void json_line(std::size_t number, std::string_view line) {
        columns_.clear();
        Json json = Json::parse(line, nullptr, false);
        if (!json.is_object()) {
            note(number, "is not a JSON object; write one record as one object a line");
            return;
        }
        std::uint64_t version = 0;
        if (json.contains("version") && json["version"].is_number_unsigned()) {
            version = json["version"].get<std::uint64_t>();
            json.erase("version");
        }
        const std::string kind(kind_of_json(json));
        auto record = is_nested(kind) ? nested_of(kind, json) : flat_of(kind, json);
        if (!record) {
            note(number, record.error().text);
        } else {
            rows_.push_back({std::move(*record), number, version});
        }
    }

    Result<std::vector<MasterRow>> finish() {
        for (const MasterRow& row : rows_) {
            // Those that grew are asked again as a whole.
            if (const auto whole = check_master_record(row.record); !whole) {
                note(row.line, whole.error().text);
            }
        }
        if (!problems_.empty()) {
            problems_.pop_back();
            return fail(ErrorKind::malformed, std::move(problems_));
        }
        return std::move(rows_);
    }

    void note(std::size_t number, const std::string& text) {
        const auto at = std::find(columns_.begin(), columns_.end(), text.substr(0, text.find(' ')));
        problems_ += file_line(file_, number);
        if (at != columns_.end()) {
            problems_ += ", column " + std::to_string(at - columns_.begin() + 1);
        }
        problems_ += ": " + text + "\n";
    }

 private:
    std::uint64_t take_version(std::size_t number, MasterFields& fields) {
        const auto found = fields.find("version");
        if (found == fields.end()) {
            return 0;
        }
        const std::string text = std::move(found->second);
        fields.erase(found);
        if (text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos) {
            note(number, "version is '" + text + "'; leave it as it was exported");
            return 0;
        }
        return text.empty() ? 0 : std::stoull(text);
    }

    /// One more child of a pallet, one more line of an ASN; each row has been judged alone.
    void grow(std::size_t number, std::uint64_t version, MasterRecord record) {
        const auto [at, is_new] = grown_.try_emplace(key_of(record), rows_.size());
        if (is_new) {
            rows_.push_back({std::move(record), number, version});
            return;
        }
        MasterRecord& known = rows_[at->second].record;
        if (auto* pallet = std::get_if<PalletRecord>(&known)) {
            const std::string& child = std::get<PalletRecord>(record).children.front();
            if (std::find(pallet->children.begin(), pallet->children.end(), child) !=
                pallet->children.end()) {
                note(number, "pallet " + pallet->sscc + " lists unit " + child + " twice");
                return;
            }
            pallet->children.push_back(child);
        } else if (auto* asn = std::get_if<AsnRecord>(&known)) {
            asn->lines.push_back(std::move(std::get<AsnRecord>(record).lines.front()));
        }
    }

    static Result<MasterRecord> flat_of(const std::string& kind, const Json& json) {
        MasterFields fields;
        for (const auto& [key, value] : json.items()) {
            if (!value.is_string() && !value.is_number_integer()) {
                return fail(ErrorKind::malformed,
                            "field '" + key + "' must be a text or a whole number");
            }
            fields[key] = value.is_string() ? value.get<std::string>() : value.dump();
        }
        const std::vector<std::string_view> columns = master_columns(kind);
        if (columns.empty() || !fields.contains(columns.front())) {
            return fail(ErrorKind::malformed,
                        "\"record\" does not name what the line holds: " + kind);
        }
        fields.erase("record");
        if (kind == "plan") {  // On the wire a plan counts thousandths.
            for (const auto& [wire, column] :
                 {std::pair{"min_milli", "min"}, std::pair{"max_milli", "max"}}) {
                if (const auto found = fields.find(wire); found != fields.end()) {
                    const bool good =
                        found->second.size() < 17 && !found->second.empty() &&
                        found->second.find_first_not_of("0123456789") == std::string::npos;
                    fields[column] = good ? format_units(std::stoll(found->second)) : found->second;
                    fields.erase(wire);
                }
            }
        }
        return record_of_fields(kind, std::move(fields));
    }

    static Result<MasterRecord> nested_of(const std::string& kind, Json json) {
        json["record"] = kind;
        const bool pallet = kind == "pallet";
        const char* list = pallet ? "children" : "lines";
        if (!json.contains(list) || !json[list].is_array() ||
            !json.contains(pallet ? "sscc" : "asn")) {
            return fail(ErrorKind::malformed, pallet
                                                  ? "a pallet needs \"sscc\" and an array "
                                                    "\"children\""
                                                  : "an ASN needs \"asn\" and an array \"lines\"");
        }
        if (pallet) {
            const auto upper = [](Json& text) {
                if (text.is_string()) {
                    const auto one = record_of_fields(
                        "binding", {{"item", text.get<std::string>()}, {"sku", "x"}, {"lot", "-"}});
                    text = one ? std::get<BindingRecord>(*one).item : text.get<std::string>();
                }
            };
            upper(json["sscc"]);
            std::for_each(json[list].begin(), json[list].end(), upper);
        }
        return decode_master_record(
            json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }

    const std::string& file_;
    std::string_view kind_;
    std::vector<std::string> columns_;
    std::vector<MasterRow> rows_;
    std::map<std::string, std::size_t> grown_;  ///< place in rows_ by key
    std::string problems_;
};

}  // namespace

std::string file_line(const std::string& file, std::size_t line) {
    return (file.empty() ? std::string() : file + ": ") + "line " + std::to_string(line);
}

Result<std::vector<MasterRow>> read_master_rows(std::string_view text, const std::string& file) {
    MasterFile reading(file);
    CsvLines lines(text);
    std::string_view line;
    bool in_table = false;
    while (lines.next(line)) {
        if (line.front() == '{') {
            in_table = false;
            reading.json_line(lines.number(), line);
        } else if (reading.header(line)) {
            in_table = true;
        } else if (in_table) {
            reading.csv_line(lines.number(), line);
        } else {
            return fail(ErrorKind::malformed,
                        file_line(file, lines.number()) +
                            " is neither a JSON object nor a CSV header; begin with a header like "
                            "'sku,gtin,name,tracking,unit_mg', 'item,sku,lot' or 'sscc,child'");
        }
    }
    return reading.finish();
}

Result<std::vector<MasterRecord>> read_master_file(std::string_view text) {
    TALLY_TRY_ASSIGN(std::vector<MasterRow> rows, read_master_rows(text, {}));
    std::vector<MasterRecord> records;
    records.reserve(rows.size());
    for (MasterRow& row : rows) {
        records.push_back(std::move(row.record));
    }
    return records;
}

Result<std::string> write_master_csv(std::string_view kind,
                                     const std::vector<MasterVersion>& rows) {
    const std::vector<std::string_view> columns = master_columns(kind);
    if (columns.empty()) {
        return fail(ErrorKind::malformed,
                    "'" + std::string(kind) +
                        "' is no kind of master data; ask for item, binding, pallet, lot, alias, "
                        "plan or asn");
    }
    std::string text;
    for (const std::string_view column : columns) {
        text += std::string(column) + ",";
    }
    text += "version\n";
    for (const MasterVersion& row : rows) {
        for (const MasterFields& fields : fields_of_record(row.record)) {
            for (const std::string_view column : columns) {
                text += csv_field(fields.find(column)->second) + ",";
            }
            text += (row.version == 0 ? "" : std::to_string(row.version)) + "\n";
        }
    }
    return text;
}

namespace {

/// "version" sorts behind every other member of a record.
constexpr std::string_view kVersionMember = ",\"version\":";

std::string with_version(const MasterRecord& record, std::uint64_t version) {
    std::string text = encode(record);
    if (version != 0) {
        text.pop_back();
        text += kVersionMember;
        text += std::to_string(version) + "}";
    }
    return text;
}

}  // namespace

std::string write_master_json(const std::vector<MasterVersion>& rows) {
    std::string text;
    for (const MasterVersion& row : rows) {
        text += with_version(row.record, row.version) + "\n";
    }
    return text;
}

std::string encode_master_command(const MasterRow& row) {
    return with_version(row.record, row.version);
}

Result<MasterRow> decode_master_command(std::string_view json) {
    MasterRow row;
    const std::int64_t version = integer_member(json, "version").value_or(0);
    if (version < 0) {
        return fail(ErrorKind::malformed, "key 'version' of a master record is below 0");
    }
    row.version = static_cast<std::uint64_t>(version);
    std::string record(json);
    if (version != 0) {
        record.resize(record.rfind(kVersionMember));
        record += "}";
    }
    TALLY_TRY_ASSIGN(row.record, decode_master_record(record));
    if (version != 0 && encode_master_command(row) != json) {
        return fail(ErrorKind::malformed, "a master record with a version is not canonical");
    }
    return row;
}

}  // namespace tally

#include "firmware/messages/master_fields.hpp"

#include <algorithm>
#include <array>

#include "firmware/base/near_name.hpp"
#include "firmware/domain/epc/epc.hpp"
#include "firmware/messages/csv.hpp"

namespace tally {

namespace {

struct Table {
    std::string_view kind;
    std::string_view columns;  ///< separated by blanks
};

constexpr std::array<Table, 7> kTables = {{
    {"item",
     "sku gtin name tracking unit_mg unit_sigma_mg case_units pallet_units customs_article hs_code "
     "tax_cents min_life_days abc"},
    {"binding", "item sku lot"},
    {"pallet", "sscc child asn"},
    {"lot", "lot sku expiry owner book_line"},
    {"alias", "code system sku units"},
    {"plan", "place sku min max"},
    {"asn", "asn sku lot units supplier due"},
}};

std::string unit_text(const std::string& text) {
    const auto epc = Epc::parse(text);
    return epc ? epc->str() : text;  // What is no EPC is refused by the record's own check.
}

/// Takes the fields of a row one by one; what is left over at the end nobody knows.
class Row {
 public:
    Row(MasterFields fields, std::string_view kind) : fields_(std::move(fields)), kind_(kind) {}

    std::string text(std::string_view key, std::string_view fallback = {}) {
        const auto found = fields_.find(key);
        if (found == fields_.end()) {
            return std::string(fallback);
        }
        std::string value = std::move(found->second);
        fields_.erase(found);
        return value.empty() ? std::string(fallback) : value;
    }

    std::int64_t whole(std::string_view key, std::string_view fallback = "0") {
        const std::string value = text(key, fallback);
        if (value.empty() || value.size() > 13 ||
            value.find_first_not_of("0123456789") != std::string::npos) {
            note(std::string(key) + " is '" + value + "'; write a whole number");
            return 0;
        }
        return std::stoll(value);
    }

    std::int64_t units(std::string_view key, std::string_view fallback) {
        const Result<std::int64_t> milli = parse_units(text(key, fallback));
        if (!milli) {
            note(std::string(key) + " " + milli.error().text);
            return 0;
        }
        return *milli;
    }

    void note(std::string problem) {
        if (problem_.empty()) {
            problem_ = std::move(problem);
        }
    }

    Result<MasterRecord> finish(MasterRecord record) {
        if (!fields_.empty()) {
            note(unknown(fields_.begin()->first));
        }
        if (!problem_.empty()) {
            return fail(ErrorKind::malformed, std::move(problem_));
        }
        TALLY_TRY(check_master_record(record));
        return record;
    }

 private:
    [[nodiscard]] std::string unknown(const std::string& field) const {
        const std::vector<std::string_view> columns = master_columns(kind_);
        const std::vector<std::string> known(columns.begin(), columns.end());
        const std::string near = near_name(field, known);
        return "unknown field '" + field + "'; " +
               (near.empty() ? "leave it out" : "did you mean '" + near + "'?");
    }

    MasterFields fields_;
    std::string_view kind_;
    std::string problem_;
};

Result<MasterRecord> item_of(Row& row) {
    ItemRecord item;
    item.sku = row.text("sku");
    item.gtin = row.text("gtin");
    if (!item.gtin.empty() && item.gtin.size() < 14) {
        item.gtin.insert(0, 14 - item.gtin.size(), '0');
    }
    item.name = row.text("name", item.sku);
    const std::string tracking = row.text("tracking", "by_item");
    if (tracking != "by_item" && tracking != "by_count") {
        row.note("tracking is '" + tracking + "'; write by_item or by_count");
    }
    item.tracking = tracking == "by_item" ? Tracking::by_item : Tracking::by_count;
    item.unit_mg = row.whole("unit_mg");
    item.unit_sigma_mg = row.whole("unit_sigma_mg");
    item.case_units = row.whole("case_units");
    item.pallet_units = row.whole("pallet_units");
    item.customs_article = row.text("customs_article");
    item.hs_code = row.text("hs_code");
    item.tax_cents = row.whole("tax_cents");
    item.min_life_days = row.whole("min_life_days");
    item.abc = row.text("abc");
    return row.finish(std::move(item));
}

Result<MasterRecord> binding_of(Row& row) {
    BindingRecord binding;
    binding.item = unit_text(row.text("item"));
    binding.sku = row.text("sku");
    binding.lot = row.text("lot", "-");
    return row.finish(std::move(binding));
}

Result<MasterRecord> pallet_of(Row& row) {
    PalletRecord pallet;
    pallet.sscc = unit_text(row.text("sscc"));
    pallet.children = {unit_text(row.text("child"))};
    pallet.asn = row.text("asn");
    return row.finish(std::move(pallet));
}

Result<MasterRecord> lot_of(Row& row) {
    LotRecord lot;
    lot.lot = row.text("lot");
    lot.sku = row.text("sku");
    lot.expiry = row.text("expiry");
    lot.owner = row.text("owner");
    lot.book_line = row.text("book_line");
    return row.finish(std::move(lot));
}

Result<MasterRecord> alias_of(Row& row) {
    AliasRecord alias;
    alias.code = row.text("code");
    alias.system = row.text("system");
    alias.sku = row.text("sku");
    alias.units = row.whole("units", "1");
    return row.finish(std::move(alias));
}

Result<MasterRecord> plan_of(Row& row) {
    PlanRecord plan;
    plan.place = row.text("place");
    plan.sku = row.text("sku");
    plan.min_milli = row.units("min", "0");
    plan.max_milli = row.units("max", "0");
    return row.finish(std::move(plan));
}

Result<MasterRecord> asn_of(Row& row) {
    AsnRecord asn;
    asn.asn = row.text("asn");
    AsnLine line;
    line.sku = row.text("sku");
    line.lot = row.text("lot", "-");
    line.qty_milli = row.units("units", "0");
    asn.lines.push_back(std::move(line));
    asn.supplier = row.text("supplier");
    asn.due = row.text("due");
    return row.finish(std::move(asn));
}

constexpr std::array<Result<MasterRecord> (*)(Row&), 7> kReaders = {
    item_of, binding_of, pallet_of, lot_of, alias_of, plan_of, asn_of};

std::string number(std::int64_t value) {
    return value == 0 ? std::string() : std::to_string(value);
}

std::vector<MasterFields> rows_of(const ItemRecord& item) {
    return {{{"sku", item.sku},
             {"gtin", item.gtin},
             {"name", item.name},
             {"tracking", item.tracking == Tracking::by_item ? "by_item" : "by_count"},
             {"unit_mg", std::to_string(item.unit_mg)},
             {"unit_sigma_mg", number(item.unit_sigma_mg)},
             {"case_units", number(item.case_units)},
             {"pallet_units", number(item.pallet_units)},
             {"customs_article", item.customs_article},
             {"hs_code", item.hs_code},
             {"tax_cents", number(item.tax_cents)},
             {"min_life_days", number(item.min_life_days)},
             {"abc", item.abc}}};
}

std::vector<MasterFields> rows_of(const BindingRecord& binding) {
    return {{{"item", binding.item}, {"sku", binding.sku}, {"lot", binding.lot}}};
}

std::vector<MasterFields> rows_of(const PalletRecord& pallet) {
    std::vector<MasterFields> rows;
    for (const std::string& child : pallet.children) {
        rows.push_back({{"sscc", pallet.sscc}, {"child", child}, {"asn", pallet.asn}});
    }
    return rows;
}

std::vector<MasterFields> rows_of(const LotRecord& lot) {
    return {{{"lot", lot.lot},
             {"sku", lot.sku},
             {"expiry", lot.expiry},
             {"owner", lot.owner},
             {"book_line", lot.book_line}}};
}

std::vector<MasterFields> rows_of(const AliasRecord& alias) {
    return {{{"code", alias.code},
             {"system", alias.system},
             {"sku", alias.sku},
             {"units", std::to_string(alias.units)}}};
}

std::vector<MasterFields> rows_of(const PlanRecord& plan) {
    return {{{"place", plan.place},
             {"sku", plan.sku},
             {"min", format_units(plan.min_milli)},
             {"max", format_units(plan.max_milli)}}};
}

std::vector<MasterFields> rows_of(const AsnRecord& asn) {
    std::vector<MasterFields> rows;
    for (const AsnLine& line : asn.lines) {
        rows.push_back({{"asn", asn.asn},
                        {"sku", line.sku},
                        {"lot", line.lot},
                        {"units", format_units(line.qty_milli)},
                        {"supplier", asn.supplier},
                        {"due", asn.due}});
    }
    return rows;
}

}  // namespace

std::vector<std::string_view> master_columns(std::string_view kind) {
    std::vector<std::string_view> columns;
    for (const Table& table : kTables) {
        std::string_view left = table.kind == kind ? table.columns : std::string_view();
        while (!left.empty()) {
            const auto end = left.find(' ');
            columns.push_back(left.substr(0, end));
            left = end == std::string_view::npos ? std::string_view() : left.substr(end + 1);
        }
    }
    return columns;
}

std::string_view kind_of_header(const std::vector<std::string>& columns) {
    const auto has = [&](std::string_view name) {
        return std::find(columns.begin(), columns.end(), name) != columns.end();
    };
    if (columns.empty()) {
        return {};
    }
    if (columns.front() == "asn" && has("child")) {
        return "pallet";
    }
    for (const Table& table : kTables) {
        if (table.columns.substr(0, table.columns.find(' ')) == columns.front()) {
            return table.kind;
        }
    }
    return {};
}

Result<MasterRecord> record_of_fields(std::string_view kind, MasterFields fields) {
    Row row(std::move(fields), kind);
    for (std::size_t i = 0; i < kTables.size(); ++i) {
        if (kTables[i].kind == kind) {
            return kReaders[i](row);
        }
    }
    return fail(ErrorKind::malformed, "'" + std::string(kind) + "' is no kind of master record");
}

std::vector<MasterFields> fields_of_record(const MasterRecord& record) {
    return std::visit([](const auto& known) { return rows_of(known); }, record);
}

}  // namespace tally

#include "firmware/messages/master.hpp"

#include <array>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

namespace {

constexpr std::array<std::string_view, 7> kKinds = {"item",  "binding", "pallet", "lot",
                                                    "alias", "plan",    "asn"};

std::string_view name_of(Tracking tracking) {
    return tracking == Tracking::by_item ? "by_item" : "by_count";
}

void optional_integer(CanonicalWriter& w, std::string_view key, std::int64_t value) {
    if (value != 0) {
        w.key(key).integer(value);
    }
}

void write(CanonicalWriter& w, const ItemRecord& item) {
    w.optional_text("abc", item.abc);
    optional_integer(w, "case_units", item.case_units);
    w.optional_text("customs_article", item.customs_article);
    w.optional_text("gtin", item.gtin).optional_text("hs_code", item.hs_code);
    optional_integer(w, "min_life_days", item.min_life_days);
    w.key("name").text(item.name);
    optional_integer(w, "pallet_units", item.pallet_units);
    w.key("record").text("item").key("sku").text(item.sku);
    optional_integer(w, "tax_cents", item.tax_cents);
    w.key("tracking").text(name_of(item.tracking)).key("unit_mg").integer(item.unit_mg);
    optional_integer(w, "unit_sigma_mg", item.unit_sigma_mg);
}

void write(CanonicalWriter& w, const BindingRecord& binding) {
    w.key("item").text(binding.item).key("lot").text(binding.lot);
    w.key("record").text("binding").key("sku").text(binding.sku);
}

void write(CanonicalWriter& w, const PalletRecord& pallet) {
    w.optional_text("asn", pallet.asn).key("children").begin_array();
    for (const std::string& child : pallet.children) {
        w.text(child);
    }
    w.end_array().key("record").text("pallet").key("sscc").text(pallet.sscc);
}

void write(CanonicalWriter& w, const LotRecord& lot) {
    w.optional_text("book_line", lot.book_line).optional_text("expiry", lot.expiry);
    w.key("lot").text(lot.lot).optional_text("owner", lot.owner);
    w.key("record").text("lot").key("sku").text(lot.sku);
}

void write(CanonicalWriter& w, const AliasRecord& alias) {
    w.key("code").text(alias.code).key("record").text("alias").key("sku").text(alias.sku);
    w.key("system").text(alias.system).key("units").integer(alias.units);
}

void write(CanonicalWriter& w, const PlanRecord& plan) {
    w.key("max_milli").integer(plan.max_milli).key("min_milli").integer(plan.min_milli);
    w.key("place").text(plan.place).key("record").text("plan").key("sku").text(plan.sku);
}

void write(CanonicalWriter& w, const AsnRecord& asn) {
    w.key("asn").text(asn.asn).optional_text("due", asn.due).key("lines").begin_array();
    for (const AsnLine& line : asn.lines) {
        w.begin_object().key("lot").text(line.lot).key("qty_milli").integer(line.qty_milli);
        w.key("sku").text(line.sku).end_object();
    }
    w.end_array().key("record").text("asn").optional_text("supplier", asn.supplier);
}

/// Reads the members of a record in key order; the reader keeps the first problem.
Result<MasterRecord> read_item(ObjectReader& reader) {
    ItemRecord item;
    std::string kind, tracking;
    reader.optional_text("abc", item.abc);
    reader.optional_integer("case_units", item.case_units);
    reader.optional_text("customs_article", item.customs_article);
    reader.optional_text("gtin", item.gtin);
    reader.optional_text("hs_code", item.hs_code);
    reader.optional_integer("min_life_days", item.min_life_days);
    reader.text("name", item.name);
    reader.optional_integer("pallet_units", item.pallet_units);
    reader.text("record", kind);
    reader.text("sku", item.sku);
    reader.optional_integer("tax_cents", item.tax_cents);
    reader.text("tracking", tracking);
    if (tracking == name_of(Tracking::by_count)) {
        item.tracking = Tracking::by_count;
    } else if (tracking != name_of(Tracking::by_item)) {
        reader.refuse("tracking", "by_item or by_count");
    }
    reader.integer("unit_mg", item.unit_mg);
    reader.optional_integer("unit_sigma_mg", item.unit_sigma_mg);
    TALLY_TRY(reader.finish());
    return MasterRecord(std::move(item));
}

Result<MasterRecord> read_binding(ObjectReader& reader) {
    BindingRecord binding;
    std::string kind;
    reader.text("item", binding.item);
    reader.text("lot", binding.lot);
    reader.text("record", kind);
    reader.text("sku", binding.sku);
    TALLY_TRY(reader.finish());
    return MasterRecord(std::move(binding));
}

Result<MasterRecord> read_pallet(ObjectReader& reader) {
    PalletRecord pallet;
    std::string kind;
    std::vector<std::string_view> children;
    reader.optional_text("asn", pallet.asn);
    reader.elements("children", children);
    reader.text("record", kind);
    reader.text("sscc", pallet.sscc);
    TALLY_TRY(reader.finish());
    for (const std::string_view child : children) {
        if (child.size() < 2 || child.front() != '"' ||
            child.find('\\') != std::string_view::npos) {
            return fail(ErrorKind::malformed,
                        "children of pallet " + pallet.sscc + " must be texts of EPCs");
        }
        pallet.children.emplace_back(child.substr(1, child.size() - 2));
    }
    return MasterRecord(std::move(pallet));
}

Result<MasterRecord> read_lot(ObjectReader& reader) {
    LotRecord lot;
    std::string kind;
    reader.optional_text("book_line", lot.book_line);
    reader.optional_text("expiry", lot.expiry);
    reader.text("lot", lot.lot);
    reader.optional_text("owner", lot.owner);
    reader.text("record", kind);
    reader.text("sku", lot.sku);
    TALLY_TRY(reader.finish());
    return MasterRecord(std::move(lot));
}

Result<MasterRecord> read_alias(ObjectReader& reader) {
    AliasRecord alias;
    std::string kind;
    reader.text("code", alias.code);
    reader.text("record", kind);
    reader.text("sku", alias.sku);
    reader.text("system", alias.system);
    reader.integer("units", alias.units);
    TALLY_TRY(reader.finish());
    return MasterRecord(std::move(alias));
}

Result<MasterRecord> read_plan(ObjectReader& reader) {
    PlanRecord plan;
    std::string kind;
    reader.integer("max_milli", plan.max_milli);
    reader.integer("min_milli", plan.min_milli);
    reader.text("place", plan.place);
    reader.text("record", kind);
    reader.text("sku", plan.sku);
    TALLY_TRY(reader.finish());
    return MasterRecord(std::move(plan));
}

Result<MasterRecord> read_asn(ObjectReader& reader) {
    AsnRecord asn;
    std::string kind;
    std::vector<std::string_view> lines;
    reader.text("asn", asn.asn);
    reader.optional_text("due", asn.due);
    reader.elements("lines", lines);
    reader.text("record", kind);
    reader.optional_text("supplier", asn.supplier);
    TALLY_TRY(reader.finish());
    for (const std::string_view text : lines) {
        AsnLine line;
        ObjectReader member(text, "line of an ASN");
        member.text("lot", line.lot);
        member.integer("qty_milli", line.qty_milli);
        member.text("sku", line.sku);
        TALLY_TRY(member.finish());
        asn.lines.push_back(std::move(line));
    }
    return MasterRecord(std::move(asn));
}

constexpr std::array<Result<MasterRecord> (*)(ObjectReader&), 7> kReaders = {
    read_item, read_binding, read_pallet, read_lot, read_alias, read_plan, read_asn};

std::string id_of(const ItemRecord& r) {
    return r.sku;
}
std::string id_of(const BindingRecord& r) {
    return r.item;
}
std::string id_of(const PalletRecord& r) {
    return r.sscc;
}
std::string id_of(const LotRecord& r) {
    return r.sku + " " + r.lot;
}
std::string id_of(const AliasRecord& r) {
    return r.system + " " + r.code;
}
std::string id_of(const PlanRecord& r) {
    return r.place + " " + r.sku;
}
std::string id_of(const AsnRecord& r) {
    return r.asn;
}

}  // namespace

std::string_view kind_of(const MasterRecord& record) noexcept {
    return kKinds[record.index()];
}

std::string key_of(const MasterRecord& record) {
    return std::string(kind_of(record)) + ":" +
           std::visit([](const auto& known) { return id_of(known); }, record);
}

std::string encode(const MasterRecord& record) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object();
    std::visit([&](const auto& known) { write(writer, known); }, record);
    writer.end_object();
    return out;
}

Result<MasterRecord> decode_master_record(std::string_view json) {
    const std::string kind = text_member(json, "record");
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (kKinds[i] == kind) {
            ObjectReader reader(json, "master record");
            TALLY_TRY_ASSIGN(MasterRecord record, kReaders[i](reader));
            TALLY_TRY(check_master_record(record));
            return record;
        }
    }
    return fail(ErrorKind::malformed,
                "a master record needs \"record\": \"item\", \"binding\", \"pallet\", \"lot\", "
                "\"alias\", \"plan\" or \"asn\", not '" +
                    kind + "'");
}

}  // namespace tally

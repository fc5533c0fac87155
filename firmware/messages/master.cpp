#include "firmware/messages/master.hpp"

#include <algorithm>

#include "firmware/domain/epc/epc.hpp"
#include "firmware/domain/epc/text.hpp"
#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

namespace {

std::string_view name_of(Tracking tracking) {
    return tracking == Tracking::by_item ? "by_item" : "by_count";
}

bool is_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<void> check_name(std::string_view what, std::string_view text) {
    const bool plain =
        !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
            return c > ' ' && c < '\x7f' && c != ',' && c != '"' && c != '\\';
        });
    if (!plain) {
        return fail(ErrorKind::malformed,
                    std::string(what) + " '" + std::string(text) +
                        "' must be 1 to 64 printable ASCII characters without blank, comma, quote "
                        "or backslash");
    }
    return {};
}

Result<void> check_unit(std::string_view what, const std::string& text) {
    const auto epc = Epc::parse(text);
    if (!epc || text.empty() || epc->str() != text) {
        return fail(ErrorKind::malformed, std::string(what) + " '" + text +
                                              "' is not the text of an EPC: write its bytes as "
                                              "upper-case hex, e.g. 3034257BF7194E4000001A85");
    }
    return {};
}

Result<void> check(const ItemRecord& record) {
    TALLY_TRY(check_name("sku", record.sku));
    if (!record.gtin.empty()) {
        const std::string_view gtin = record.gtin;
        const bool right =
            is_digits(gtin) && gtin.size() == 14 && check_digit(gtin.substr(0, 13)) == gtin.back();
        if (!right) {
            return fail(ErrorKind::malformed,
                        "gtin '" + record.gtin + "' of SKU " + record.sku +
                            " is not 14 digits with a right check digit; pad shorter codes with "
                            "zeros in front");
        }
    }
    if (record.name.size() > kMasterNameBytesMax) {
        return fail(ErrorKind::malformed, "name of SKU " + record.sku + " is longer than " +
                                              std::to_string(kMasterNameBytesMax) + " bytes");
    }
    if (record.unit_mg < 0 || record.unit_mg > 10'000'000'000) {
        return fail(ErrorKind::malformed,
                    "unit_mg of SKU " + record.sku + " must lie between 0 and 10000000000 (10 t)");
    }
    if (record.unit_sigma_mg < 0 || record.unit_sigma_mg > record.unit_mg) {
        return fail(ErrorKind::malformed, "unit_sigma_mg of SKU " + record.sku +
                                              " must lie between 0 and the weight of a unit");
    }
    return {};
}

Result<void> check(const BindingRecord& record) {
    TALLY_TRY(check_unit("item", record.item));
    TALLY_TRY(check_name("sku", record.sku));
    return check_name("lot", record.lot);
}

Result<void> check(const PalletRecord& record) {
    TALLY_TRY(check_unit("sscc", record.sscc));
    if (record.children.empty()) {
        return fail(ErrorKind::malformed, "pallet " + record.sscc + " lists no children");
    }
    if (encode(MasterRecord(record)).size() > kEventDataBytesMax) {
        return fail(ErrorKind::malformed, "pallet " + record.sscc + " lists " +
                                              std::to_string(record.children.size()) +
                                              " children, more than one ledger event holds; "
                                              "split it");
    }
    for (const std::string& child : record.children) {
        TALLY_TRY(check_unit("child", child));
    }
    std::vector<std::string> sorted = record.children;
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end()) {
        return fail(ErrorKind::malformed,
                    "pallet " + record.sscc + " lists unit " + *twice + " twice");
    }
    return {};
}

Result<MasterRecord> decode_item(ObjectReader& reader) {
    ItemRecord item;
    std::string kind;
    std::string tracking;
    reader.optional_text("gtin", item.gtin);
    reader.text("name", item.name);
    reader.text("record", kind);
    reader.text("sku", item.sku);
    reader.text("tracking", tracking);
    if (tracking == name_of(Tracking::by_count)) {
        item.tracking = Tracking::by_count;
    } else if (tracking != name_of(Tracking::by_item)) {
        reader.refuse("tracking", "by_item or by_count");
    }
    reader.integer("unit_mg", item.unit_mg);
    if (reader.optional_integer("unit_sigma_mg", item.unit_sigma_mg) && item.unit_sigma_mg == 0) {
        reader.refuse("unit_sigma_mg", "a number above 0, or no such key");
    }
    TALLY_TRY(reader.finish());
    TALLY_TRY(check(item));
    return MasterRecord(std::move(item));
}

Result<MasterRecord> decode_binding(ObjectReader& reader) {
    BindingRecord binding;
    std::string kind;
    reader.text("item", binding.item);
    reader.text("lot", binding.lot);
    reader.text("record", kind);
    reader.text("sku", binding.sku);
    TALLY_TRY(reader.finish());
    TALLY_TRY(check(binding));
    return MasterRecord(std::move(binding));
}

Result<MasterRecord> decode_pallet(ObjectReader& reader) {
    PalletRecord pallet;
    std::string kind;
    std::vector<std::string_view> children;
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
    TALLY_TRY(check(pallet));
    return MasterRecord(std::move(pallet));
}

}  // namespace

std::string encode(const MasterRecord& record) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object();
    if (const auto* item = std::get_if<ItemRecord>(&record)) {
        writer.optional_text("gtin", item->gtin).key("name").text(item->name);
        writer.key("record").text("item").key("sku").text(item->sku);
        writer.key("tracking").text(name_of(item->tracking));
        writer.key("unit_mg").integer(item->unit_mg);
        if (item->unit_sigma_mg != 0) {
            writer.key("unit_sigma_mg").integer(item->unit_sigma_mg);
        }
    } else if (const auto* binding = std::get_if<BindingRecord>(&record)) {
        writer.key("item").text(binding->item).key("lot").text(binding->lot);
        writer.key("record").text("binding").key("sku").text(binding->sku);
    } else {
        const auto& pallet = std::get<PalletRecord>(record);
        writer.key("children").begin_array();
        for (const std::string& child : pallet.children) {
            writer.text(child);
        }
        writer.end_array().key("record").text("pallet").key("sscc").text(pallet.sscc);
    }
    writer.end_object();
    return out;
}

Result<MasterRecord> decode_master_record(std::string_view json) {
    const std::string kind = text_member(json, "record");
    ObjectReader reader(json, "master record");
    if (kind == "item") {
        return decode_item(reader);
    }
    if (kind == "binding") {
        return decode_binding(reader);
    }
    if (kind == "pallet") {
        return decode_pallet(reader);
    }
    return fail(ErrorKind::malformed,
                "a master record needs \"record\": \"item\", \"binding\" or "
                "\"pallet\", not '" +
                    kind + "'");
}

}  // namespace tally

// What a master record can be asked without knowing any other.
#include <algorithm>
#include <array>

#include "firmware/base/plain_text.hpp"
#include "firmware/domain/epc/epc.hpp"
#include "firmware/domain/epc/text.hpp"
#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/messages/master.hpp"

namespace tally {

namespace {

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

Result<void> check_optional_name(std::string_view what, std::string_view text) {
    return text.empty() ? Result<void>() : check_name(what, text);
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

/// A number with its name and the largest it may be.
struct Bounded {
    std::string_view what;
    std::int64_t value = 0;
    std::int64_t max = 0;
};

Result<void> check_bounds(const std::string& sku, std::initializer_list<Bounded> numbers) {
    for (const Bounded& number : numbers) {
        if (number.value < 0 || number.value > number.max) {
            return fail(ErrorKind::malformed, std::string(number.what) + " of SKU " + sku + " is " +
                                                  std::to_string(number.value) +
                                                  "; it must lie between 0 and " +
                                                  std::to_string(number.max));
        }
    }
    return {};
}

int days_in(int year, int month) {
    constexpr std::array kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays.at(static_cast<std::size_t>(month - 1));
}

Result<void> check_date(std::string_view what, const std::string& text) {
    const std::string_view date = text;
    if (date.empty()) {
        return {};
    }
    bool good = date.size() == 10 && date[4] == '-' && date[7] == '-' &&
                is_digits(date.substr(0, 4)) && is_digits(date.substr(5, 2)) &&
                is_digits(date.substr(8, 2));
    if (good) {
        const int year = std::stoi(text.substr(0, 4));
        const int month = std::stoi(text.substr(5, 2));
        const int day = std::stoi(text.substr(8, 2));
        good = year >= 2000 && month >= 1 && month <= 12 && day >= 1 && day <= days_in(year, month);
    }
    if (!good) {
        return fail(ErrorKind::malformed, std::string(what) + " '" + text +
                                              "' is not a day; write it as year-month-day, e.g. "
                                              "2027-03-31");
    }
    return {};
}

Result<void> check_plain(std::string_view what, const std::string& text) {
    if (text.size() > 128 || !is_plain(text)) {
        return fail(ErrorKind::malformed, std::string(what) + " '" + text +
                                              "' must be at most 128 printable ASCII characters "
                                              "without quote or backslash");
    }
    return {};
}

Result<void> check(const ItemRecord& record) {
    TALLY_TRY(check_name("sku", record.sku));
    if (!record.gtin.empty()) {
        const std::string_view gtin = record.gtin;
        const std::string whose = "gtin '" + record.gtin + "' of SKU " + record.sku;
        if (!is_digits(gtin) || gtin.size() != 14) {
            return fail(ErrorKind::malformed,
                        whose + " is not 14 digits; pad shorter codes with zeros in front");
        }
        const char right = check_digit(gtin.substr(0, 13));
        if (right != gtin.back()) {
            return fail(ErrorKind::malformed,
                        whose + " has a wrong check digit: by the others it " + "would be " +
                            right + "; copy the code anew, one digit is mistyped");
        }
    }
    if (record.name.size() > kMasterNameBytesMax) {
        return fail(ErrorKind::malformed, "name of SKU " + record.sku + " is longer than " +
                                              std::to_string(kMasterNameBytesMax) + " bytes");
    }
    if (std::any_of(record.name.begin(), record.name.end(),
                    [](char c) { return static_cast<unsigned char>(c) < ' '; })) {
        return fail(ErrorKind::malformed,
                    "name of SKU " + record.sku + " holds a line end or another control character");
    }
    TALLY_TRY(check_bounds(record.sku, {{"unit_mg", record.unit_mg, 10'000'000'000},
                                        {"unit_sigma_mg", record.unit_sigma_mg, 10'000'000'000},
                                        {"case_units", record.case_units, 1'000'000},
                                        {"pallet_units", record.pallet_units, 1'000'000},
                                        {"tax_cents", record.tax_cents, 1'000'000'000'000},
                                        {"min_life_days", record.min_life_days, 36'500}}));
    TALLY_TRY(check_optional_name("customs_article", record.customs_article));
    const std::string& hs = record.hs_code;
    if (!hs.empty() && (!is_digits(hs) || hs.size() < 6 || hs.size() > 10)) {
        return fail(ErrorKind::malformed, "hs_code '" + hs + "' of SKU " + record.sku +
                                              " is not 6 to 10 digits; write it without dots");
    }
    if (!record.abc.empty() && record.abc != "A" && record.abc != "B" && record.abc != "C") {
        return fail(ErrorKind::malformed, "abc '" + record.abc + "' of SKU " + record.sku +
                                              " is no class; write A, B or C");
    }
    return {};
}

Result<void> check(const BindingRecord& record) {
    TALLY_TRY(check_unit("item", record.item));
    TALLY_TRY(check_name("sku", record.sku));
    return check_name("lot", record.lot);
}

/// A document number stands behind "asn:" as the cause of events.
Result<void> check_asn(const std::string& asn) {
    TALLY_TRY(check_name("asn", asn));
    if (asn.find(':') != std::string::npos || asn.find('/') != std::string::npos) {
        return fail(ErrorKind::malformed,
                    "asn '" + asn + "' holds a colon or slash; write the number without it");
    }
    return {};
}

Result<void> check(const PalletRecord& record) {
    TALLY_TRY(check_unit("sscc", record.sscc));
    if (!record.asn.empty()) {
        TALLY_TRY(check_asn(record.asn));
    }
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

Result<void> check(const LotRecord& record) {
    TALLY_TRY(check_name("lot", record.lot));
    TALLY_TRY(check_name("sku", record.sku));
    TALLY_TRY(check_date("expiry", record.expiry));
    TALLY_TRY(check_plain("owner", record.owner));
    return check_plain("book_line", record.book_line);
}

Result<void> check(const AliasRecord& record) {
    TALLY_TRY(check_name("code", record.code));
    TALLY_TRY(check_name("system", record.system));
    TALLY_TRY(check_name("sku", record.sku));
    if (record.units < 1 || record.units > 1'000'000) {
        return fail(ErrorKind::malformed, "units of code " + record.code +
                                              " must lie between 1 and 1000000: how many units "
                                              "one scan of it stands for");
    }
    return {};
}

Result<void> check(const PlanRecord& record) {
    if (record.place.empty() || !is_ledger_text(record.place)) {
        return fail(ErrorKind::malformed,
                    "place '" + record.place + "' is no place; write its id from site.toml");
    }
    TALLY_TRY(check_name("sku", record.sku));
    if (record.min_milli < 0 || record.max_milli < record.min_milli ||
        record.max_milli > kEventIntMax) {
        return fail(ErrorKind::malformed,
                    "min of SKU " + record.sku + " at " + record.place +
                        " must lie between 0 and max; write max 0 to take it out of the plan");
    }
    return {};
}

Result<void> check(const AsnRecord& record) {
    TALLY_TRY(check_asn(record.asn));
    TALLY_TRY(check_plain("supplier", record.supplier));
    TALLY_TRY(check_date("due", record.due));
    for (std::size_t i = 0; i < record.lines.size(); ++i) {
        const AsnLine& line = record.lines[i];
        TALLY_TRY(check_name("sku", line.sku));
        TALLY_TRY(check_name("lot", line.lot));
        if (line.qty_milli < 1 || line.qty_milli > kEventIntMax) {
            return fail(ErrorKind::malformed, "units of SKU " + line.sku + " in ASN " + record.asn +
                                                  " must be more than nothing");
        }
        for (std::size_t k = 0; k < i; ++k) {
            if (record.lines[k].sku == line.sku && record.lines[k].lot == line.lot) {
                return fail(ErrorKind::malformed, "sku " + line.sku + ", lot " + line.lot +
                                                      " stands twice in ASN " + record.asn +
                                                      "; write one line with the sum");
            }
        }
    }
    if (encode(MasterRecord(record)).size() > kEventDataBytesMax) {
        return fail(ErrorKind::malformed, "asn " + record.asn +
                                              " has more lines than one ledger event holds; split "
                                              "it");
    }
    return {};
}

}  // namespace

Result<void> check_master_record(const MasterRecord& record) {
    return std::visit([](const auto& known) { return check(known); }, record);
}

}  // namespace tally

#include "firmware/messages/checkpoint.hpp"

#include <vector>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"
#include "firmware/messages/stock_rows.hpp"

namespace tally {

namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::uint32_t kLeftOut = ~std::uint32_t{0};

struct Header {
    std::uint64_t items = 0;
    std::uint64_t positions = 0;
};

tl::unexpected<Error> corrupt(std::string text) {
    return fail(ErrorKind::corrupt,
                "checkpoint: " + std::move(text) + "; fold the ledger from its start instead");
}

Result<Header> read_header(std::string_view line) {
    Header header;
    std::int64_t version = 0;
    ObjectReader reader(line, "header");
    reader.number("items", header.items);
    reader.number("positions", header.positions);
    reader.integer("v", version);
    TALLY_TRY(reader.finish());
    if (version != kVersion) {
        return fail(ErrorKind::unsupported, "checkpoint: version is not known");
    }
    return header;
}

// The next line without its newline; empty at the end or where a newline is missing.
std::string_view take_line(std::string_view& body) {
    const std::size_t end = body.find('\n');
    if (end == std::string_view::npos) {
        return {};
    }
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(end + 1);
    return line;
}

bool read_item(std::string_view line, Book::ItemAt& row) {
    canonical::Cursor cursor(line);
    std::uint64_t position = 0;
    std::uint64_t seq = 0;
    const bool good = cursor.take('[', "") && cursor.plain_text(row.item) && cursor.take(',', "") &&
                      cursor.number(position) && cursor.take(',', "") &&
                      cursor.plain_text(row.parent) && cursor.take(',', "") && cursor.number(seq) &&
                      cursor.take(']', "") && cursor.at_end();
    row.position = position < kLeftOut ? static_cast<std::uint32_t>(position) : kLeftOut;
    row.seq = Seq(seq);
    return good;
}

Result<void> read_rows(std::string_view body, const Header& header, Book& book) {
    for (std::uint64_t i = 0; i < header.positions; ++i) {
        TALLY_TRY_ASSIGN(const PositionView row, decode_position_row(take_line(body)));
        TALLY_TRY(book.load(row));
    }
    for (std::uint64_t i = 0; i < header.items; ++i) {
        Book::ItemAt row;
        const std::string_view line = take_line(body);
        if (!read_item(line, row)) {
            return corrupt("line is not an item: " + std::string(line.substr(0, 80)));
        }
        TALLY_TRY(book.load(row));
    }
    if (!body.empty()) {
        return corrupt("something follows the last row");
    }
    return book.verify();
}

}  // namespace

std::string encode_checkpoint(const Book& book) {
    std::vector<std::uint32_t> numbers(book.position_count(), kLeftOut);
    std::uint32_t positions = 0;
    for (std::uint32_t slot = 0; slot < numbers.size(); ++slot) {
        const PositionView row = book.position(slot);
        if (row.quantity.milli != 0 || row.items != 0) {
            numbers[slot] = positions++;
        }
    }
    std::string out;
    out.reserve(64 + numbers.size() * 80 + book.item_count() * 48);
    CanonicalWriter(out)
        .begin_object()
        .key("items")
        .number(book.item_count())
        .key("positions")
        .number(positions)
        .key("v")
        .integer(kVersion)
        .end_object();
    out.push_back('\n');
    for (std::uint32_t slot = 0; slot < numbers.size(); ++slot) {
        if (numbers[slot] != kLeftOut) {
            append_row(out, book.position(slot));
            out.push_back('\n');
        }
    }
    for (std::uint32_t slot = 0; slot < book.item_count(); ++slot) {
        const Book::ItemAt row = book.item_record(slot);
        CanonicalWriter w(out);
        w.begin_array().text(row.item).number(numbers[row.position]).text(row.parent);
        w.number(row.seq.value()).end_array();
        out.push_back('\n');
    }
    return out;
}

Result<Book> decode_checkpoint(std::string_view body) {
    const auto header = read_header(take_line(body));
    if (!header) {
        return corrupt(header.error().text);
    }
    Book book;
    if (auto read = read_rows(body, *header, book); !read) {
        return corrupt(read.error().text);
    }
    return book;
}

}  // namespace tally

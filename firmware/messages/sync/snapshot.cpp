#include "firmware/messages/sync/snapshot.hpp"

#include <utility>

#include "firmware/messages/stock_rows.hpp"
#include "firmware/messages/sync/delta.hpp"
#include "firmware/messages/sync/fields.hpp"

namespace tally {

namespace {

constexpr std::size_t kRowsBytesMax = kBatchBytesMax - 1024;

std::vector<std::string> row_runs(const Book& book) {
    std::vector<std::string> runs(1);
    std::string row;
    const auto add = [&runs, &row] {
        if (!runs.back().empty() && runs.back().size() + row.size() + 1 > kRowsBytesMax) {
            runs.emplace_back();
        }
        if (!runs.back().empty()) {
            runs.back().push_back(',');
        }
        runs.back().append(row);
        row.clear();
    };
    for (std::uint32_t slot = 0; slot < book.position_count(); ++slot) {
        if (const PositionView view = book.position(slot); view.quantity.milli != 0) {
            append_row(row, view);
            add();
        }
    }
    for (std::uint32_t slot = 0; slot < book.item_count(); ++slot) {
        append_row(row, book.item_at(slot));
        add();
    }
    return runs;
}

std::string encode_chunk(const SnapshotHeader& header, const std::vector<std::string>& runs,
                         std::size_t chunk) {
    std::string out;
    out.reserve(runs[chunk].size() + 1024);
    CanonicalWriter w(out);
    w.begin_object().key("chunk").number(chunk).key("chunks").number(runs.size());
    w.key("digest").text(to_hex(header.digest)).key("edge").text(header.edge.str());
    w.key("epoch").number(header.epoch.value()).key("head").text(to_hex(header.head));
    w.key("id").text(header.id).key("rows").begin_array();
    if (!runs[chunk].empty()) {
        w.verbatim(runs[chunk]);
    }
    w.end_array().key("seq").number(header.seq.value());
    w.key("v").integer(sync_fields::kVersion).end_object();
    return out;
}

}  // namespace

std::vector<std::string> encode_snapshot(const SnapshotHeader& header, const Book& book) {
    std::vector<std::string> runs = row_runs(book);
    std::vector<std::string> chunks;
    for (std::size_t chunk = 0; chunk < runs.size(); ++chunk) {
        chunks.push_back(encode_chunk(header, runs, chunk));
        std::string().swap(runs[chunk]);
    }
    return chunks;
}

Result<SnapshotChunk> decode_snapshot(std::string_view text) {
    SnapshotChunk chunk;
    ObjectReader reader(text, "snapshot");
    reader.number("chunk", chunk.chunk);
    reader.number("chunks", chunk.chunks);
    sync_fields::read(reader, "digest", chunk.header.digest);
    sync_fields::read(reader, "edge", chunk.header.edge);
    sync_fields::read(reader, "epoch", chunk.header.epoch);
    sync_fields::read(reader, "head", chunk.header.head);
    reader.text("id", chunk.header.id);
    reader.elements("rows", chunk.rows);
    sync_fields::read(reader, "seq", chunk.header.seq);
    sync_fields::read_version(reader);
    if (!sync_fields::is_session(chunk.header.id)) {
        reader.refuse("id", "16 lower-case hex digits");
    }
    if (chunk.chunk >= chunk.chunks) {
        reader.refuse("chunk", "a number below 'chunks'");
    }
    TALLY_TRY(reader.finish());
    return chunk;
}

Result<SnapshotAssembly::Progress> SnapshotAssembly::add(const SnapshotChunk& chunk) {
    const bool same = next_ > 0 && chunk.header == header_ && chunk.chunks == chunks_;
    if (same && chunk.chunk < next_) {
        return Progress::incomplete;
    }
    if (chunk.chunk != (same ? next_ : 0)) {
        clear();
        return fail(ErrorKind::conflict, "snapshot: chunk " + std::to_string(chunk.chunk) +
                                             " came out of order; ask for a new snapshot");
    }
    if (!same) {
        clear();
        header_ = chunk.header;
        chunks_ = chunk.chunks;
    }
    for (const std::string_view row : chunk.rows) {
        if (auto loaded = load_row(book_, row); !loaded) {
            clear();
            return fail(ErrorKind::corrupt, "snapshot: " + loaded.error().text);
        }
    }
    ++next_;
    return next_ < chunks_ ? Result<Progress>(Progress::incomplete) : finish();
}

Result<SnapshotAssembly::Progress> SnapshotAssembly::finish() {
    const auto verified = book_.verify();
    const bool equal = book_.digest().bytes() == header_.digest;
    if (verified && equal) {
        return Progress::complete;
    }
    clear();
    return fail(ErrorKind::corrupt,
                "snapshot: " + (verified ? std::string("its rows do not have its digest; ask for a "
                                                       "new snapshot")
                                         : verified.error().text));
}

Book SnapshotAssembly::take() {
    Book book = std::move(book_);
    clear();
    return book;
}

void SnapshotAssembly::clear() {
    header_ = {};
    next_ = 0;
    chunks_ = 0;
    book_ = Book();
}

}  // namespace tally

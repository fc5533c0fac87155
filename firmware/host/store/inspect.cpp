// Is this file ours, is it of this kind, is it whole.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "firmware/base/bytes.hpp"
#include "firmware/base/sha256.hpp"
#include "firmware/host/store/schema.hpp"

namespace tally::host::store {
namespace {

constexpr std::size_t kHeaderBytes = 100;  // SQLite file format, section 1.3
constexpr std::size_t kApplicationIdOffset = 68;
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr int kRecheckedRows = 256;

std::string_view name_of(StoreKind kind) {
    switch (kind) {
        case StoreKind::edge:
            return "an edge";
        case StoreKind::bridge:
            return "the bridge";
    }
    return "nobody";
}

Result<void> check_application_id(std::int32_t found, StoreKind kind) {
    if (found == application_id(kind)) {
        return {};
    }
    const StoreKind other = kind == StoreKind::edge ? StoreKind::bridge : StoreKind::edge;
    if (found == application_id(other)) {
        return fail(ErrorKind::unsupported,
                    "the file is the journal of " + std::string(name_of(other)) + ", not of " +
                        std::string(name_of(kind)) + "; name the right file");
    }
    return fail(ErrorKind::unsupported, "the file belongs to another program (application id " +
                                            std::to_string(found) +
                                            "); it was left as it is; name another path");
}

// The newest rows are the ones a crash or a careless hand would hurt.
Result<void> check_newest_rows(Database& database) {
    TALLY_TRY_ASSIGN(auto newest, database.prepare("SELECT seq, canonical, leaf FROM event "
                                                   "ORDER BY arrival DESC LIMIT ?1"));
    newest.bind(1, std::int64_t{kRecheckedRows});
    static constexpr std::array<std::uint8_t, 1> kLeafPrefix{0};  // RFC 6962, section 2.1
    while (true) {
        TALLY_TRY_ASSIGN(const bool found, newest.next());
        if (!found) {
            return {};
        }
        const Digest leaf = sha256({ByteView(kLeafPrefix), as_bytes(newest.text(1))});
        const ByteView stored = newest.blob(2);
        if (stored.size() != leaf.size() ||
            std::memcmp(stored.data(), leaf.data(), leaf.size()) != 0) {
            return fail(ErrorKind::corrupt,
                        "ledger event seq " + std::to_string(newest.number(0)) +
                            " does not match its hash; keep the file, restore a copy, resync");
        }
    }
}

Result<void> quick_check(Database& database, const std::string& what) {
    TALLY_TRY_ASSIGN(const std::string verdict, database.text("PRAGMA quick_check" + what));
    if (verdict != "ok") {
        return fail(ErrorKind::corrupt, "the journal is damaged (" + verdict +
                                            "); keep the file, restore a copy, and resync");
    }
    return {};
}

// A power cut may have torn the first page of a journal that was being created. SQLite's rollback
// journal beside it then makes it an empty file again, whatever its header looks like.
bool will_be_rolled_back(StoreFiles& files, const std::string& path) {
    constexpr std::array<std::uint8_t, 8> kJournalMagic{0xd9, 0xd5, 0x05, 0xf9,
                                                        0x20, 0xa1, 0x63, 0xd7};
    const auto head = files.read_head(path + "-journal", kJournalMagic.size());
    return head &&
           std::equal(head->begin(), head->end(), kJournalMagic.begin(), kJournalMagic.end());
}

// SQLite throws a log away that lies beside a file of no bytes. The store makes none before the
// file has its first page on the disk, so somebody, or the disk, has lost the file: then the log
// may be all that is left.
Result<void> check_no_log_alone(StoreFiles& files, const std::string& path) {
    const auto log = files.find(path + "-wal");
    if (!log || log->bytes == 0) {
        return {};
    }
    return fail(ErrorKind::corrupt,
                "the journal is missing or empty, but its log " + path + "-wal holds " +
                    std::to_string(log->bytes) +
                    " bytes; nothing was changed; keep the log, restore the journal it belongs to, "
                    "and resync; for a journal that begins anew move the log away");
}

}  // namespace

std::int32_t application_id(StoreKind kind) noexcept {
    switch (kind) {
        case StoreKind::edge:
            return 0x54414C45;
        case StoreKind::bridge:
            return 0x54414C42;
    }
    return 0;
}

Result<void> inspect_file(const StoreOptions& options) {
    if (options.path == ":memory:") {
        return {};
    }
    StoreFiles& files = options.files_in_use();
    const auto found = files.find(options.path);
    if (!found || (found->is_plain_file && found->bytes == 0)) {
        // A path that cannot be reached fails when it is opened, with its errno.
        return check_no_log_alone(files, options.path);
    }
    if (!found->is_plain_file) {
        return fail(ErrorKind::refused, "the path is not a file; name a file for the journal");
    }
    const auto header = files.read_head(options.path, kHeaderBytes);
    if (!header || will_be_rolled_back(files, options.path)) {
        return {};
    }
    const std::string_view text = as_text(*header);
    if (!text.starts_with(kMagic.substr(0, text.size())) || text.empty()) {
        return fail(ErrorKind::unsupported,
                    "the file is not a Tallyman journal (not an SQLite file); it was left as it "
                    "is; name another path");
    }
    if (text.size() < kHeaderBytes) {
        return fail(ErrorKind::corrupt,
                    "the journal was cut off inside its header; restore a copy, and resync");
    }
    ByteReader reader(as_bytes(text.substr(kApplicationIdOffset)));
    const auto id = static_cast<std::int32_t>(reader.u32());
    return id == 0 ? Result<void>() : check_application_id(id, options.kind);
}

Result<std::int64_t> inspect_database(Database& database, StoreKind kind) {
    TALLY_TRY_ASSIGN(const auto tables, database.number("SELECT count(*) FROM sqlite_master"));
    TALLY_TRY_ASSIGN(const auto id, database.number("PRAGMA application_id"));
    TALLY_TRY_ASSIGN(const auto version, database.number("PRAGMA user_version"));
    if (tables == 0 && id == 0 && version == 0) {
        return 0;
    }
    TALLY_TRY(check_application_id(static_cast<std::int32_t>(id), kind));
    const std::int64_t newest = migrations().back().number;
    if (version > newest) {
        return fail(ErrorKind::unsupported,
                    "the journal has schema " + std::to_string(version) +
                        ", this program knows up to " + std::to_string(newest) +
                        "; install the newer program again, or restore the copy beside the file");
    }
    if (version < 1) {
        return fail(ErrorKind::corrupt,
                    "the journal names no schema; keep the file, restore a copy, and resync");
    }
    return version;
}

Result<void> check_at_start(Database& database, std::int64_t whole_bytes_max) {
    TALLY_TRY_ASSIGN(const auto pages, database.number("PRAGMA page_count"));
    TALLY_TRY_ASSIGN(const auto page_bytes, database.number("PRAGMA page_size"));
    if (pages * page_bytes <= whole_bytes_max) {
        TALLY_TRY(quick_check(database, ""));
    } else {
        for (const char* table :
             {"owner", "meta", "epoch", "position", "item", "state", "command", "checkpoint"}) {
            TALLY_TRY(quick_check(database, "('" + std::string(table) + "')"));
        }
    }
    return check_newest_rows(database);
}

Result<void> check_whole(Database& database) {
    return quick_check(database, "");
}

}  // namespace tally::host::store

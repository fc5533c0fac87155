// Hands on a journal file from outside: an ordinary SQLite connection, and plain bytes.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <sqlite3.h>

namespace tally::test {

/// An ordinary SQLite connection, as a shell would open. Not while a store holds the file.
class RawFile {
 public:
    explicit RawFile(const std::filesystem::path& path) {
        REQUIRE(sqlite3_open(path.c_str(), &raw_) == SQLITE_OK);
    }
    ~RawFile() { sqlite3_close(raw_); }
    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;

    /// What SQLite said; empty if it went well.
    std::string run(const std::string& sql) {
        char* said = nullptr;
        sqlite3_exec(raw_, sql.c_str(), nullptr, nullptr, &said);
        const std::string text = said == nullptr ? "" : said;
        sqlite3_free(said);
        return text;
    }
    /// The first column of the first row.
    std::string value(const std::string& sql) {
        sqlite3_stmt* statement = nullptr;
        REQUIRE(sqlite3_prepare_v2(raw_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
        std::string text;
        if (sqlite3_step(statement) == SQLITE_ROW) {
            const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
            text = data == nullptr ? "" : data;
        }
        sqlite3_finalize(statement);
        return text;
    }

 private:
    sqlite3* raw_ = nullptr;
};

inline std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace tally::test

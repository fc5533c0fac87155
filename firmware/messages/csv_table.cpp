#include "firmware/messages/csv_table.hpp"

#include <algorithm>

#include "firmware/base/near_name.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/master_file.hpp"

namespace tally {

std::string CsvRow::text(std::string_view column, std::string_view fallback) const {
    const auto found = fields.find(column);
    return std::string(found == fields.end() || found->second.empty() ? fallback : found->second);
}

Result<CsvTable> CsvTable::read(std::string_view text, const std::string& file,
                                const CsvShape& shape) {
    CsvTable table;
    table.file_ = file;
    CsvLines lines(text);
    std::string_view line;
    while (lines.next(line)) {
        if (table.columns_.empty()) {
            table.read_header(line, lines.number(), shape);
            TALLY_TRY(table.finish());
        } else {
            table.read_row(line, lines.number());
        }
    }
    if (table.columns_.empty()) {
        std::string header;
        for (const std::string_view column : shape.needed) {
            header += (header.empty() ? "" : ",") + std::string(column);
        }
        return fail(ErrorKind::malformed,
                    file_line(file, 1) + ": there is no header; begin with '" + header + "'");
    }
    TALLY_TRY(table.finish());
    return table;
}

void CsvTable::read_header(std::string_view line, std::size_t number, const CsvShape& shape) {
    auto names = split_csv(line);
    const CsvRow header{number, {}};
    if (!names) {
        note(header, {}, names.error().text);
        return;
    }
    columns_ = std::move(*names);
    std::vector<std::string> known(shape.needed.begin(), shape.needed.end());
    known.insert(known.end(), shape.optional.begin(), shape.optional.end());
    for (const std::string_view column : shape.needed) {
        if (std::find(columns_.begin(), columns_.end(), column) == columns_.end()) {
            note(header, {}, "the column '" + std::string(column) + "' is missing; add it");
        }
    }
    for (const std::string& column : columns_) {
        if (std::find(known.begin(), known.end(), column) == known.end()) {
            const std::string near = near_name(column, known);
            note(header, column,
                 "the column '" + column + "' is not known; " +
                     (near.empty() ? "leave it out" : "did you mean '" + near + "'?"));
        }
    }
}

void CsvTable::read_row(std::string_view line, std::size_t number) {
    auto values = split_csv(line);
    CsvRow row{number, {}};
    if (!values || values->size() != columns_.size()) {
        note(row, {},
             values ? "has " + std::to_string(values->size()) + " fields, the header " +
                          std::to_string(columns_.size()) + "; quote a field that holds a comma"
                    : values.error().text);
        return;
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        row.fields[columns_[i]] = std::move((*values)[i]);
    }
    rows_.push_back(std::move(row));
}

void CsvTable::note(const CsvRow& row, std::string_view column, const std::string& text) {
    const auto at = std::find(columns_.begin(), columns_.end(), column);
    problems_ += file_line(file_, row.line);
    if (at != columns_.end()) {
        problems_ += ", column " + std::to_string(at - columns_.begin() + 1);
    }
    problems_ += ": " + text + "\n";
}

Result<void> CsvTable::finish() const {
    if (problems_.empty()) {
        return {};
    }
    return fail(ErrorKind::malformed, problems_.substr(0, problems_.size() - 1));
}

}  // namespace tally

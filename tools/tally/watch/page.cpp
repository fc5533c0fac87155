#include "tools/tally/watch/page.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/tally/commands.hpp"
#include "tools/tally/requests.hpp"
#include "tools/tally/sheet.hpp"
#include "tools/tally/width.hpp"

namespace tally::cli {

namespace {

using Json = nlohmann::json;

constexpr int kFloorColumnsMin = 40;  ///< beside lists; narrower terminals have it above them
constexpr int kFloorRowsMin = 8;

constexpr std::array<std::string_view, 8> kBadWords = {"blind",   "error",   "held",  "lost",
                                                       "refused", "revoked", "fault", "diverged"};
constexpr std::array<std::string_view, 7> kDoubtfulWords = {
    "unsure", "waiting", "standing", "paused", "short", "warning", "back_ordered"};

Ink ink_of_word(std::string_view word) {
    const auto is_among = [&](const auto& words) {
        return std::find(words.begin(), words.end(), word) != words.end();
    };
    return is_among(kBadWords) ? Ink::bad : is_among(kDoubtfulWords) ? Ink::doubtful : Ink::plain;
}

/// By its worst cell; of a flag that is set the name of its column counts.
Ink ink_of_row(const std::vector<std::string>& cells, const std::vector<Column>& columns) {
    Ink worst = Ink::plain;
    for (std::size_t at = 0; at < std::min(cells.size(), columns.size()); ++at) {
        const bool is_set = columns[at].form == Column::Form::flag && cells[at] == "true";
        worst = std::max(worst, ink_of_word(is_set ? columns[at].key : cells[at]));
    }
    return worst;
}

/// A list as it will stand on the page.
struct Pane {
    std::string title;
    std::vector<std::string> lines;  ///< the first holds the names of the columns
    std::vector<Ink> inks;
    std::string empty;  ///< what stands where there are no rows

    [[nodiscard]] int rows_wanted() const {
        return 1 + std::max(1, static_cast<int>(lines.size()));
    }
};

Result<Pane> pane_of(std::size_t number, const PaneSpec& spec, const std::string& answer,
                     const Catalogue& say) {
    const SheetSpec* columns = sheet_of(*find_command(spec.command));
    TALLY_TRY_ASSIGN(const Sheet people, read_sheet(answer, *columns, CellStyle::people, say));
    TALLY_TRY_ASSIGN(const Sheet wire, read_sheet(answer, *columns, CellStyle::wire, say));
    Pane pane;
    pane.title = fmt::format("{} {} ({})", number, say(spec.title), people.rows.size());
    pane.empty = say("nothing to show");
    const std::string table = as_table(people, *columns, say, Colour::none);
    for (std::size_t at = 0; at < table.size();) {
        const std::size_t end = std::min(table.find('\n', at), table.size());
        pane.lines.push_back(table.substr(at, end - at));
        at = end + 1;
    }
    pane.inks.push_back(Ink::faint);
    for (const auto& row : wire.rows) {
        pane.inks.push_back(ink_of_row(row, columns->columns));
    }
    pane.inks.resize(std::max(pane.inks.size(), pane.lines.size()), Ink::plain);
    return pane;
}

void draw_title(Picture& picture, const Area& area, std::string_view text) {
    picture.put({area.x, area.y}, padded(text, static_cast<std::size_t>(area.columns), Align::left),
                Ink::title, area.columns);
}

void draw_pane(Picture& picture, const Area& area, const Pane& pane, const Catalogue& say) {
    draw_title(picture, area, pane.title);
    if (pane.lines.empty()) {
        picture.put({area.x, area.y + 1}, pane.empty, Ink::faint, area.columns);
        return;
    }
    const int room = area.rows - 1;
    const int shown = std::min(room, static_cast<int>(pane.lines.size()));
    for (int line = 0; line < shown; ++line) {
        const auto at = static_cast<std::size_t>(line);
        picture.put({area.x, area.y + 1 + line}, pane.lines[at], pane.inks[at], area.columns);
    }
    if (shown < static_cast<int>(pane.lines.size()) && room > 0) {
        const auto hidden = static_cast<int>(pane.lines.size()) - shown + 1;
        picture.put({area.x, area.y + room},
                    padded(fmt::format("... {} {}", hidden, say("more")),
                           static_cast<std::size_t>(area.columns), Align::left),
                    Ink::faint, area.columns);
    }
}

/// Shares rows out: everybody gets what all can have, who needs less leaves it to the others.
std::vector<int> shared_rows(const std::vector<Pane>& panes, int rows) {
    std::vector<int> given(panes.size(), 0);
    for (bool is_growing = true; is_growing && rows > 0;) {
        is_growing = false;
        for (std::size_t at = 0; at < panes.size() && rows > 0; ++at) {
            if (given[at] < panes[at].rows_wanted()) {
                ++given[at];
                --rows;
                is_growing = true;
            }
        }
    }
    return given;
}

void draw_panes(Picture& picture, const Area& area, const std::vector<Pane>& panes,
                const Catalogue& say) {
    const int gaps = std::max(0, static_cast<int>(panes.size()) - 1);
    const std::vector<int> rows = shared_rows(panes, area.rows - gaps);
    int y = area.y;
    for (std::size_t at = 0; at < panes.size(); ++at) {
        if (rows[at] > 0) {
            draw_pane(picture, {area.x, y, area.columns, rows[at]}, panes[at], say);
            y += rows[at] + 1;
        }
    }
}

void draw_head(Picture& picture, const WatchNews& news, const Catalogue& say) {
    const Json status = Json::parse(news.status, nullptr, false);
    std::string head = " tally watch";
    if (status.is_object() && status.contains("data")) {
        const Json& data = status["data"];
        const bool healthy = data.value("healthy", false);
        head = fmt::format(" {} {} {}  {}  {} {}", data.value("site", ""), data.value("role", ""),
                           status["as_of"].value("edge", ""),
                           say(healthy ? "healthy" : "needs somebody"),
                           data.value("anomalies_open", 0), say("open anomalies"));
    }
    const Area line{0, 0, picture.columns(), 1};
    draw_title(picture, line, printable(head));
    const std::string right = fmt::format("{}  {} ", news.clock, say("q: quit, 0-9: one list"));
    const int width = static_cast<int>(display_width(right));
    if (width + static_cast<int>(display_width(head)) < picture.columns()) {
        picture.put({picture.columns() - width, 0}, right, Ink::title);
    }
}

/// Vehicles of the list of vehicles, where they say they are, or at the node they reached last.
std::vector<DrawnVehicle> vehicles_of(const WatchNews& news) try {
    const auto answer = news.panes.find("agv ls");
    std::vector<DrawnVehicle> vehicles;
    if (answer == news.panes.end()) {
        return vehicles;
    }
    const Json json = Json::parse(answer->second);
    for (const Json& row : json.at("data").at("rows")) {
        const Ink ink = ink_of_word(row.value("phase", ""));
        DrawnVehicle vehicle{
            printable(row.at("agv").get<std::string>()), {}, ink == Ink::plain ? Ink::good : ink};
        const auto* node = news.floor->find(row.value("node", ""));
        if (row.contains("pose")) {
            vehicle.at = {row["pose"].at("x_mm").get<double>(),
                          row["pose"].at("y_mm").get<double>()};
        } else if (node != nullptr) {
            vehicle.at = *node;
        } else {
            continue;
        }
        vehicles.push_back(std::move(vehicle));
    }
    return vehicles;
} catch (const Json::exception&) {
    return {};
}

}  // namespace

const std::vector<PaneSpec>& watch_panes() {
    static const std::vector<PaneSpec> kPanes = {
        {"agv ls", "/v1/agvs", "vehicles"},        {"order ls", "/v1/orders", "orders"},
        {"task ls", "/v1/tasks", "tasks"},         {"doctor", "/v1/status", "findings"},
        {"anomaly ls", "/v1/anomalies", "alerts"}, {"gate ls", "/v1/gates", "gates"},
        {"stock ls", "/v1/stock", "stock"}};
    return kPanes;
}

Picture watch_page(const WatchNews& news, const WatchView& view, const Catalogue& say) {
    Picture picture(view.columns, view.rows);
    draw_head(picture, news, say);
    int top = 1;
    if (!news.trouble.empty()) {
        picture.put({0, top++}, printable(news.trouble), Ink::bad);
    }
    Area rest{0, top, view.columns, view.rows - top};
    const auto& specs = watch_panes();
    std::vector<Pane> panes;
    for (std::size_t at = 0; at < specs.size(); ++at) {
        const auto answer = news.panes.find(specs[at].command);
        const bool is_wanted = view.focus == 0 || view.focus == at + 1;
        if (answer == news.panes.end() || !is_wanted ||
            find_command(specs[at].command) == nullptr) {
            continue;
        }
        if (auto pane = pane_of(at + 1, specs[at], answer->second, say)) {
            panes.push_back(std::move(*pane));
        }
    }
    const bool shows_floor = news.floor && (view.focus == 0 || view.focus > specs.size());
    if (shows_floor) {
        const bool is_alone = panes.empty();
        const bool is_beside = view.columns >= 2 * kFloorColumnsMin;
        Area area = rest;
        if (!is_alone && is_beside) {
            area.columns = std::max(kFloorColumnsMin, view.columns * 2 / 5);
            rest.x += area.columns + 1;
            rest.columns -= area.columns + 1;
        } else if (!is_alone) {
            area.rows = std::min(std::max(kFloorRowsMin, rest.rows / 3), rest.rows);
            rest.y += area.rows;
            rest.rows -= area.rows;
        }
        draw_floor(picture, area, *news.floor, vehicles_of(news), view.strokes);
    }
    draw_panes(picture, rest, panes, say);
    return picture;
}

}  // namespace tally::cli

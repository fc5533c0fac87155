#include "firmware/services/api/printer_findings.hpp"

#include <algorithm>
#include <string>

namespace tally {

namespace {

using Level = Finding::Level;

constexpr const char* kPrinters = "tally printer ls";

std::string_view text_of(PrinterTrouble trouble) {
    switch (trouble) {
        case PrinterTrouble::none:
            return "the printer is ready";
        case PrinterTrouble::offline:
            return "the printer cannot be reached; its labels wait";
        case PrinterTrouble::silent:
            return "the printer does not answer, it may be open or empty; its labels wait";
        case PrinterTrouble::garbled:
            return "what answers there is no label printer; its labels wait";
        case PrinterTrouble::paper_out:
            return "the printer is out of labels; put in a roll";
        case PrinterTrouble::ribbon_out:
            return "the printer is out of ribbon; put in a roll";
        case PrinterTrouble::head_open:
            return "the printer is open; close it";
        case PrinterTrouble::paused:
            return "the printer is paused; press its pause key";
        case PrinterTrouble::fault:
            return "the printer reports a fault; its labels wait";
    }
    return {};
}

}  // namespace

std::vector<Finding> printer_findings(const Commissioning& tags, const TagBook& book) {
    std::vector<Finding> all;
    for (const Commissioning::Printer& printer : tags.printers()) {
        const PrinterTrouble trouble = printer.status.trouble;
        const bool ready = trouble == PrinterTrouble::none;
        all.push_back({ready ? Level::ok : Level::warning, "printer", printer.setup.id.str(),
                       std::string(text_of(trouble)), ready ? "" : kPrinters});
    }
    const auto unsure =
        std::count_if(book.labels().begin(), book.labels().end(),
                      [](const auto& entry) { return entry.second.state == LabelState::unsure; });
    if (unsure > 0) {
        all.push_back({Level::warning, "labels", std::to_string(unsure),
                       "labels may have been printed and written, or not; scan or void them",
                       "tally tag ls --state unsure"});
    }
    const std::vector<std::string> places = tags.unsure_places();
    if (!places.empty()) {
        all.push_back({Level::warning, "labels", places.front(),
                       "the label of the place may have been printed or not; print it again",
                       "tally label place " + places.front()});
    }
    return all;
}

}  // namespace tally

#include "tools/tally/catalogue.hpp"

#include <map>

namespace tally::cli {

Language language_of(const LocaleVariables& variables) {
    for (const char* value : {variables.lc_all, variables.lc_messages, variables.lang}) {
        if (value != nullptr && *value != '\0') {
            return std::string_view(value).starts_with("zh") ? Language::chinese
                                                             : Language::english;
        }
    }
    return Language::english;
}

std::string_view Catalogue::operator()(std::string_view english) const {
    if (language_ == Language::english) {
        return english;
    }
    static const std::map<std::string_view, std::string_view> kByEnglish = [] {
        std::map<std::string_view, std::string_view> table;
        for (const auto texts : {chinese_texts(), chinese_fleet_texts()}) {
            for (const Translation& text : texts) {
                table.emplace(text.english, text.chinese);
            }
        }
        return table;
    }();
    const auto found = kByEnglish.find(english);
    return found == kByEnglish.end() ? english : found->second;
}

}  // namespace tally::cli

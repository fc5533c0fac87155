// What `tally` says, in the operator's language. The English text is the key; a text without a
// translation stays English. Sentences that come from a box are English; its kinds, levels and
// states are translated by name.
#pragma once

#include <span>
#include <string_view>

namespace tally::cli {

enum class Language { english, chinese };

/// The locale variables in the order of setlocale(); "zh..." is Simplified Chinese.
struct LocaleVariables {
    const char* lc_all = nullptr;
    const char* lc_messages = nullptr;
    const char* lang = nullptr;
};
Language language_of(const LocaleVariables& variables);

class Catalogue {
 public:
    explicit Catalogue(Language language) : language_(language) {}

    [[nodiscard]] std::string_view operator()(std::string_view english) const;

 private:
    Language language_;
};

struct Translation {
    std::string_view english, chinese;
};
std::span<const Translation> chinese_texts();
std::span<const Translation> chinese_fleet_texts();  ///< of vehicles

}  // namespace tally::cli

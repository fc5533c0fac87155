#include "sim/devices/vda5050_agv/json.hpp"

#include <charconv>

#include <fmt/format.h>

namespace tally::sim::agv {

namespace {

constexpr int kLevelsMax = 32;

class Parser {
 public:
    explicit Parser(std::string_view text) : text_(text) {}

    Result<Json> whole() {
        Json value;
        if (!take_value(value, 0)) {
            return broken();
        }
        skip();
        if (at_ != text_.size()) {
            return broken();
        }
        return value;
    }

 private:
    Result<Json> broken() const {
        return fail(ErrorKind::malformed, fmt::format("no JSON at byte {}", at_));
    }
    void skip() {
        while (at_ < text_.size() &&
               std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
            ++at_;
        }
    }
    bool take(char wanted) {
        skip();
        if (at_ >= text_.size() || text_[at_] != wanted) {
            return false;
        }
        ++at_;
        return true;
    }
    bool take_word(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) {
            return false;
        }
        at_ += word.size();
        return true;
    }
    bool take_value(Json& out, int level) {
        skip();
        if (at_ >= text_.size() || level > kLevelsMax) {
            return false;
        }
        switch (text_[at_]) {
            case '{':
                return take_object(out, level);
            case '[':
                return take_list(out, level);
            case '"':
                out.kind = Json::Kind::text;
                return take_text(out.text);
            case 't':
            case 'f':
                out.kind = Json::Kind::boolean;
                out.boolean = text_[at_] == 't';
                return take_word(out.boolean ? "true" : "false");
            case 'n':
                return take_word("null");
            default:
                return take_number(out);
        }
    }
    bool take_number(Json& out) {
        out.kind = Json::Kind::number;
        const char* const begin = text_.data() + at_;
        const char* const end = text_.data() + text_.size();
        const auto [stop, error] = std::from_chars(begin, end, out.number);
        at_ += static_cast<std::size_t>(stop - begin);
        return error == std::errc() && (*begin == '-' || (*begin >= '0' && *begin <= '9'));
    }
    bool take_list(Json& out, int level) {
        out.kind = Json::Kind::list;
        ++at_;
        if (take(']')) {
            return true;
        }
        do {
            if (!take_value(out.list.emplace_back(), level + 1)) {
                return false;
            }
        } while (take(','));
        return take(']');
    }
    bool take_object(Json& out, int level) {
        out.kind = Json::Kind::object;
        ++at_;
        if (take('}')) {
            return true;
        }
        do {
            skip();
            std::string key;
            Json value;
            if (!take_text(key) || !take(':') || !take_value(value, level + 1)) {
                return false;
            }
            out.object[key] = std::move(value);
        } while (take(','));
        return take('}');
    }
    bool take_text(std::string& out) {
        if (!take('"')) {
            return false;
        }
        while (at_ < text_.size() && text_[at_] != '"') {
            if (text_[at_] != '\\') {
                out += text_[at_++];
            } else if (!take_escape(out)) {
                return false;
            }
        }
        return take('"');
    }
    bool take_escape(std::string& out) {
        static constexpr std::string_view kLetters = "\"\\/bfnrt";
        static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        if (at_ + 1 >= text_.size()) {
            return false;
        }
        const char letter = text_[at_ + 1];
        at_ += 2;
        if (const std::size_t found = kLetters.find(letter); found != std::string_view::npos) {
            out += kMeanings[found];
            return true;
        }
        unsigned code = 0;
        if (letter != 'u' || at_ + 4 > text_.size()) {
            return false;
        }
        const char* const begin = text_.data() + at_;
        const auto [stop, error] = std::from_chars(begin, begin + 4, code, 16);
        at_ += 4;
        // Names here are ASCII; anything else only has to come through as something.
        out += code < 0x80 ? static_cast<char>(code) : '?';
        return error == std::errc() && stop == begin + 4;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

const Json* Json::find(const std::string& key) const {
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &found->second;
}

std::string Json::text_of(const std::string& key) const {
    const Json* const value = find(key);
    return value != nullptr && value->kind == Kind::text ? value->text : std::string();
}

double Json::number_of(const std::string& key, double otherwise) const {
    const Json* const value = find(key);
    return value != nullptr && value->kind == Kind::number ? value->number : otherwise;
}

bool Json::is_true(const std::string& key) const {
    const Json* const value = find(key);
    return value != nullptr && value->kind == Kind::boolean && value->boolean;
}

const std::vector<Json>& Json::list_of(const std::string& key) const {
    static const std::vector<Json> kNone;
    const Json* const value = find(key);
    return value != nullptr && value->kind == Kind::list ? value->list : kNone;
}

Result<Json> parse_json(std::string_view text) {
    return Parser(text).whole();
}

std::string json_text(std::string_view text) {
    std::string made = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            made += '\\';
            made += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            made += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            made += c;
        }
    }
    return made + "\"";
}

}  // namespace tally::sim::agv

#include "tests/support/plain_yaml.hpp"

#include <sstream>
#include <stdexcept>
#include <vector>

#include <nlohmann/json.hpp>

namespace tally::test {

namespace {

using Json = nlohmann::json;

struct Line {
    std::size_t indent = 0;
    std::string text;
};

std::string unquoted(const std::string& text) {
    return text.size() >= 2 && text.front() == '"' && text.back() == '"'
               ? text.substr(1, text.size() - 2)
               : text;
}

Json scalar(const std::string& text) {
    if (text == "true" || text == "false") {
        return text == "true";
    }
    if (text.front() == '[') {
        Json list = Json::array();
        std::istringstream words(text.substr(1, text.rfind(']') - 1));
        for (std::string word; std::getline(words, word, ',');) {
            word.erase(0, word.find_first_not_of(' '));
            list.push_back(unquoted(word));
        }
        return list;
    }
    const bool number = text.find_first_not_of("0123456789") == std::string::npos;
    return number ? Json(std::stoi(text)) : Json(unquoted(text));
}

class Reader {
 public:
    explicit Reader(const std::string& text) {
        std::istringstream stream(text);
        for (std::string line; std::getline(stream, line);) {
            const auto indent = line.find_first_not_of(' ');
            if (indent != std::string::npos && line[indent] != '#') {
                lines_.push_back({indent, line.substr(indent)});
            }
        }
    }

    Json block(std::size_t indent) {
        Json value;
        while (at_ < lines_.size() && lines_[at_].indent == indent) {
            Line& line = lines_[at_];
            if (line.text.starts_with("- ")) {
                line.text.erase(0, 2);  // The item is a block two columns further in.
                line.indent += 2;
                value.push_back(block(indent + 2));
            } else {
                member(value, indent);
            }
        }
        return value;
    }

    [[nodiscard]] bool done() const { return at_ == lines_.size(); }

 private:
    void member(Json& into, std::size_t indent) {
        const std::string text = lines_[at_++].text;
        const auto colon = text.find(text.front() == '"' ? "\":" : ":");
        const std::size_t end = text.front() == '"' ? colon + 1 : colon;
        if (colon == std::string::npos) {
            throw std::runtime_error("not a member: " + text);
        }
        const std::string key = unquoted(text.substr(0, end));
        if (into.contains(key)) {
            throw std::runtime_error("doubled key: " + key);
        }
        const auto value = text.find_first_not_of(' ', end + 1);
        if (value != std::string::npos) {
            into[key] = scalar(text.substr(value));
        } else if (at_ < lines_.size() && lines_[at_].indent > indent) {
            into[key] = block(lines_[at_].indent);
        } else {
            throw std::runtime_error("a key without a value: " + key);
        }
    }

    std::vector<Line> lines_;
    std::size_t at_ = 0;
};

}  // namespace

std::string plain_yaml_to_json(const std::string& text) {
    Reader reader(text);
    Json value = reader.block(0);
    if (!reader.done()) {
        throw std::runtime_error("indentation is not that of a block");
    }
    return value.dump();
}

}  // namespace tally::test

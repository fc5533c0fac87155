#include "firmware/base/config_reader.hpp"

#include <algorithm>
#include <utility>

#include "firmware/base/config_document.hpp"
#include "firmware/base/near_name.hpp"

namespace tally {
namespace {

using Kind = ConfigValue::Kind;

std::string in_table(const ConfigNode& node) {
    return node.label.empty() ? std::string() : " in " + node.label;
}

/// The position of a key of the table, or of the table itself where the key is absent.
ConfigPosition position_of(const ConfigNode& node, std::string_view key) {
    const ConfigEntry* entry = node.source == nullptr ? nullptr : node.source->find(key);
    return entry == nullptr ? node.position : entry->position;
}

/// The value under `key` if it is there and of `kind`. A wrong kind is reported.
const ConfigValue* value_of(ConfigDocument& document, const ConfigNode& node, std::string_view key,
                            Kind kind) {
    const ConfigEntry* entry = node.source == nullptr ? nullptr : node.source->find(key);
    if (entry == nullptr) {
        return nullptr;
    }
    if (entry->value.kind != kind) {
        document.report(entry->position, "'" + std::string(key) + "'" + in_table(node) +
                                             " must be " + std::string(described(kind)) + ", not " +
                                             std::string(described(entry->value.kind)));
        return nullptr;
    }
    return &entry->value;
}

/// Reports a required key that is missing. A key of the wrong kind was reported already.
void require(ConfigDocument& document, const ConfigNode& node, std::string_view key,
             std::string_view meaning) {
    if (node.source != nullptr && node.source->find(key) != nullptr) {
        return;
    }
    const std::string owner = node.label.empty() ? "the file" : node.label;
    document.report(node.position, owner + " lacks '" + std::string(key) + "' (" +
                                       std::string(meaning) + "); add it");
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += text.empty() ? word : ", " + word;
    }
    return text;
}

/// "[[gate]] 'dock'", or "[[gate]] number 3" where it has no usable id.
std::string listed_label(const std::string& path, const ConfigValue& item, std::string_view id,
                         std::size_t index) {
    const std::string header = "[[" + path + "]]";
    const ConfigEntry* name = item.find(id);
    if (name != nullptr && name->value.kind == Kind::text) {
        return header + " '" + name->value.text + "'";
    }
    return header + " number " + std::to_string(index + 1);
}

std::string child_path(const ConfigNode& node, std::string_view name) {
    return node.path.empty() ? std::string(name) : node.path + "." + std::string(name);
}

ConfigNode& add_child(ConfigNode& parent, std::string path, std::string_view meaning,
                      ConfigNode::Form form) {
    parent.children.push_back(std::make_unique<ConfigNode>());
    ConfigNode& child = *parent.children.back();
    child.path = std::move(path);
    child.meaning = meaning;
    child.form = form;
    child.label = "[" + child.path + "]";
    child.position = parent.position;
    return child;
}

}  // namespace

std::int64_t ConfigTable::integer(const IntegerKey& key) {
    const ConfigValue* value = value_of(*document_, *node_, key.name, Kind::integer);
    const std::string bounds = std::to_string(key.min) + " to " + std::to_string(key.max);
    std::int64_t answer = key.fallback.value_or(key.min);
    if (value != nullptr && (value->integer < key.min || value->integer > key.max)) {
        document_->report(position_of(*node_, key.name),
                          "'" + std::string(key.name) + "'" + in_table(*node_) + " is " +
                              std::to_string(value->integer) + "; allowed is " + bounds);
    } else if (value != nullptr) {
        answer = value->integer;
    } else if (!key.fallback) {
        require(*document_, *node_, key.name, key.meaning);
    }
    node_->keys.push_back({std::string(key.name), std::string(key.meaning), "number", bounds,
                           key.fallback ? std::to_string(*key.fallback) : "",
                           std::to_string(answer),
                           value == nullptr ? ConfigPosition{} : value->position});
    return answer;
}

std::string ConfigTable::text(const TextKey& key) {
    const ConfigValue* value = value_of(*document_, *node_, key.name, Kind::text);
    const bool chosen =
        value == nullptr || key.choices.empty() ||
        std::find(key.choices.begin(), key.choices.end(), value->text) != key.choices.end();
    std::string answer = key.fallback.value_or("");
    if (!chosen) {
        const std::string near = near_name(value->text, key.choices);
        document_->report(position_of(*node_, key.name),
                          "'" + std::string(key.name) + "'" + in_table(*node_) + " is '" +
                              value->text + "'; allowed is " + joined(key.choices) +
                              (near.empty() ? "" : "; did you mean '" + near + "'?"));
    } else if (value != nullptr) {
        answer = value->text;
        if (answer.empty() && !key.fallback.value_or("unset").empty()) {
            document_->report(position_of(*node_, key.name),
                              "'" + std::string(key.name) + "'" + in_table(*node_) +
                                  " is empty; it is " + std::string(key.meaning));
        }
    } else if (!key.fallback) {
        require(*document_, *node_, key.name, key.meaning);
    }
    node_->keys.push_back({std::string(key.name), std::string(key.meaning), "text",
                           joined(key.choices), key.fallback ? quoted_toml(*key.fallback) : "",
                           answer.empty() ? "" : quoted_toml(answer),
                           value == nullptr ? ConfigPosition{} : value->position});
    return answer;
}

bool ConfigTable::flag(const FlagKey& key) {
    const ConfigValue* value = value_of(*document_, *node_, key.name, Kind::flag);
    if (value == nullptr && !key.fallback) {
        require(*document_, *node_, key.name, key.meaning);
    }
    const bool answer = value != nullptr ? value->flag : key.fallback.value_or(false);
    const auto as_toml = [](bool flag) { return flag ? "true" : "false"; };
    node_->keys.push_back({std::string(key.name), std::string(key.meaning), "true or false", "",
                           key.fallback ? as_toml(*key.fallback) : "", as_toml(answer),
                           value == nullptr ? ConfigPosition{} : value->position});
    return answer;
}

std::filesystem::path ConfigTable::path(const PathKey& key) {
    const std::string written =
        text({.name = key.name, .meaning = key.meaning, .fallback = key.fallback});
    node_->keys.back().type = "path";
    if (written.empty()) {
        return {};
    }
    return (document_->name.parent_path() / written).lexically_normal();
}

std::vector<std::string> ConfigTable::texts(const TextListKey& key) {
    const ConfigValue* value = value_of(*document_, *node_, key.name, Kind::array);
    std::vector<std::string> answer;
    std::string as_toml;
    for (const ConfigValue& item : value == nullptr ? std::vector<ConfigValue>{} : value->items) {
        if (item.kind != Kind::text) {
            document_->report(item.position, "'" + std::string(key.name) + "'" + in_table(*node_) +
                                                 " must hold texts only, not " +
                                                 std::string(described(item.kind)));
            continue;
        }
        as_toml += (answer.empty() ? "" : ", ") + quoted_toml(item.text);
        answer.push_back(item.text);
    }
    if (answer.size() > key.count_max) {
        document_->report(value->position, "'" + std::string(key.name) + "'" + in_table(*node_) +
                                               " holds " + std::to_string(answer.size()) +
                                               " texts; allowed are up to " +
                                               std::to_string(key.count_max));
    }
    node_->keys.push_back({std::string(key.name), std::string(key.meaning), "list of texts",
                           "up to " + std::to_string(key.count_max), "[]", "[" + as_toml + "]",
                           value == nullptr ? ConfigPosition{} : value->position});
    return answer;
}

ConfigTable ConfigTable::table(const TableKey& key) {
    const ConfigValue* value = value_of(*document_, *node_, key.name, Kind::table);
    node_->child_keys.emplace_back(key.name);
    ConfigNode& child =
        add_child(*node_, child_path(*node_, key.name), key.meaning, ConfigNode::Form::single);
    if (value != nullptr) {
        child.source = value;
        child.position = position_of(*node_, key.name);
    }
    return {*document_, child};
}

std::vector<ConfigTable> ConfigTable::tables(const TableListKey& key) {
    const std::string path = child_path(*node_, key.name);
    node_->child_keys.emplace_back(key.name);
    std::vector<ConfigTable> answer;
    if (document_->purpose == ConfigDocument::Purpose::describing) {
        ConfigNode& child = add_child(*node_, path, key.meaning, ConfigNode::Form::listed);
        answer.emplace_back(*document_, child);
        return answer;
    }
    const ConfigValue* value = value_of(*document_, *node_, key.name, Kind::array);
    const std::size_t count = value == nullptr ? 0 : value->items.size();
    if (count < key.count_min || count > key.count_max) {
        document_->report(position_of(*node_, key.name),
                          "there are " + std::to_string(count) + " [[" + path + "]]" +
                              (node_->path.empty() ? "" : in_table(*node_)) + " (" +
                              std::string(key.meaning) + "); allowed are " +
                              std::to_string(key.count_min) + " to " +
                              std::to_string(key.count_max));
        return answer;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const ConfigValue& item = value->items[i];
        if (item.kind != Kind::table) {
            document_->report(item.position, "'" + std::string(key.name) + "'" + in_table(*node_) +
                                                 " must hold tables only, not " +
                                                 std::string(described(item.kind)));
            continue;
        }
        ConfigNode& child = add_child(*node_, path, key.meaning, ConfigNode::Form::listed);
        child.source = &item;
        child.position = item.position;
        child.label = listed_label(path, item, key.id, i);
        if (node_->form == ConfigNode::Form::listed) {
            child.label += " of " + node_->label;
        }
        answer.emplace_back(*document_, child);
    }
    return answer;
}

void ConfigTable::report(std::string_view key, std::string_view text) {
    const std::string where = node_->label.empty() ? "" : node_->label + ": ";
    document_->report(position_of(*node_, key), where + std::string(text));
}

}  // namespace tally

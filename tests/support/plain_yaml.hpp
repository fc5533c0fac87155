// The plain YAML of docs/api/openapi.yaml as JSON: block maps and lists, flow lists of words,
// scalars. What it does not understand fails the test.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace tally::test {

nlohmann::json read_plain_yaml(const std::string& text);

}  // namespace tally::test

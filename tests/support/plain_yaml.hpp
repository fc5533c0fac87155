// The plain YAML of docs/api/openapi.yaml as JSON: block maps and lists, flow lists of words,
// scalars. What it does not understand fails the test.
#pragma once

#include <string>

namespace tally::test {

std::string plain_yaml_to_json(const std::string& text);

}  // namespace tally::test

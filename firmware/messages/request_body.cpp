#include "firmware/messages/request_body.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "firmware/base/near_name.hpp"

namespace tally {

namespace {

/// Takes one flat object as it is parsed, so that a doubled key is seen and nesting costs nothing.
class FlatObject final : public nlohmann::json_sax<nlohmann::json> {
 public:
    std::map<std::string, std::string> fields;
    std::string problem = "the body is not a JSON object";

    bool null() override { return refuse(); }
    bool boolean(bool) override { return refuse(); }
    bool number_integer(number_integer_t) override { return refuse(); }
    bool number_unsigned(number_unsigned_t) override { return refuse(); }
    bool number_float(number_float_t, const string_t&) override { return refuse(); }
    bool binary(binary_t&) override { return refuse(); }
    bool start_array(std::size_t) override { return refuse(); }
    bool end_array() override { return refuse(); }
    bool start_object(std::size_t) override { return depth_++ == 0 || refuse(); }
    bool end_object() override { return true; }
    bool key(string_t& name) override {
        key_ = name;
        if (fields.contains(name)) {
            problem = "the key '" + name + "' stands there twice";
            return false;
        }
        return true;
    }
    bool string(string_t& value) override {
        if (depth_ == 0) {
            return false;
        }
        fields[key_] = value;
        return true;
    }
    bool parse_error(std::size_t at, const std::string&,
                     const nlohmann::detail::exception&) override {
        problem = "the body is not JSON (byte " + std::to_string(at) + ")";
        return false;
    }

 private:
    bool refuse() {
        if (depth_ > 0) {
            problem = "'" + key_ + "' is not a text; write a quoted text";
        }
        return false;
    }

    int depth_ = 0;
    std::string key_;
};

}  // namespace

Result<std::map<std::string, std::string>> read_request_body(
    std::string_view json, const std::vector<std::string>& known) {
    if (json.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return std::map<std::string, std::string>();
    }
    FlatObject object;
    if (!nlohmann::json::sax_parse(json, &object)) {
        return fail(ErrorKind::malformed, object.problem);
    }
    for (const auto& [key, value] : object.fields) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            const std::string near = near_name(key, known);
            return fail(ErrorKind::malformed,
                        "unknown key '" + key + "'" +
                            (near.empty() ? std::string() : "; did you mean '" + near + "'?"));
        }
    }
    return std::move(object.fields);
}

}  // namespace tally

#include "tools/tally/requests.hpp"

#include <map>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/tally/agv_commands.hpp"
#include "tools/tally/order_commands.hpp"
#include "tools/tally/tag_commands.hpp"
#include "tools/tally/work_commands.hpp"

namespace tally::cli {

namespace {

using Form = Column::Form;

/// Collects ?name=value for the options that were given.
class Query {
 public:
    explicit Query(const Invocation& invocation) : invocation_(invocation) {}

    Query& take(const std::string& flag, const std::string& name) {
        const std::string value = invocation_.option(flag);
        if (!value.empty()) {
            text_ += (text_.empty() ? "?" : "&") + name + "=" + encoded(value);
        }
        return *this;
    }
    [[nodiscard]] const std::string& str() const { return text_; }

 private:
    const Invocation& invocation_;
    std::string text_;
};

using Texts = std::map<std::string, std::string>;

Result<std::string> body_of(const Invocation& invocation, const Texts& keys_by_flag,
                            const Texts& fixed) {
    nlohmann::json body(fixed);
    for (const auto& [flag, key] : keys_by_flag) {
        const std::string value = invocation.option(flag);
        if (value.empty()) {
            return fail(ErrorKind::malformed, flag + " is needed");
        }
        body[key] = value;
    }
    return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Asked> write_of(const Invocation& invocation, std::string target, const Texts& keys_by_flag,
                       const Texts& fixed = {}) {
    TALLY_TRY_ASSIGN(std::string body, body_of(invocation, keys_by_flag, fixed));
    return Asked{"POST", std::move(target), std::move(body), Asked::Effect::writes};
}

std::string watch_target(const Invocation& invocation) {
    std::string target = "/v1/events" + Query(invocation).take("--after", "after").str();
    if (!invocation.arguments[0].empty()) {
        target += target.find('?') == std::string::npos ? "?" : "&";
        target += "gate=" + encoded(invocation.arguments[0]);
    }
    return target;
}

/// How each answer is shown: which list of it is the rows, and its columns with their headings.
const std::map<std::string_view, SheetSpec> kSheets = {
    {"stock ls",
     {"rows",
      {{"place", "place"},
       {"sku", "sku"},
       {"name", "name"},
       {"lot", "lot"},
       {"qty_milli", "qty", Form::quantity},
       {"items", "items", Form::number},
       {"confidence", "confidence", Form::word},
       {"reasons", "reasons", Form::list}}}},
    {"stock show",
     {"rows",
      {{"item", "item"},
       {"place", "place"},
       {"sku", "sku"},
       {"lot", "lot"},
       {"custody", "custody"},
       {"quality", "quality"},
       {"parent", "pallet"},
       {"edge", "edge"},
       {"seq", "seq", Form::number},
       {"confidence", "confidence", Form::word}}}},
    {"stock verify",
     {"rows",
      {{"edge", "edge"}, {"events", "events", Form::number}, {"result", "result", Form::word}}}},
    {"item trace",
     {"events",
      {{"t_ms", "time", Form::time},
       {"edge", "edge"},
       {"epoch", "epoch", Form::number},
       {"seq", "seq", Form::number},
       {"type", "type"},
       {"from", "from"},
       {"to", "to"},
       {"by", "by"}}}},
    {"gate ls",
     {"rows",
      {{"gate", "gate"},
       {"edge", "edge"},
       {"outer", "outer"},
       {"inner", "inner"},
       {"reader", "reader"},
       {"blind", "blind", Form::flag},
       {"present", "present", Form::number},
       {"passages", "passages", Form::number},
       {"undecided", "undecided", Form::number},
       {"foreign_tags", "foreign", Form::number},
       {"light", "light", Form::word},
       {"light_read", "read back", Form::word},
       {"barrier", "barrier", Form::word},
       {"signal_text", "text"}}}},
    {"gate signal-test",
     {"rows",
      {{"told", "told", Form::word},
       {"shown", "read back", Form::word},
       {"ok", "ok", Form::flag}}}},
    {"gate log",
     {"rows",
      {{"t_ms", "time", Form::time},
       {"type", "type"},
       {"item", "item"},
       {"direction", "direction"},
       {"from", "from"},
       {"to", "to"},
       {"rule", "rule"},
       {"n", "reads", Form::number},
       {"why", "why"}}}},
    {"gate why",
     {"rows",
      {{"t_ms", "time", Form::time},
       {"type", "type"},
       {"direction", "direction"},
       {"rule", "rule"},
       {"n", "reads", Form::number},
       {"why", "why"}}}},
    {"reader ls",
     {"rows",
      {{"reader", "reader"},
       {"edge", "edge"},
       {"address", "address"},
       {"blind", "blind", Form::flag},
       {"reads", "reads", Form::number},
       {"reads_lost", "lost", Form::number},
       {"status", "status"},
       {"text", "text"}}}},
    {"plan ls",
     {"rows",
      {{"plan", "plan"},
       {"kind", "kind", Form::word},
       {"asked_ms", "time", Form::time},
       {"by", "by"},
       {"state", "state", Form::word},
       {"stopped", "stopped", Form::word},
       {"slices", "slices", Form::number}}}},
    {"shelf ls",
     {"rows",
      {{"slot", "slot"},
       {"quality", "state", Form::word},
       {"weight_mg", "weight mg", Form::number},
       {"skus", "sku", Form::list},
       {"book", "book", Form::list},
       {"safe_max", "can count", Form::number},
       {"open_changes", "open", Form::number},
       {"text", "text"}}}},
    {"sync status",
     {"rows",
      {{"edge", "edge"},
       {"state", "state", Form::word},
       {"epoch", "epoch", Form::number},
       {"seq", "seq", Form::number},
       {"acknowledged", "acknowledged", Form::number},
       {"depth", "waiting", Form::number},
       {"diverged", "diverged", Form::flag},
       {"trouble", "trouble"}}}},
    {"anomaly ls",
     {"rows",
      {{"id", "id"},
       {"kind", "kind", Form::word},
       {"item", "item"},
       {"place", "place"},
       {"t_ms", "time", Form::time},
       {"text", "text"},
       {"next", "next"}}}},
    {"status",
     {"edges",
      {{"edge", "edge"},
       {"state", "state", Form::word},
       {"epoch", "epoch", Form::number},
       {"seq", "seq", Form::number},
       {"depth", "waiting", Form::number}}}},
    {"doctor",
     {"findings",
      {{"level", "level", Form::word},
       {"check", "check", Form::word},
       {"subject", "subject"},
       {"text", "text", Form::word},
       {"next", "next"}}}},
};

}  // namespace

std::string encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                                c == '~' || c == ':';
        out +=
            unreserved ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

namespace {

/// `gate log|watch|barrier|signal-test|why`; nothing if it is another command.
std::optional<Result<Asked>> gate_request(const Invocation& invocation) {
    const std::string_view path = invocation.command->path;
    if (!path.starts_with("gate ") || path == "gate ls") {
        return std::nullopt;
    }
    const std::string gate = "/v1/gates/" + encoded(invocation.arguments.at(0));
    if (path == "gate log") {
        Query query(invocation);
        return Asked{"GET", gate + "/log" + query.take("--limit", "limit").str(), {}};
    }
    if (path == "gate watch") {
        return Asked{"GET", watch_target(invocation), {}, Asked::Effect::watches};
    }
    if (path == "gate barrier") {
        return write_of(invocation, gate + "/barrier", {{"--reason", "reason"}},
                        {{"order", invocation.arguments.at(1)}});
    }
    if (path == "gate signal-test") {
        return Asked{"POST", gate + "/signal-test", {}};
    }
    return Asked{"GET", gate + "/why/" + encoded(invocation.arguments.at(1)), {}};
}

}  // namespace

Result<Asked> request_of(const Invocation& invocation, const std::string& file) {
    if (auto work = work_request(invocation, file)) {
        return std::move(*work);
    }
    if (auto orders = order_request(invocation, file)) {
        return std::move(*orders);
    }
    if (auto tags = tag_request(invocation)) {
        return std::move(*tags);
    }
    if (auto vehicles = agv_request(invocation)) {
        return std::move(*vehicles);
    }
    const std::string_view path = invocation.command->path;
    const auto argument = [&](std::size_t i) { return encoded(invocation.arguments.at(i)); };
    Query query(invocation);
    if (path == "stock ls") {
        query.take("--place", "place").take("--sku", "sku").take("--virtual", "virtual");
        return Asked{"GET", "/v1/stock" + query.str(), {}};
    }
    if (path == "stock show") {
        query.take("--place", "place").take("--sku", "sku").take("--limit", "limit");
        return Asked{"GET", "/v1/items" + query.take("--after", "after").str(), {}};
    }
    if (path == "stock verify") {
        return Asked{"POST", "/v1/stock/verify", {}};
    }
    if (path == "item trace") {
        return Asked{"GET", "/v1/items/" + argument(0), {}};
    }
    if (path == "item correct") {
        return write_of(invocation, "/v1/items/" + argument(0) + "/correct",
                        {{"--place", "place"}, {"--reason", "reason"}});
    }
    if (path == "pallet unpack") {
        return write_of(invocation, "/v1/pallets/" + argument(0) + "/unpack", {});
    }
    if (auto gate = gate_request(invocation)) {
        return std::move(*gate);
    }
    if (path == "shelf tare" || path == "shelf zero") {
        const std::string what(path.substr(path.find(' ') + 1));
        return write_of(invocation, "/v1/shelves/" + argument(0) + "/" + what, {});
    }
    if (path == "sync resync") {
        return write_of(invocation, "/v1/sync/resync" + query.take("--edge", "edge").str(), {});
    }
    if (path == "anomaly ls") {
        query.take("--kind", "kind").take("--item", "item");
        return Asked{"GET", "/v1/anomalies" + query.str(), {}};
    }
    if (path == "anomaly resolve") {
        return write_of(invocation, "/v1/anomalies/" + argument(0) + "/resolve",
                        {{"--how", "how"}});
    }
    if (path == "master import") {
        const std::string& name = invocation.arguments.at(0);
        return Asked{"POST", "/v1/master" + (name == "-" ? "" : "?file=" + encoded(name)), file,
                     Asked::Effect::writes};
    }
    if (path == "master export") {
        query.take("--kind", "kind").take("--format", "format").take("--edge", "edge");
        return Asked{"GET", "/v1/master" + query.str(), {}};
    }
    static const std::map<std::string_view, std::string_view> kPlain = {
        {"status", "/v1/status"},     {"doctor", "/v1/doctor"},    {"gate ls", "/v1/gates"},
        {"reader ls", "/v1/readers"}, {"shelf ls", "/v1/shelves"}, {"plan ls", "/v1/plans"},
        {"sync status", "/v1/sync"}};
    return Asked{"GET", std::string(kPlain.at(path)), {}};
}

const SheetSpec* sheet_of(const CommandSpec& command) {
    for (const auto* sheets :
         {&kSheets, &work_sheets(), &order_sheets(), &tag_sheets(), &agv_sheets()}) {
        if (const auto found = sheets->find(command.path); found != sheets->end()) {
            return &found->second;
        }
    }
    return nullptr;
}

}  // namespace tally::cli

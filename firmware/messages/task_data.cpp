#include "firmware/messages/task_data.hpp"

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

namespace {

constexpr std::string_view kOpen = "open";

void number(CanonicalWriter& w, std::string_view key, std::int64_t value) {
    if (value != 0) {
        w.key(key).integer(value);
    }
}

/// The members of a task in key order, from `document` to `to`: shared by event and row. `state`
/// and the like come between for a row.
enum class Form { opening, row };

std::string write(const Task& task, Form form) {
    const bool row = form == Form::row;
    std::string out;
    CanonicalWriter w(out);
    w.begin_object();
    if (!row) {
        w.key("act").text(kOpen);
    }
    number(w, "base_seq", static_cast<std::int64_t>(task.base_seq));
    w.optional_text("document", task.document);
    number(w, "done_milli", row ? task.done_milli : 0);
    number(w, "ended_seq", row ? static_cast<std::int64_t>(task.ended_seq) : 0);
    w.optional_text("from", task.from).optional_text("item", task.item);
    w.key("key").text(task.key).key("kind").text(to_string(task.kind));
    w.optional_text("lot", task.lot);
    number(w, "qty_milli", task.qty_milli);
    number(w, "round", static_cast<std::int64_t>(task.round));
    number(w, "seen_seq", row ? static_cast<std::int64_t>(task.seen_seq) : 0);
    w.optional_text("sku", task.sku);
    if (row) {
        w.key("state").integer(static_cast<std::int64_t>(task.state));
        w.key("t_ms").integer(task.t_ms);
    }
    w.optional_text("text", task.text).optional_text("to", task.to);
    w.optional_text("via", row ? task.via : std::string());
    number(w, "via_milli", row ? task.via_milli : 0);
    w.optional_text("who", row ? task.who : std::string()).end_object();
    return out;
}

Result<Task> read(std::string_view json, Form form) {
    const bool row = form == Form::row;
    Task task;
    std::string act, kind;
    std::int64_t state = 0;
    ObjectReader reader(json, row ? "stored task" : "data of task_changed");
    if (!row) {
        reader.text("act", act);
    }
    reader.optional_number("base_seq", task.base_seq);
    reader.optional_text("document", task.document);
    if (row) {
        reader.optional_integer("done_milli", task.done_milli);
        reader.optional_number("ended_seq", task.ended_seq);
    }
    reader.optional_text("from", task.from);
    reader.optional_text("item", task.item);
    reader.text("key", task.key);
    reader.text("kind", kind);
    const auto known = task_kind_from(kind);
    if (!known) {
        reader.refuse("kind", "a kind of task");
    }
    task.kind = known.value_or(TaskKind::count);
    reader.optional_text("lot", task.lot);
    reader.optional_integer("qty_milli", task.qty_milli);
    reader.optional_number("round", task.round);
    if (row) {
        reader.optional_number("seen_seq", task.seen_seq);
    }
    reader.optional_text("sku", task.sku);
    if (row) {
        reader.integer("state", state);
        if (state < 0 || state > static_cast<std::int64_t>(TaskState::dropped)) {
            reader.refuse("state", "a state of a task");
        }
        reader.integer("t_ms", task.t_ms);
    }
    reader.optional_text("text", task.text);
    reader.optional_text("to", task.to);
    if (row) {
        reader.optional_text("via", task.via);
        reader.optional_integer("via_milli", task.via_milli);
        reader.optional_text("who", task.who);
    }
    TALLY_TRY(reader.finish());
    task.state = static_cast<TaskState>(state);
    return task;
}

}  // namespace

std::string encode(const TaskData& data) {
    if (data.task.empty()) {
        return write(data.opened, Form::opening);
    }
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("act").text(to_string(data.act));
    w.optional_text("place", data.place);
    number(w, "qty_milli", data.qty_milli);
    w.key("task").text(data.task).optional_text("text", data.text).end_object();
    return out;
}

Result<TaskData> decode_task_data(std::string_view json) {
    TaskData data;
    const std::string act = text_member(json, "act");
    if (act == kOpen) {
        TALLY_TRY_ASSIGN(data.opened, read(json, Form::opening));
        return data;
    }
    std::string ignored;
    ObjectReader reader(json, "data of task_changed");
    reader.text("act", ignored);
    const auto known = task_act_from(act);
    if (!known) {
        reader.refuse("act", "open, take, put_back, move_on, finish or drop");
    }
    data.act = known.value_or(TaskAct::take);
    reader.optional_text("place", data.place);
    reader.optional_integer("qty_milli", data.qty_milli);
    reader.text("task", data.task);
    reader.optional_text("text", data.text);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode_task(const Task& task) {
    return write(task, Form::row);
}

Result<Task> decode_task(std::string_view json) {
    return read(json, Form::row);
}

}  // namespace tally

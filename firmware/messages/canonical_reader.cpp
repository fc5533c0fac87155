#include "firmware/messages/canonical_reader.hpp"

#include <utility>

namespace tally {

namespace {

std::string quoted(std::string_view key) {
    return "'" + std::string(key) + "'";
}

bool read_elements(canonical::Cursor& cursor, std::vector<std::string_view>& verbatim) {
    verbatim.clear();
    if (!cursor.take('[', "an array was expected")) {
        return false;
    }
    if (cursor.peek() == ']') {
        return cursor.take(']', "");
    }
    do {
        const std::size_t start = cursor.position();
        if (!cursor.skip_value()) {
            return false;
        }
        verbatim.push_back(cursor.since(start));
        if (cursor.peek() != ',') {
            return cursor.take(']', "a comma or a closing bracket was expected");
        }
        cursor.take(',', "");
    } while (true);
}

bool read_object(canonical::Cursor& cursor, std::string_view& verbatim) {
    const std::size_t start = cursor.position();
    if (cursor.peek() != '{') {
        return cursor.fail("an object was expected");
    }
    const bool good = cursor.skip_value();
    verbatim = cursor.since(start);
    return good;
}

}  // namespace

ObjectReader::ObjectReader(std::string_view text, const char* what, Unknown unknown)
    : cursor_(text), what_(what), unknown_(unknown) {
    if (!cursor_.take('{', "an object was expected")) {
        problem(std::string(what_) + ": an object in canonical JSON was expected");
    } else if (cursor_.peek() != '}') {
        next_key();
    }
}

void ObjectReader::problem(std::string text) {
    if (!error_) {
        error_ = std::move(text);
    }
    has_pending_ = false;
}

void ObjectReader::next_key() {
    const std::string_view last = pending_;
    const bool first = std::exchange(first_, false);
    has_pending_ = cursor_.key(pending_);
    if (!has_pending_) {
        problem(std::string(what_) + ": " + cursor_.problem() + ", at byte " +
                std::to_string(cursor_.position()));
    } else if (!first && canonical::compare_keys(pending_, last) <= 0) {
        problem(std::string(what_) + ": key " + quoted(pending_) + " repeats or is out of order");
    }
}

void ObjectReader::after_value(std::string_view key) {
    if (!cursor_.ok()) {
        problem(std::string(what_) + ": key " + quoted(key) + ": " + cursor_.problem() +
                ", at byte " + std::to_string(cursor_.position()));
        return;
    }
    has_pending_ = false;
    if (cursor_.peek() == ',') {
        cursor_.take(',', "");
        next_key();
    } else if (cursor_.peek() != '}') {
        problem(std::string(what_) + ": a comma or a closing brace was expected after key " +
                quoted(key) + ", at byte " + std::to_string(cursor_.position()));
    }
}

bool ObjectReader::find(std::string_view key) {
    int order = 1;
    while (has_pending_ && (order = canonical::compare_keys(pending_, key)) < 0) {
        if (unknown_ == Unknown::refuse) {
            problem(std::string(what_) + ": key " + quoted(pending_) +
                    " is not known here, or out of order");
            return false;
        }
        const std::string_view skipped = pending_;
        cursor_.skip_value();
        after_value(skipped);
    }
    return has_pending_ && order == 0;
}

bool ObjectReader::need(std::string_view key) {
    if (find(key)) {
        return true;
    }
    problem(std::string(what_) + ": key " + quoted(key) + " is missing");
    return false;
}

void ObjectReader::text(std::string_view key, std::string& value) {
    if (need(key)) {
        cursor_.text(value);
        after_value(key);
    }
}

void ObjectReader::integer(std::string_view key, std::int64_t& value) {
    if (need(key)) {
        cursor_.integer(value);
        after_value(key);
    }
}

void ObjectReader::number(std::string_view key, std::uint64_t& value) {
    if (need(key)) {
        cursor_.number(value);
        after_value(key);
    }
}

void ObjectReader::boolean(std::string_view key, bool& value) {
    if (need(key)) {
        cursor_.boolean(value);
        after_value(key);
    }
}

void ObjectReader::object(std::string_view key, std::string_view& verbatim) {
    if (need(key)) {
        read_object(cursor_, verbatim);
        after_value(key);
    }
}

void ObjectReader::elements(std::string_view key, std::vector<std::string_view>& verbatim) {
    if (need(key)) {
        read_elements(cursor_, verbatim);
        after_value(key);
    }
}

bool ObjectReader::optional_text(std::string_view key, std::string& value) {
    if (!find(key)) {
        return false;
    }
    cursor_.text(value);
    after_value(key);
    return ok();
}

bool ObjectReader::optional_boolean(std::string_view key, bool& value) {
    if (!find(key)) {
        return false;
    }
    boolean(key, value);
    return ok();
}

bool ObjectReader::optional_integer(std::string_view key, std::int64_t& value) {
    if (!find(key)) {
        return false;
    }
    cursor_.integer(value);
    after_value(key);
    return ok();
}

bool ObjectReader::optional_number(std::string_view key, std::uint64_t& value) {
    if (!find(key)) {
        return false;
    }
    cursor_.number(value);
    after_value(key);
    return ok();
}

bool ObjectReader::optional_object(std::string_view key, std::string_view& verbatim) {
    if (!find(key)) {
        return false;
    }
    read_object(cursor_, verbatim);
    after_value(key);
    return ok();
}

bool ObjectReader::optional_elements(std::string_view key,
                                     std::vector<std::string_view>& verbatim) {
    if (!find(key)) {
        return false;
    }
    read_elements(cursor_, verbatim);
    after_value(key);
    return ok();
}

void ObjectReader::refuse(std::string_view key, std::string_view expected) {
    problem(std::string(what_) + ": key " + quoted(key) + ": " + std::string(expected) +
            " was expected");
}

Result<void> ObjectReader::finish() {
    while (has_pending_ && unknown_ == Unknown::skip) {
        const std::string_view skipped = pending_;
        cursor_.skip_value();
        after_value(skipped);
    }
    if (has_pending_) {
        problem(std::string(what_) + ": key " + quoted(pending_) + " is not known here");
    }
    if (!error_ && (!cursor_.take('}', "a closing brace was expected") || !cursor_.at_end())) {
        problem(std::string(what_) + ": the object must end where the text ends, at byte " +
                std::to_string(cursor_.position()));
    }
    if (error_) {
        return fail(ErrorKind::malformed, *error_);
    }
    return {};
}

Result<std::vector<std::string_view>> array_elements(std::string_view text, const char* what) {
    canonical::Cursor cursor(text);
    std::vector<std::string_view> verbatim;
    if (read_elements(cursor, verbatim) && !cursor.at_end()) {
        cursor.fail("something follows the array");
    }
    if (!cursor.ok()) {
        return fail(ErrorKind::malformed, std::string(what) + ": " + cursor.problem() +
                                              ", at byte " + std::to_string(cursor.position()));
    }
    return verbatim;
}

Result<std::vector<std::string_view>> slice_array(std::string_view text, std::string_view key) {
    ObjectReader reader(text, "object", ObjectReader::Unknown::skip);
    std::vector<std::string_view> verbatim;
    reader.elements(key, verbatim);
    TALLY_TRY(reader.finish());
    return verbatim;
}

std::string text_member(std::string_view object, std::string_view key) {
    ObjectReader reader(object, "object", ObjectReader::Unknown::skip);
    std::string value;
    return reader.optional_text(key, value) ? value : std::string();
}

std::optional<std::int64_t> integer_member(std::string_view object, std::string_view key) {
    ObjectReader reader(object, "object", ObjectReader::Unknown::skip);
    std::int64_t value = 0;
    return reader.optional_integer(key, value) ? std::optional(value) : std::nullopt;
}

}  // namespace tally

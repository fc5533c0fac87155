#include "sim/devices/zpl_printer/interpreter.hpp"

#include <cctype>
#include <charconv>
#include <utility>

namespace tally::sim::zpl {

namespace {

std::vector<std::string_view> parameters(std::string_view text) {
    std::vector<std::string_view> all;
    while (true) {
        const auto end = text.find(',');
        all.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return all;
        }
        text.remove_prefix(end + 1);
    }
}

int number(const std::vector<std::string_view>& all, std::size_t index, int fallback) {
    int value = fallback;
    if (index < all.size()) {
        const std::string_view text = all[index];
        std::from_chars(text.data(), text.data() + text.size(), value);
    }
    return value;
}

std::string_view text(const std::vector<std::string_view>& all, std::size_t index) {
    return index < all.size() ? all[index] : std::string_view();
}

}  // namespace

std::vector<Interpreter::Asked> Interpreter::take(std::string_view bytes) {
    held_ += bytes;
    std::vector<Asked> asked;
    while (true) {
        // A command lasts until the next sign; ^XZ and tilde commands end with their own letters.
        const auto begin = held_.find_first_of("^~");
        if (begin == std::string::npos) {
            held_.clear();
            return asked;
        }
        held_.erase(0, begin);
        constexpr std::size_t kSignAndCode = 3;
        if (held_.size() < kSignAndCode) {
            return asked;
        }
        const std::string code = held_.substr(0, kSignAndCode);
        const bool complete = held_[0] == '~' || code == "^XZ" || code == "^XA";
        const auto end = complete ? kSignAndCode : held_.find_first_of("^~", 1);
        if (end == std::string::npos) {
            return asked;
        }
        const std::string whole = held_.substr(0, end);
        held_.erase(0, end);
        command(whole, asked);
    }
}

void Interpreter::command(std::string_view whole, std::vector<Asked>& asked) {
    while (!whole.empty() && (whole.back() == '\n' || whole.back() == '\r')) {
        whole.remove_suffix(1);
    }
    const std::string_view code = whole.substr(1, 2);
    if (whole.front() == '~') {
        if (code == "HS") {
            asked.push_back({Asked::What::host_status, {}});
        } else if (code == "JA") {
            asked.push_back({Asked::What::cancel_all, {}});
        }
        return;
    }
    if (code == "XA") {
        format_ = Format();
    } else if (code == "XZ" && format_) {
        end_field();
        asked.push_back({Asked::What::print, std::move(*format_)});
        format_.reset();
    } else if (format_ && whole.size() >= 2) {
        const bool font = whole[1] == 'A' && code != "AF";  // ^A0N,... and the like.
        in_format(font ? "A" : code, whole.substr(font ? 2 : 3));
    }
}

void Interpreter::in_format(std::string_view code, std::string_view rest) {
    const auto all = parameters(rest);
    if (code == "FO") {
        field_.x = number(all, 0, 0);
        field_.y = number(all, 1, 0);
        has_place_ = true;
    } else if (code == "FD") {
        data_ = std::string(rest);
    } else if (code == "FH") {
        hex_ = rest.empty() ? '_' : rest.front();
    } else if (code == "FN") {
        number_ = number(all, 0, 0);
    } else if (code == "FS") {
        end_field();
    } else if (code == "BQ") {
        field_.kind = Field::Kind::qr;
    } else if (code == "BC") {
        field_.kind = Field::Kind::code128;
    } else if (code == "RF") {
        rf(rest);
    } else if (code == "RS") {
        format_->tries = number(all, 3, 3);
        format_->on_failure = text(all, 4).empty() ? 'N' : text(all, 4).front();
    } else if (code == "HV") {
        Verification asked;
        asked.field = number(all, 0, 0);
        asked.bytes = static_cast<std::size_t>(number(all, 1, 64));
        asked.header = decoded(text(all, 2));
        const auto ends = decoded(text(all, 3));
        asked.termination = ends;
        format_->verification = asked;
    } else if (code == "PW") {
        format_->width = number(all, 0, 0);
    } else if (code == "LL") {
        format_->length = number(all, 0, 0);
    } else if (code == "PQ") {
        format_->copies = number(all, 0, 1);
    } else if (code != "A" && code != "BY" && code != "CI" && code != "FX") {
        ++format_->unknown;
    }
}

/// ^RFo,f,b,n,m: W writes what ^FD gives, R reads into the field's number.
void Interpreter::rf(std::string_view rest) {
    const auto all = parameters(rest);
    const char operation = text(all, 0).empty() ? 'W' : text(all, 0).front();
    const char bank = text(all, 4).empty() ? 'E' : text(all, 4).front();
    if (operation == 'W') {
        write_bank_ = bank;
    } else if (operation == 'R' && number_) {
        format_->reads[*number_] = bank;
    }
}

void Interpreter::end_field() {
    if (write_bank_ && data_ && (*write_bank_ == 'E' || *write_bank_ == 'A')) {
        format_->epc = *data_;
    } else if (has_place_ && data_) {
        field_.data = decoded(*data_);
        if (field_.kind == Field::Kind::qr) {
            const auto mode = field_.data.find(',');  // "MA,": error correction and input mode.
            field_.data.erase(0, mode == std::string::npos ? 0 : mode + 1);
        }
        format_->fields.push_back(field_);
    }
    field_ = {};
    data_.reset();
    number_.reset();
    write_bank_.reset();
    hex_.reset();
    has_place_ = false;
}

std::string Interpreter::decoded(std::string_view data) const {
    std::string out;
    for (std::size_t i = 0; i < data.size(); ++i) {
        unsigned value = 0;
        const bool escaped =
            hex_ && data[i] == *hex_ && i + 2 < data.size() &&
            std::from_chars(data.data() + i + 1, data.data() + i + 3, value, 16).ptr ==
                data.data() + i + 3;
        if (escaped) {
            out += static_cast<char>(value);
            i += 2;
        } else {
            out += data[i];
        }
    }
    return out;
}

}  // namespace tally::sim::zpl

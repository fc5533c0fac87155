#include "firmware/domain/gate/eyes.hpp"

#include <algorithm>
#include <limits>

namespace tally {

namespace {

constexpr std::size_t index(GateSide side) noexcept {
    return side == GateSide::inner ? 1 : 0;
}

/// The end of a pass that goes on.
constexpr MonoTime kNever{std::numeric_limits<std::int64_t>::max()};

Duration milliseconds(std::int64_t ms) {
    return std::chrono::milliseconds(ms);
}

}  // namespace

std::string_view to_string(EyeVerdict verdict) noexcept {
    switch (verdict) {
        case EyeVerdict::inward:
            return "inward";
        case EyeVerdict::outward:
            return "outward";
        case EyeVerdict::crossed_back:
            return "crossed_back";
        case EyeVerdict::unclear:
            return "unclear";
    }
    return "";
}

EyeWatch::EyeWatch(const std::vector<GatePort>& photo_eyes, const EyeOptions& options)
    : options_(options) {
    for (const GatePort& port : photo_eyes) {
        eyes_.push_back({port, false, false, {}});
        has_eye_[index(port.side)] = true;
    }
}

void EyeWatch::on_input(const InputChange& change) {
    advance(change.at);
    for (Eye& eye : eyes_) {
        const bool broken = change.level == options_.broken_level;
        if (eye.port.port == change.port && eye.level_broken != broken) {
            eye.level_broken = broken;
            eye.since = change.at;
        }
    }
}

EyeWatch::Eye* EyeWatch::next_stable(MonoTime until) noexcept {
    Eye* next = nullptr;
    for (Eye& eye : eyes_) {
        const bool is_due = eye.level_broken != eye.stable_broken &&
                            until - eye.since >= milliseconds(options_.debounce_ms);
        if (is_due && (next == nullptr || eye.since < next->since)) {
            next = &eye;
        }
    }
    return next;
}

void EyeWatch::advance(MonoTime until) {
    while (Eye* eye = next_stable(until)) {
        close_if_quiet(eye->since);
        apply(*eye);
    }
    // A change that is still within its debounce time may yet continue the pass.
    MonoTime quiet_until = until;
    for (const Eye& eye : eyes_) {
        if (eye.level_broken != eye.stable_broken) {
            quiet_until = std::min(quiet_until, eye.since);
        }
    }
    close_if_quiet(quiet_until);
}

void EyeWatch::apply(Eye& eye) {
    eye.stable_broken = eye.level_broken;
    int& count = broken_count_[index(eye.port.side)];
    if (eye.stable_broken) {
        ++count;
        beam_broke(eye.port.side, eye.since);
    } else if (--count == 0) {
        beams_freed(eye.port.side, eye.since);
    }
}

void EyeWatch::beam_broke(GateSide side, MonoTime at) {
    const bool was_free = broken_count_[0] + broken_count_[1] == 1;
    const bool is_complete = visited_[0] && visited_[1];
    if (is_open_ && was_free && is_complete) {
        // Both beams were passed and free: whatever comes now is a pass of its own.
        is_open_ = false;
    }
    if (!is_open_) {
        is_open_ = true;
        is_tied_ = false;
        visited_ = {};
        opened_ = at;
        first_side_ = side;
    } else if (!visited_[index(side)]) {
        is_tied_ = at == opened_;
        both_broken_ = at;
    }
    visited_[index(side)] = true;
    show_open();
}

void EyeWatch::show_open() {
    goes_on_ = is_open_ && visited_[0] && visited_[1] && broken_count_[0] + broken_count_[1] > 0;
    if (goes_on_) {
        passes_[pass_count_] = {opened_, kNever, first_side_, EyeVerdict::unclear,
                                false,   false,  true};
    }
}

void EyeWatch::beams_freed(GateSide side, MonoTime at) {
    const bool same_stamp = at == freed_ && side != last_side_;
    last_side_ = side;
    freed_ = at;
    freed_at_[index(side)] = at;
    if (broken_count_[0] + broken_count_[1] > 0 || !visited_[0] || !visited_[1]) {
        return;
    }
    EyePass pass{opened_, at, first_side_, EyeVerdict::unclear, is_even(), false, false};
    if (!is_tied_ && !same_stamp) {
        if (first_side_ == last_side_) {
            pass.verdict = EyeVerdict::crossed_back;
        } else {
            pass.verdict =
                first_side_ == GateSide::outer ? EyeVerdict::inward : EyeVerdict::outward;
        }
    }
    add_pass(pass);
}

bool EyeWatch::is_even() const {
    constexpr Duration kSlack = std::chrono::milliseconds(60);
    const Duration breaking = both_broken_ - opened_;
    const Duration freeing =
        freed_at_[0] > freed_at_[1] ? freed_at_[0] - freed_at_[1] : freed_at_[1] - freed_at_[0];
    return breaking <= 2 * freeing + kSlack && freeing <= 2 * breaking + kSlack;
}

void EyeWatch::close_if_quiet(MonoTime until) {
    if (!is_open_ || broken_count_[0] + broken_count_[1] > 0 ||
        until - freed_ < milliseconds(options_.gap_ms)) {
        return;
    }
    is_open_ = false;
    if (pass_count_ == 0) {
        return;
    }
    EyePass& latest = passes_[pass_count_ - 1];
    const bool only_touched = !(visited_[0] && visited_[1]);
    if (only_touched && !latest.is_settled && first_side_ == latest.first_side) {
        // Through, and at once again in the first beam only: turned back, or somebody else?
        latest.verdict = EyeVerdict::unclear;
    }
    latest.is_settled = true;
}

void EyeWatch::add_pass(const EyePass& pass) {
    if (pass_count_ > 0) {
        passes_[pass_count_ - 1].is_settled = true;
    }
    if (pass_count_ == kPassesMax) {
        std::move(passes_.begin() + 1, passes_.end(), passes_.begin());
        --pass_count_;
    }
    passes_[pass_count_++] = pass;
    show_open();
}

void EyeWatch::forget_open() {
    is_open_ = goes_on_ = false;
    visited_ = {};
    broken_count_ = {};
    for (Eye& eye : eyes_) {
        eye.level_broken = eye.stable_broken = false;
    }
    if (pass_count_ > 0) {
        passes_[pass_count_ - 1].is_settled = true;
    }
}

}  // namespace tally

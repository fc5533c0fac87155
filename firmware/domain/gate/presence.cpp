#include "firmware/domain/gate/presence.hpp"

#include <algorithm>
#include <limits>

#include "firmware/base/check.hpp"

namespace tally {

namespace {

constexpr std::size_t kSlotsMin = 64;
constexpr std::uint32_t kLookCountMax = 0x3fff;
constexpr std::int64_t kNsPerMs = 1'000'000;

}  // namespace

PresenceTable::PresenceTable(const PresenceOptions& options)
    : options_(options),
      slots_(kSlotsMin, kNone),
      newest_{std::numeric_limits<std::int64_t>::min()} {
    TALLY_CHECK(options.min_reads >= 1, "a tag needs at least one read to be present");
    TALLY_CHECK(options.held_max < kNone, "ids of held tags have 32 bits");
}

Held& PresenceTable::held(Id id) const noexcept {
    return pages_[id / kPageSize]->held[id % kPageSize];
}

PresenceTable::Link& PresenceTable::link(Id id) const noexcept {
    return pages_[id / kPageSize]->links[id % kPageSize];
}

std::int64_t PresenceTable::seeing_ns(MonoTime at) const noexcept {
    return (is_blind_ ? std::min(at.ns, blind_since_.ns) : at.ns) - blind_total_ns_;
}

std::size_t PresenceTable::slot_of(const Epc& epc, std::uint32_t hash) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot] != kNone &&
           (link(slots_[slot]).hash != hash || !(held(slots_[slot]).epc == epc))) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

std::size_t PresenceTable::slot_of(const Held& tag) const noexcept {
    const Epc epc = tag.epc.value();
    return slot_of(epc, static_cast<std::uint32_t>(epc.hash()));
}

const Held* PresenceTable::find(const Epc& epc) const noexcept {
    const Id id = slots_[slot_of(epc, static_cast<std::uint32_t>(epc.hash()))];
    return id == kNone ? nullptr : &held(id);
}

PresenceTable::Observed PresenceTable::observe(const Epc& epc, MonoTime at, std::uint32_t count) {
    newest_ = std::max(newest_, at);
    const auto hash = static_cast<std::uint32_t>(epc.hash());
    const std::size_t slot = slot_of(epc, hash);
    const bool is_known = slots_[slot] != kNone;
    if (!is_known && held_count() >= options_.held_max) {
        ++refused_count_;
        return {};
    }
    if (is_known && held(slots_[slot]).has_left) {
        come_back(slots_[slot]);
    }
    const Id id = is_known ? slots_[slot] : hold(epc, slot, hash);
    Held& tag = held(id);
    const bool is_new_look = tag.n == 0 || tag.last != newest_;
    const std::uint32_t counted_before = is_new_look ? 0 : tag.look_n;
    const std::uint32_t counted = std::clamp(count, std::max(counted_before, 1U), kLookCountMax);
    tag.n += counted - counted_before;
    tag.look_n = counted & kLookCountMax;
    tag.last = newest_;
    tag.last_seeing_ns = seeing_ns(newest_);
    unlink(list_of(tag), id);
    if (tag.is_present) {
        append(present_, id);
        return {PresenceChange::continued, &tag, is_new_look};
    }
    tag.is_present = tag.n >= options_.min_reads ? 1 : 0;
    append(list_of(tag), id);
    return {tag.is_present ? PresenceChange::began : PresenceChange::glimpsed, &tag, is_new_look};
}

Held* PresenceTable::next_silent(MonoTime until) noexcept {
    const std::int64_t now = seeing_ns(std::max(until, newest_));
    if (present_.head != kNone &&
        now - held(present_.head).last_seeing_ns >= options_.absence_ms * kNsPerMs) {
        return &held(present_.head);
    }
    // The window counts a gap of exactly its length as inside.
    if (glimpsed_.head != kNone &&
        now - held(glimpsed_.head).last_seeing_ns > options_.confirm_window_ms * kNsPerMs) {
        return &held(glimpsed_.head);
    }
    if (left_.head != kNone &&
        now - held(left_.head).last_seeing_ns > options_.memory_ms * kNsPerMs) {
        return &held(left_.head);
    }
    return nullptr;
}

PresenceTable::List& PresenceTable::list_of(const Held& tag) noexcept {
    return tag.has_left ? left_ : tag.is_present ? present_ : glimpsed_;
}

void PresenceTable::dismiss(Held& tag) noexcept {
    const bool was_glimpsed = !tag.is_present && !tag.has_left;
    glimpse_count_ += was_glimpsed ? 1 : 0;
    if (tag.is_present || (was_glimpsed && tag.track.was_here_before())) {
        remember(tag);
    } else {
        forget(tag);
    }
}

void PresenceTable::remember(Held& tag) noexcept {
    const Id id = slots_[slot_of(tag)];
    unlink(list_of(tag), id);
    tag.is_present = 0;
    tag.has_left = 1;
    append(left_, id);
    if (left_.size > kRememberedMax) {
        forget(held(left_.head));
    }
}

void PresenceTable::come_back(Id id) noexcept {
    Held& tag = held(id);
    unlink(left_, id);
    tag.has_left = 0;
    tag.n = tag.look_n = 0;
    tag.first = newest_;
    tag.track.restart(newest_, tag.track.known_side());
    append(glimpsed_, id);
}

void PresenceTable::forget(const Held& tag) noexcept {
    std::size_t hole = slot_of(tag);
    const Id id = slots_[hole];
    unlink(list_of(tag), id);
    // Knuth 6.4, algorithm R: move later members of the probe chain back into the hole.
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t next = (hole + 1) & mask; slots_[next] != kNone; next = (next + 1) & mask) {
        const std::size_t home = link(slots_[next]).hash & mask;
        if (((next - home) & mask) >= ((next - hole) & mask)) {
            slots_[hole] = slots_[next];
            hole = next;
        }
    }
    slots_[hole] = kNone;
    link(id) = {kNone, free_, 0};
    free_ = id;
    --held_count_;
}

PresenceTable::Id PresenceTable::hold(const Epc& epc, std::size_t slot, std::uint32_t hash) {
    if ((held_count_ + 1) * 4 > slots_.size() * 3) {
        grow_index();
        slot = slot_of(epc, hash);
    }
    Id id = free_;
    if (id != kNone) {
        free_ = link(id).next;
    } else {
        id = used_ids_++;
        if (id % kPageSize == 0) {
            pages_.push_back(std::make_unique<Page>());
        }
    }
    slots_[slot] = id;
    ++held_count_;
    Held& tag = held(id);
    tag = Held{};
    tag.epc = KeptEpc(epc);
    tag.first = newest_;
    tag.track = TagTrack(newest_);
    link(id).hash = hash;
    append(glimpsed_, id);
    return id;
}

void PresenceTable::grow_index() {
    std::vector<Id> slots(slots_.size() * 2, kNone);
    const std::size_t mask = slots.size() - 1;
    for (const Id id : slots_) {
        if (id != kNone) {
            std::size_t slot = link(id).hash & mask;
            while (slots[slot] != kNone) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = id;
        }
    }
    slots_ = std::move(slots);
}

void PresenceTable::append(List& list, Id id) noexcept {
    Link& own = link(id);
    own.prev = list.tail;
    own.next = kNone;
    (list.tail == kNone ? list.head : link(list.tail).next) = id;
    list.tail = id;
    ++list.size;
}

void PresenceTable::unlink(List& list, Id id) noexcept {
    const Link& own = link(id);
    (own.prev == kNone ? list.head : link(own.prev).next) = own.next;
    (own.next == kNone ? list.tail : link(own.next).prev) = own.prev;
    --list.size;
}

void PresenceTable::blind_began(MonoTime since) {
    if (!is_blind_) {
        blind_since_ = std::max(since, newest_);
        is_blind_ = true;
    }
}

void PresenceTable::blind_ended(MonoTime at) {
    if (is_blind_) {
        newest_ = std::max({at, newest_, blind_since_});
        blind_total_ns_ += newest_.ns - blind_since_.ns;
        is_blind_ = false;
    }
}

std::size_t PresenceTable::memory_bytes() const noexcept {
    return sizeof *this + pages_.size() * (sizeof(Page) + sizeof(pages_[0])) +
           slots_.size() * sizeof(Id);
}

}  // namespace tally

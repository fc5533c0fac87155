#include "firmware/services/goods/counting.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "firmware/domain/place.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/csv.hpp"

namespace tally {

namespace {

constexpr std::array<std::string_view, 8> kReasons = {
    "cycle",   "zero_check",      "damage",        "theft",
    "mislaid", "receiving_error", "picking_error", "unknown"};

std::int64_t size_of(std::int64_t milli) {
    return milli < 0 ? -milli : milli;
}

/// Within tolerance, rounded down: a slot of a few pieces has none.
bool is_tolerable(std::int64_t difference, std::int64_t book, const ItemRecord* sku) {
    return size_of(difference) * 1'000 <= size_of(book) * tolerance_permille(sku);
}

}  // namespace

std::string count_key(const std::string& place, const std::string& sku) {
    return "count:" + place + " " + sku;
}

std::int64_t tolerance_permille(const ItemRecord* sku) {
    const std::string abc = sku == nullptr ? std::string() : sku->abc;
    return abc == "A" ? 10 : abc == "B" ? 30 : 50;
}

bool is_count_reason(std::string_view reason) {
    return std::find(kReasons.begin(), kReasons.end(), reason) != kReasons.end();
}

std::string_view to_string(CountOutcome::Verdict verdict) noexcept {
    switch (verdict) {
        case CountOutcome::Verdict::agrees:
            return "agrees";
        case CountOutcome::Verdict::booked:
            return "booked";
        case CountOutcome::Verdict::recount:
            return "recount";
        case CountOutcome::Verdict::to_approve:
            return "to_approve";
    }
    return "agrees";
}

Result<std::size_t> Counting::start(const PlaceId& place, const std::string& sku,
                                    const Actor& actor) {
    if (inventory_.site().owner_of(place) != ledger_.edge()) {
        return fail(ErrorKind::refused, "place '" + place.str() + "' is not one of edge " +
                                            ledger_.edge().str() +
                                            "; count it at the edge that owns it");
    }
    std::set<std::string> skus;
    for (const PositionView& position : ledger_.book().positions()) {
        if (position.place == place.str()) {
            skus.insert(std::string(position.sku));
        }
    }
    for (const auto& [key, line] : ledger_.registers().master().plan()) {
        if (line.place == place.str()) {
            skus.insert(line.sku);
        }
    }
    if (!sku.empty()) {
        if (ledger_.registers().sku(sku) == nullptr) {
            return fail(ErrorKind::conflict,
                        "SKU " + sku + " is not known; import its item record first");
        }
        skus = {sku};
    }
    std::size_t opened = 0;
    for (const std::string& one : skus) {
        Task task;
        task.kind = TaskKind::count;
        task.key = count_key(place.str(), one);
        task.sku = one;
        task.to = place.str();
        task.round = 1;
        task.text = "count SKU " + one + " at " + place.str();
        if (ledger_.registers().work().task_of_key(task.key) == nullptr) {
            TALLY_TRY(tasks_.open(task, actor));
            ++opened;
        }
    }
    if (opened == 0) {
        return fail(ErrorKind::conflict, "nothing is to be counted at " + place.str() +
                                             " that is not being counted already; name a SKU, or "
                                             "go on: tally count next");
    }
    return opened;
}

Result<Task> Counting::next(const std::string& place, const Actor& actor) {
    const Task* open = nullptr;
    for (const auto& [id, task] : ledger_.registers().work().tasks()) {
        const bool fits = task.kind == TaskKind::count && task.round < kApprovalRound &&
                          !task.finished() && (place.empty() || task.to == place);
        if (fits && task.state == TaskState::taken && task.who == actor.by) {
            return task;
        }
        const bool earlier =
            open == nullptr || std::tie(task.t_ms, task.id) < std::tie(open->t_ms, open->id);
        if (fits && task.state == TaskState::open && earlier) {
            open = &task;
        }
    }
    if (open == nullptr) {
        return Task{};
    }
    const std::string id = open->id;
    TALLY_TRY(tasks_.step({id, TaskAct::take, 0, {}}, actor));
    return *tasks_.find(id);
}

std::vector<std::string> Counting::missing_items(const Task& task, const CountPost& post) const {
    std::vector<std::string> missing;
    for (const ItemView& item : ledger_.book().items_in(task.to)) {
        const bool named =
            std::find(post.items.begin(), post.items.end(), item.item) != post.items.end();
        // What came after the count began was not there to be counted.
        if (item.sku == task.sku && !named && item.seq.value() <= task.base_seq) {
            missing.emplace_back(item.item);
        }
    }
    return missing;
}

Result<CountOutcome> Counting::post(CountPost post, const Actor& actor) {
    const Task* found = tasks_.find(post.task);
    if (found == nullptr || found->kind != TaskKind::count || found->finished() ||
        found->round >= kApprovalRound) {
        return fail(ErrorKind::conflict, "there is no count " + post.task +
                                             " to be posted; `tally count next` gives one");
    }
    if (found->state != TaskState::taken || found->who != actor.by) {
        return fail(ErrorKind::refused,
                    "count " + post.task + " is not in your hands; `tally count next` gives one");
    }
    if (post.counted_milli < 0) {
        return fail(ErrorKind::malformed,
                    format_units(post.counted_milli) +
                        " cannot lie there; say how many do, 0 if the place is empty");
    }
    if (!is_count_reason(post.reason)) {
        return fail(ErrorKind::malformed,
                    "reason '" + post.reason + "' is not one of " + std::string(kCountReasons));
    }
    const Task task = *found;
    const ItemRecord* sku = ledger_.registers().sku(task.sku);
    const bool by_item = sku != nullptr && sku->tracking == Tracking::by_item;
    if (by_item && post.counted_milli != static_cast<std::int64_t>(post.items.size()) * 1'000) {
        return fail(ErrorKind::malformed, "SKU " + task.sku +
                                              " is tracked by item; give the EPC of every unit "
                                              "that is there, as many as you counted");
    }
    if (!by_item && !post.items.empty()) {
        return fail(ErrorKind::malformed,
                    "SKU " + task.sku + " is tracked by count; say how many, not which");
    }
    std::set<std::string> once;
    for (std::string& item : post.items) {  // In hand here: evidence of where they are.
        TALLY_TRY_ASSIGN(const Scanned scanned, read_scan(item, inventory_, ledger_));
        if (scanned.sku != task.sku || !once.insert(scanned.id).second) {
            return fail(ErrorKind::malformed,
                        "'" + item + "' is no unit of SKU " + task.sku +
                            " or was scanned before; give each unit of it once");
        }
        item = scanned.id;
    }
    for (const std::string& item : post.items) {
        Carry here;
        here.code = item;
        here.to = PlaceId(task.to);
        here.cause = task.id;
        TALLY_TRY(carry(inventory_, ledger_, here, actor));
    }
    return decide(task, post, actor);
}

Result<CountOutcome> Counting::decide(const Task& task, const CountPost& post, const Actor& actor) {
    const ItemRecord* sku = ledger_.registers().sku(task.sku);
    const bool by_item = sku != nullptr && sku->tracking == Tracking::by_item;
    CountOutcome outcome;
    outcome.book_milli = task.qty_milli;
    // Units that were found are booked already; what is left to decide is what is missing.
    outcome.difference_milli =
        by_item ? -static_cast<std::int64_t>(missing_items(task, post).size()) * 1'000
                : post.counted_milli - task.qty_milli;
    TALLY_TRY_ASSIGN(outcome.seq, post_event(task, post, outcome.difference_milli, actor));
    TALLY_TRY(tasks_.step({task.id, TaskAct::finish, post.counted_milli, {}}, actor));
    using Verdict = CountOutcome::Verdict;
    if (outcome.difference_milli == 0) {
        return outcome;
    }
    if (!by_item && is_tolerable(outcome.difference_milli, outcome.book_milli, sku)) {
        outcome.verdict = Verdict::booked;
        TALLY_TRY_ASSIGN(outcome.seq, book(task, outcome.difference_milli,
                                           {"count: " + post.reason, {}}, actor));
        return outcome;
    }
    const std::uint64_t round = task.round + 1;
    outcome.verdict = round == kRecountRound ? Verdict::recount : Verdict::to_approve;
    TALLY_TRY_ASSIGN(outcome.next_task,
                     open_round(task, round, outcome.difference_milli, post, actor));
    return outcome;
}

/// A difference that stood in two counts waits for a second person, and is an anomaly until then.
Result<std::string> Counting::wait_for_second(const Task& task, const Actor& actor) {
    if (const Task* waiting = ledger_.registers().work().task_of_key(task.key)) {
        return waiting->id;
    }
    TALLY_TRY_ASSIGN(const std::string id, open_task(task, actor));
    AnomalyData about;
    about.place = task.to;
    about.text = task.item.empty() ? "SKU " + task.sku + " at " + task.to + ": counted twice, " +
                                         format_units(task.qty_milli) + " against the book"
                                   : "missing at " + task.to + " in two counts";
    about.next = "A second person looks and agrees: tally count approve " + id;
    inventory_.raise(AnomalyKind::count_differs, task.item, about, id);
    return id;
}

Result<std::string> Counting::open_task(const Task& task, const Actor& actor) {
    TALLY_TRY_ASSIGN(const Seq seq, tasks_.open(task, actor));
    return event_ref(ledger_.edge(), ledger_.line().epoch(), seq);
}

Result<Seq> Counting::post_event(const Task& task, const CountPost& post, std::int64_t difference,
                                 const Actor& actor) {
    Event event;
    event.type = EventType::counted;
    event.by = actor.by;
    event.cause = task.id;
    event.data = encode(CountData{task.base_seq, task.qty_milli, post.counted_milli, difference,
                                  task.to, post.reason, task.round, task.sku});
    return inventory_.write(std::move(event));
}

/// A recount, or (round 3) the wait for a second person: then `document` names the first.
Result<std::string> Counting::open_round(const Task& task, std::uint64_t round,
                                         std::int64_t difference, const CountPost& post,
                                         const Actor& actor) {
    Task next;
    next.kind = TaskKind::count;
    next.sku = task.sku;
    next.to = task.to;
    next.round = round;
    if (round == kRecountRound) {
        next.key = count_key(task.to, task.sku);
        next.text = "count SKU " + task.sku + " at " + task.to + " again, the first count differs";
        return open_task(next, actor);
    }
    next.document = actor.by;
    next.done_milli = 0;
    next.qty_milli = difference;
    next.base_seq = task.base_seq;
    next.text = post.reason;
    const std::vector<std::string> missing = missing_items(task, post);
    if (missing.empty()) {
        next.key = write_off_key(task.to + " " + task.sku);
        return wait_for_second(next, actor);
    }
    std::string newest;
    for (const std::string& item : missing) {
        next.item = item;
        next.qty_milli = -1'000;
        next.key = write_off_key(item);
        TALLY_TRY_ASSIGN(newest, wait_for_second(next, actor));
    }
    return newest;
}

Result<Seq> Counting::propose(const WriteOff& what, const Actor& actor) {
    if (inventory_.site().owner_of(what.place) != ledger_.edge()) {
        return fail(ErrorKind::refused,
                    "place '" + what.place.str() + "' is not one of edge " + ledger_.edge().str());
    }
    if (what.difference_milli == 0 || !is_count_reason(what.reason)) {
        return fail(ErrorKind::malformed, what.difference_milli == 0
                                              ? "a write-off of nothing is none"
                                              : "reason '" + what.reason + "' is not one of " +
                                                    std::string(kCountReasons));
    }
    Task task;
    task.kind = TaskKind::count;
    task.to = what.place.str();
    task.sku = what.sku;
    task.item = what.item;
    if (!what.item.empty()) {
        const auto held = ledger_.book().item(what.item);
        if (!held || held->place != task.to || what.difference_milli != -1'000) {
            return fail(ErrorKind::conflict, "unit " + what.item + " is not at " + task.to +
                                                 " in the book; `tally item trace` shows where");
        }
        task.sku = std::string(held->sku);
    }
    const ItemRecord* sku = ledger_.registers().sku(task.sku);
    if (sku == nullptr) {
        return fail(ErrorKind::conflict, "SKU " + task.sku + " is not known");
    }
    if (sku->tracking == Tracking::by_item && what.item.empty()) {
        return fail(ErrorKind::malformed,
                    "SKU " + task.sku + " is tracked by item; name the unit that is gone");
    }
    task.round = kApprovalRound;
    task.document = actor.by;
    task.qty_milli = what.difference_milli;
    task.base_seq = ledger_.line().seq().value();
    task.text = what.reason;
    task.key = write_off_key(what.item.empty() ? task.to + " " + task.sku : what.item);
    return tasks_.open(task, actor);
}

Result<Seq> Counting::approve(const std::string& id, const Actor& actor) {
    const Task* found = tasks_.find(id);
    if (found == nullptr || found->kind != TaskKind::count || found->round != kApprovalRound ||
        found->finished()) {
        return fail(ErrorKind::conflict, "there is no write-off " + id +
                                             " to agree to; `tally task ls --kind count` lists "
                                             "them");
    }
    const Task task = *found;
    if (task.document == actor.by) {
        return fail(ErrorKind::refused, "a write-off needs two people, and " + actor.by +
                                            " proposed this one; ask another manager");
    }
    if (task.state == TaskState::taken && task.who != actor.by) {
        return fail(ErrorKind::refused, "write-off " + id + " is in the hands of " + task.who +
                                            "; ask them to put it back");
    }
    if (!task.item.empty()) {
        TALLY_TRY(still_missing(task));
    }
    const CorrectionData why{task.text, task.document};
    if (task.state == TaskState::open) {
        TALLY_TRY(tasks_.step({task.id, TaskAct::take, 0, {}}, actor));
    }
    TALLY_TRY_ASSIGN(const Seq seq, task.item.empty() ? book(task, task.qty_milli, why, actor)
                                                      : book_items(task, why, actor));
    TALLY_TRY(tasks_.step({task.id, TaskAct::finish, 0, {}}, actor));
    std::vector<std::string> settled;
    for (const auto& [anomaly, open] : ledger_.registers().anomalies()) {
        if (open.what.next.ends_with(" " + id)) {
            settled.push_back(anomaly);
        }
    }
    for (const std::string& anomaly : settled) {
        inventory_.resolve(anomaly, "written off by " + task.document + " and " + actor.by,
                           actor.by);
    }
    return seq;
}

/// Less: out of the lots that are there, into LOST. More: out of FOUND into the default lot or the
/// one that is there.
Result<Seq> Counting::book(const Task& task, std::int64_t difference, const CorrectionData& why,
                           const Actor& actor) {
    std::vector<LotStock> lots = lots_at(ledger_, PlaceId(task.to), task.sku);
    const bool more = difference > 0;
    if (more) {
        lots.resize(
            1, {std::string(kDefaultLot), std::string(kFreeCustody), std::string(kGoodQuality), 0});
        lots.front().milli = difference;
    }
    std::int64_t left = size_of(difference);
    Seq seq = ledger_.line().seq();
    for (const LotStock& lot : lots) {
        const std::int64_t part = std::min(left, lot.milli);
        if (part == 0) {
            break;
        }
        Event event;
        event.type = EventType::corrected;
        event.by = actor.by;
        event.cause = task.id;
        event.sku = SkuId(task.sku);
        event.lot = LotId(lot.lot);
        event.custody = lot.custody;
        event.quality = lot.quality;
        event.qty = Quantity{part};
        event.from = more ? PlaceId(std::string(kFound)) : PlaceId(task.to);
        event.to = more ? PlaceId(task.to) : PlaceId(std::string(kLost));
        event.data = encode(why);
        TALLY_TRY_ASSIGN(seq, inventory_.write(std::move(event)));
        left -= part;
    }
    if (left > 0) {  // It moved on since; the book must not go below nothing for it.
        AnomalyData about;
        about.place = task.to;
        about.text = "SKU " + task.sku + " at " + task.to + ": " + format_units(left) +
                     " were missing at the count and have left in the book since";
        inventory_.raise(AnomalyKind::count_differs, {}, about, task.id);
    }
    return seq;
}

Result<void> Counting::still_missing(const Task& task) const {
    const auto held = ledger_.book().item(task.item);
    const bool moved = !held || held->place != task.to || held->seq.value() > task.base_seq;
    if (!moved && task.seen_seq == 0) {
        return {};
    }
    const std::uint64_t seen = task.seen_seq > 0 ? task.seen_seq : held ? held->seq.value() : 0;
    return fail(ErrorKind::conflict, "unit " + task.item + " was seen after it was missed (event " +
                                         std::to_string(seen) +
                                         "), so it is not written off; `tally item trace " +
                                         task.item + "` shows where it is");
}

Result<Seq> Counting::book_items(const Task& task, const CorrectionData& why, const Actor& actor) {
    TALLY_TRY(still_missing(task));
    const auto held = ledger_.book().item(task.item);
    Event event;
    event.type = EventType::corrected;
    event.item = ItemId(task.item);
    event.by = actor.by;
    event.cause = task.id;
    event.parent = std::string(held->parent);
    event.sku = SkuId(held->sku);
    event.lot = LotId(held->lot);
    event.custody = std::string(held->custody);
    event.quality = std::string(held->quality);
    event.qty = Quantity::of_units(1);
    event.from = PlaceId(task.to);
    event.to = PlaceId(std::string(kLost));
    event.data = encode(why);
    return inventory_.write(std::move(event));
}

std::string count_data(const CountOutcome& outcome) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object();
    if (outcome.verdict != CountOutcome::Verdict::recount) {  // Who counts again is not to know.
        w.key("book_milli").integer(outcome.book_milli);
        w.key("difference_milli").integer(outcome.difference_milli);
    }
    w.key("next_task").text(outcome.next_task).key("seq").number(outcome.seq.value());
    w.key("verdict").text(to_string(outcome.verdict)).end_object();
    return out;
}

}  // namespace tally

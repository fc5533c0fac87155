#include "sim/world/world_verbs.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/devices/verb_args.hpp"

namespace tally::sim {
namespace {

constexpr VerbInfo kVerbs[] = {
    {"unit", "epc place", "a tagged unit stands at a place"},
    {"pallet", "epc place children", "units at a place are packed on a pallet with its own tag"},
    {"unpack", "epc", "a pallet's children are free again"},
    {"walk", "units gate way=in|out course=through|turn_back speed_mm_s=0",
     "units or pallets go through a gate together; 'walk done' follows"},
};

TagCode tag(VerbArgs& args, const std::string& text) {
    const std::optional<TagCode> code = TagCode::parse(text);
    if (!code) {
        args.complain(fmt::format("'{}' is no EPC; give hex, or hex/bits", text));
    }
    return code.value_or(TagCode{});
}

std::vector<TagCode> tags(VerbArgs& args, const std::string& key) {
    std::vector<TagCode> codes;
    for (const std::string& text : args.list(key)) {
        codes.push_back(tag(args, text));
    }
    if (codes.empty()) {
        args.complain(fmt::format("'{}' is empty", key));
    }
    return codes;
}

Result<void> walk(World& world, VerbArgs& args, std::function<void()> on_done) {
    constexpr VerbArgs::Bounds kSpeeds{0, 10'000};
    Walk walk;
    walk.units = tags(args, "units");
    walk.gate = GateId(args.text("gate"));
    const std::string way = args.text("way", "in");
    const std::string course = args.text("course", "through");
    walk.speed_mm_s = static_cast<std::int32_t>(args.number("speed_mm_s", kSpeeds, 0));
    if (way != "in" && way != "out") {
        args.complain("walk: 'way' is in or out");
    }
    if (course != "through" && course != "turn_back") {
        args.complain("walk: 'course' is through or turn_back");
    }
    TALLY_TRY(args.done());
    walk.way = way == "in" ? Way::in : Way::out;
    walk.course = course == "through" ? Walk::Course::through : Walk::Course::turn_back;
    return world.walk(std::move(walk), std::move(on_done));
}

Result<void> apply(World& world, const Verb& verb, VerbArgs& args, std::function<void()> on_done) {
    if (verb.name == "walk") {
        return walk(world, args, std::move(on_done));
    }
    TagCode code = tag(args, args.text("epc"));
    if (verb.name == "unpack") {
        TALLY_TRY(args.done());
        return world.unpack(code);
    }
    PlaceId place(args.text("place"));
    if (verb.name == "unit") {
        TALLY_TRY(args.done());
        return world.add_unit(std::move(code), std::move(place));
    }
    std::vector<TagCode> children = tags(args, "children");
    TALLY_TRY(args.done());
    return world.add_pallet(std::move(code), std::move(place), std::move(children));
}

}  // namespace

std::span<const VerbInfo> world_verbs() {
    return kVerbs;
}

bool is_world_verb(std::string_view name) {
    return std::any_of(std::begin(kVerbs), std::end(kVerbs),
                       [&](const VerbInfo& verb) { return verb.name == name; });
}

Result<std::string> apply_world_verb(World& world, const Verb& verb,
                                     std::function<void()> on_done) {
    if (!is_world_verb(verb.name)) {
        return fail(ErrorKind::malformed, fmt::format("the world has no verb '{}'", verb.name));
    }
    VerbArgs args(verb);
    TALLY_TRY(apply(world, verb, args, std::move(on_done)));
    return std::string("ok");
}

}  // namespace tally::sim

#include "tools/emul/stage.hpp"

#include <nlohmann/json.hpp>

#include "sim/devices/verb_args.hpp"
#include "sim/world/world_verbs.hpp"

namespace tally::emul {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

Stage::Stage(Ports ports, std::uint64_t seed, LineSink events, sim::WorldModel model)
    : ports_(ports), events_(std::move(events)), began_(ports.clock.mono_now()) {
    world_ = std::make_unique<sim::World>(ports_.scheduler, ports_.clock, Prng(seed), model);
}

Stage::~Stage() {
    world_.reset();  // it points at the readers
}

Result<void> Stage::add_reader(const sim::LlrpReaderSetup& setup, const Endpoint& at) {
    auto made = std::make_unique<sim::LlrpReader>(
        sim::ReaderPorts{ports_.scheduler, ports_.clock, ports_.acceptor, *this}, setup);
    TALLY_TRY(made->listen(at));
    if (!readers_.emplace(setup.name, std::move(made)).second) {
        return fail(ErrorKind::conflict, "two readers are called '" + setup.name + "'");
    }
    return {};
}

sim::LlrpReader* Stage::reader(const std::string& name) {
    const auto found = readers_.find(name);
    return found == readers_.end() ? nullptr : found->second.get();
}

Result<std::string> Stage::add_gate(const Command& command) {
    sim::VerbArgs args(command.verb);
    sim::GateSetup setup{GateId(args.text("gate")), PlaceId(args.text("outside")),
                         PlaceId(args.text("inside"))};
    TALLY_TRY(args.done());
    const std::string name = command.reader.empty() ? setup.id.str() : command.reader;
    sim::LlrpReader* const at = reader(name);
    if (at == nullptr) {
        return fail(ErrorKind::malformed, "there is no reader '" + name + "'");
    }
    TALLY_TRY(world_->add_gate(std::move(setup), *at));
    return std::string("ok");
}

Result<sim::ShelfRack*> Stage::add_rack(const std::string& name, const Endpoint& at) {
    TALLY_TRY_ASSIGN(sim::ShelfRack* const rack, add_serial_rack(name));
    TALLY_TRY(rack->listen(at));
    return rack;
}

Result<sim::ShelfRack*> Stage::add_serial_rack(const std::string& name) {
    const auto [rack, is_new] =
        racks_.emplace(name, std::make_unique<sim::ShelfRack>(sim::ShelfRack::Ports{
                                 ports_.scheduler, ports_.clock, ports_.acceptor}));
    if (!is_new) {
        return fail(ErrorKind::conflict, "two racks are called '" + name + "'");
    }
    return rack->second.get();
}

Result<std::string> Stage::apply_to_rack(const sim::Verb& verb) {
    const auto wanted = verb.args.find("shelf");
    const auto found = wanted == verb.args.end() ? racks_.end() : racks_.find(wanted->second);
    if (found == racks_.end()) {
        return fail(ErrorKind::malformed,
                    "the verb '" + verb.name + "' needs 'shelf', the name of a rack");
    }
    return sim::apply_shelf_verb(*found->second, verb);
}

Result<void> Stage::add_printer(const std::string& name, const Endpoint& at) {
    auto made = std::make_unique<sim::zpl::Printer>(
        sim::zpl::Printer::Ports{ports_.scheduler, ports_.acceptor});
    TALLY_TRY(made->listen(at));
    if (!printers_.emplace(name, std::move(made)).second) {
        return fail(ErrorKind::conflict, "two printers are called '" + name + "'");
    }
    return {};
}

Result<std::string> Stage::apply_to_printer(const sim::Verb& verb) {
    const auto wanted = verb.args.find("printer");
    const auto found = wanted == verb.args.end() ? printers_.end() : printers_.find(wanted->second);
    if (found == printers_.end()) {
        return fail(ErrorKind::malformed,
                    "the verb '" + verb.name + "' needs 'printer', the name of a printer");
    }
    return sim::zpl::apply_printer_verb(*found->second, verb);
}

Result<void> Stage::add_agv(const sim::agv::Setup& setup, MessageBus& bus) {
    const auto [agv, is_new] = agvs_.emplace(
        setup.serial, std::make_unique<sim::agv::Agv>(
                          sim::agv::Agv::Ports{bus, ports_.scheduler, ports_.clock}, setup));
    if (!is_new) {
        return fail(ErrorKind::conflict, "two vehicles are called '" + setup.serial + "'");
    }
    agv->second->power_on();
    return {};
}

Result<std::string> Stage::apply_to_agv(const sim::Verb& verb) {
    const auto wanted = verb.args.find("agv");
    const auto found = wanted == verb.args.end() ? agvs_.end() : agvs_.find(wanted->second);
    if (found == agvs_.end()) {
        return fail(ErrorKind::malformed,
                    "the verb '" + verb.name + "' needs 'agv', the name of a vehicle");
    }
    return sim::agv::apply_agv_verb(*found->second, verb);
}

Result<std::string> Stage::apply(const Command& command) {
    const sim::Verb& verb = command.verb;
    if (verb.name == "quit") {
        if (on_quit) {
            on_quit();
        }
        return std::string("ok");
    }
    if (verb.name == "gate") {
        return add_gate(command);
    }
    if (sim::is_world_verb(verb.name)) {
        return sim::apply_world_verb(*world_, verb, [this, id = command.id, args = verb.args] {
            Json line{{"at_ms", now_ms()}, {"event", "walk done"}, {"id", id}};
            line["gate"] = args.at("gate");
            line["units"] = args.at("units");
            events_(line.dump());
        });
    }
    if (verb.name.starts_with("shelf_")) {
        return apply_to_rack(verb);
    }
    if (verb.name.starts_with("printer_")) {
        return apply_to_printer(verb);
    }
    if (verb.name.starts_with("agv_")) {
        return apply_to_agv(verb);
    }
    sim::LlrpReader* const at = reader(command.reader);
    if (at == nullptr) {
        return fail(ErrorKind::malformed, "there is no reader '" + command.reader +
                                              "' for the verb '" + verb.name +
                                              "'; see tally-emul --verbs");
    }
    return sim::apply_verb(*at, verb);
}

std::string Stage::carry_out(const Command& command) {
    Json answer{{"at_ms", now_ms()}, {"verb", command.verb.name}};
    if (!command.id.empty()) {
        answer["id"] = command.id;
    }
    if (!command.reader.empty()) {
        answer["reader"] = command.reader;
    }
    if (command.verb.name == "truth") {
        answer["truth"] = Json::parse(truth());
        return answer.dump();
    }
    if (command.verb.name == "status") {
        answer["readers"] = Json::parse(status());
        return answer.dump();
    }
    const Result<std::string> outcome = apply(command);
    answer["ok"] = outcome.has_value();
    if (outcome) {
        answer["answer"] = *outcome;
    } else {
        ++refused_;
        answer["error"] = outcome.error().text;
    }
    return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string Stage::truth() const {
    Json all = Json::array();
    for (const sim::Truth& truth : world_->truth()) {
        Json row{{"epc", truth.code.str()}, {"place", truth.place.str()}};
        if (truth.pallet) {
            row["pallet"] = truth.pallet->str();
        }
        if (truth.walking) {
            row["walking"] = true;
        }
        all.push_back(std::move(row));
    }
    return all.dump();
}

std::string Stage::status() const {
    Json all = Json::array();
    for (const auto& [name, reader] : readers_) {
        all.push_back({{"reader", name},
                       {"port", reader->bound().port},
                       {"up", reader->up()},
                       {"connected", reader->connected()},
                       {"reading", reader->reading()}});
    }
    return all.dump();
}

std::int64_t Stage::now_ms() const {
    return (ports_.clock.mono_now() - began_).count() / 1'000'000;
}

void Stage::report(Severity severity, std::string_view source, std::string_view text) {
    const Json line{{"at_ms", now_ms()},
                    {"event", std::string(text)},
                    {"reader", std::string(source)},
                    {"severity", std::string(to_string(severity))}};
    events_(line.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace tally::emul

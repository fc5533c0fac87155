#include "drivers/vda5050/vehicle_line.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace tally::vda5050 {

namespace {

constexpr Duration kTick = std::chrono::milliseconds(500);
constexpr Duration kReconnectFirst = std::chrono::milliseconds(500);
constexpr int kDoublingsMax = 5;

}  // namespace

VehicleLine::VehicleLine(std::string client_id, const LinePorts& ports, VehicleFeed& feed)
    : client_id_(std::move(client_id)),
      ports_(ports),
      feed_(feed),
      run_(fmt::format("{:016x}", ports.entropy.next_u64())),
      connect_timer_(ports.scheduler),
      tick_timer_(ports.scheduler) {}

VehicleLine::~VehicleLine() = default;

Result<void> VehicleLine::add(const LineVehicle& vehicle) {
    TALLY_TRY(check_address(vehicle.address));
    if (masters_.contains(vehicle.id) || by_address_.contains(vehicle.address)) {
        return fail(ErrorKind::conflict, "vehicle " + vehicle.id.str() +
                                             " or its address stands here twice; give each vehicle "
                                             "its own name and serial number");
    }
    MasterOptions options;
    options.vehicle = vehicle.id;
    options.address = vehicle.address;
    options.version = vehicle.version;
    options.needs = vehicle.needs;
    options.run = run_;
    MasterOutlet& outlet = *this;
    auto made = std::make_unique<Master>(std::move(options), outlet, feed_);
    by_address_[vehicle.address] = made.get();
    masters_[vehicle.id] = std::move(made);
    return {};
}

void VehicleLine::start() {
    connect_timer_.arm(Duration(0), [this] { connect(); });
    tick_timer_.arm(kTick, [this] { tick(); });
}

void VehicleLine::stop() {
    connect_timer_.cancel();
    tick_timer_.cancel();
    connected_ = false;
    ports_.bus.disconnect();
}

void VehicleLine::connect() {
    BusSession session;
    session.client_id = client_id_;
    for (const auto& [address, master] : by_address_) {
        for (const Topic topic : kHeardTopics) {
            session.subscriptions.push_back(topic_of(address, topic));
        }
    }
    ports_.bus.connect(session, *this);
}

void VehicleLine::on_connected() {
    connected_ = true;
    failures_ = 0;
    ports_.events.report(Severity::info, "vehicles", "connected to the broker");
    for (const auto& [id, master] : masters_) {
        master->on_line(now());
    }
}

void VehicleLine::on_lost(const Error& why) {
    if (connected_ || failures_ == 0) {
        ports_.events.report(Severity::warning, "vehicles",
                             "no connection to the broker: " + why.text +
                                 "; vehicles end what is released to them and wait");
    }
    const bool was = std::exchange(connected_, false);
    // Half to one and a half of it, so that many boxes do not come at once.
    const Duration wait = kReconnectFirst * (1 << std::min(failures_++, kDoublingsMax));
    const auto spread = static_cast<std::int64_t>(ports_.entropy.next_u64() %
                                                  static_cast<std::uint64_t>(wait.count()));
    connect_timer_.arm(wait / 2 + Duration(spread), [this] { connect(); });
    if (was) {
        for (const auto& [id, master] : masters_) {
            master->on_line_lost(now());
        }
    }
}

void VehicleLine::on_message(const BusMessage& message) {
    const auto parts = split_topic(message.topic);
    const auto found = parts ? by_address_.find(parts->address) : by_address_.end();
    if (found != by_address_.end()) {
        found->second->on_message(
            now(), parts->topic, message.payload,
            message.retain == Retain::yes ? Master::Kept::by_broker : Master::Kept::no);
    }
}

void VehicleLine::on_published(std::uint64_t /*token*/, const Result<void>& outcome) {
    // Whether a vehicle has heard it, only its state tells; a right that is missing, a person must
    // give.
    if (!outcome && outcome.error().kind == ErrorKind::refused) {
        ports_.events.report(Severity::error, "vehicles", outcome.error().text);
    }
}

void VehicleLine::publish(std::string topic, std::string payload) {
    // What is not taken is repeated by the master until the vehicle has acknowledged it.
    static_cast<void>(
        ports_.bus.publish({std::move(topic), std::move(payload), Retain::no, Qos::at_most_once}));
}

void VehicleLine::tick() {
    tick_timer_.arm(kTick, [this] { tick(); });
    for (const auto& [id, master] : masters_) {
        master->on_tick(now());
        say_sheet_advice(*master);
    }
}

/// Once, and again when it changes.
void VehicleLine::say_sheet_advice(const Master& master) {
    const DeviceId& id = master.options().vehicle;
    std::vector<std::string>& said = advice_said_[id];
    if (said == master.sheet_advice()) {
        return;
    }
    said = master.sheet_advice();
    if (said.empty()) {
        ports_.events.report(Severity::info, "vehicles",
                             "the factsheet of vehicle " + id.str() + " agrees with the config");
    } else {
        ports_.events.report(Severity::warning, "vehicles",
                             fmt::format("vehicle {}: {}", id.str(), fmt::join(said, "; ")));
    }
}

Moment VehicleLine::now() const {
    return {ports_.clock.mono_now(), ports_.clock.wall_now()};
}

const Master* VehicleLine::find(const DeviceId& vehicle) const {
    const auto found = masters_.find(vehicle);
    return found == masters_.end() ? nullptr : found->second.get();
}

Result<Master*> VehicleLine::need(const DeviceId& vehicle) {
    const auto found = masters_.find(vehicle);
    if (found == masters_.end()) {
        return fail(ErrorKind::conflict, "there is no vehicle '" + vehicle.str() + "'");
    }
    return found->second.get();
}

Result<void> VehicleLine::order(const DeviceId& vehicle, DriveOrder order) {
    TALLY_TRY_ASSIGN(Master* const master, need(vehicle));
    return master->order(now(), std::move(order));
}

Result<void> VehicleLine::update(const DeviceId& vehicle, std::vector<WayLeg> onward,
                                 std::size_t released) {
    TALLY_TRY_ASSIGN(Master* const master, need(vehicle));
    return master->update(now(), std::move(onward), released);
}

Result<void> VehicleLine::cancel(const DeviceId& vehicle) {
    TALLY_TRY_ASSIGN(Master* const master, need(vehicle));
    return master->cancel(now());
}

Result<std::string> VehicleLine::act(const DeviceId& vehicle, std::string type,
                                     std::vector<ActionParameter> parameters) {
    TALLY_TRY_ASSIGN(Master* const master, need(vehicle));
    return master->act(now(), std::move(type), std::move(parameters));
}

}  // namespace tally::vda5050

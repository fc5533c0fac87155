#include "tools/bench/shelf_box.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>

#include "firmware/messages/config/register_map_file.hpp"
#include "tools/bench/meter.hpp"

namespace tally::bench {

namespace {

constexpr const char* kMap = "deploy/registers/laumas.toml";
constexpr std::int64_t kBoltMg = 100'000;

std::string place_of(int rack, int unit) {
    return "r" + std::to_string(rack) + "s" + std::to_string(unit);
}

/// One unit a second gets a bolt or loses it.
std::string scene(const std::string& folder, int racks) {
    constexpr int kSeconds = 600;
    const std::string path = folder + "/shelves-scene.jsonl";
    std::ofstream file(path);
    for (int i = 0; i < kSeconds; ++i) {
        file << R"({"at_ms":)" << i * 1'000 << R"(,"verb":"shelf_load","shelf":"r)" << i % racks
             << R"(","unit":)" << 1 + i / racks % kUnitsOnRack << R"(,"mg":)"
             << (i / racks / kUnitsOnRack % 2 == 0 ? kBoltMg : -kBoltMg) << "}\n";
    }
    return path;
}

SiteLayout shelf_site(int racks) {
    SiteLayout site;
    site.id = SiteId("bench");
    site.edges = {EdgeId("back")};
    site.places.push_back({PlaceId("aisle"), EdgeId("back")});
    for (int rack = 0; rack < racks; ++rack) {
        ShelfLayout shelf;
        shelf.id = "r" + std::to_string(rack);
        shelf.edge = EdgeId("back");
        shelf.around = PlaceId("aisle");
        for (int unit = 1; unit <= kUnitsOnRack; ++unit) {
            const PlaceId place(place_of(rack, unit));
            site.places.push_back({place, EdgeId("back")});
            shelf.slots.push_back(
                {place, {"bolts"}, Weight::of_grams(30'000), Weight::of_grams(1)});
        }
        site.shelves.push_back(std::move(shelf));
    }
    return site;
}

}  // namespace

Result<std::unique_ptr<Racks>> Racks::open(const std::string& folder, int racks) {
    const auto program =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "tally-emul";
    if (!std::filesystem::exists(program)) {
        return fail(ErrorKind::offline,
                    program.string() + " is not there; build the target tally-emul");
    }
    std::string units;
    for (int unit = 1; unit <= kUnitsOnRack; ++unit) {
        units += (unit == 1 ? "" : ",") + std::to_string(unit);
    }
    std::vector<std::string> words{program.string(), "--quiet", "--scene", scene(folder, racks)};
    for (int rack = 0; rack < racks; ++rack) {
        words.insert(words.end(), {"--rack", "r" + std::to_string(rack) + "=0/" + units});
    }
    auto open = std::make_unique<Racks>();
    open->emulator_ = std::make_unique<Child>(words);
    const std::string ready = open->emulator_->read_line();
    for (int rack = 0; rack < racks; ++rack) {
        const std::string name = "\"r" + std::to_string(rack) + "\":";
        const std::size_t at = ready.find(name);
        std::uint16_t port = 0;
        if (at != std::string::npos) {
            std::from_chars(ready.data() + at + name.size(), ready.data() + ready.size(), port);
        }
        if (port == 0) {
            return fail(ErrorKind::offline, "tally-emul did not come up: '" + ready + "'");
        }
        open->ports_.push_back(port);
    }
    return open;
}

Result<ShelfBusSpec> rack_spec(int rack, Duration period) {
    TALLY_TRY_ASSIGN(const RegisterMap map, load_register_map(kMap));
    ShelfBusSpec spec;
    spec.id = "r" + std::to_string(rack);
    spec.period = period;
    spec.timeout = period / 4;
    for (int unit = 1; unit <= kUnitsOnRack; ++unit) {
        ShelfSlotSpec slot;
        slot.place = PlaceId(place_of(rack, unit));
        slot.unit = static_cast<std::uint8_t>(unit);
        slot.map = map;
        slot.capacity = Weight::of_grams(30'000);
        slot.division = Weight::of_grams(1);
        spec.slots.push_back(slot);
    }
    return spec;
}

RackBus open_rack(const ShelfBusSpec& spec, std::uint16_t port, host::Loop& loop,
                  const DriverPorts& ports, ShelfFeed& feed) {
    RackBus rack;
    rack.bus = std::make_unique<modbus::ModbusBus>(
        modbus::ModbusBusOptions{spec.id, modbus::TcpLine{"127.0.0.1", port}},
        [&loop](std::function<void()> task) { loop.post(std::move(task)); });
    rack.driver = make_shelf_driver(spec, *rack.bus, ports, feed);
    return rack;
}

ShelfBox::ShelfBox() : dialer_(std::make_unique<host::TcpDialer>(loop_)) {}

Result<std::unique_ptr<ShelfBox>> ShelfBox::open(const std::string& database, const Racks& racks,
                                                 Duration period) {
    std::unique_ptr<ShelfBox> box(new ShelfBox);
    TALLY_TRY(box->start_ledger(database));
    TALLY_TRY(box->start_shelves(racks, period));
    return box;
}

Result<void> ShelfBox::start_ledger(const std::string& database) {
    TALLY_TRY_ASSIGN(auto store, host::SqliteStore::open({.path = database}));
    store_ = std::make_unique<host::ThreadedJournal>(
        std::move(store), [this](std::function<void()> task) { loop_.post(std::move(task)); });
    LedgerOptions options;
    options.edge = EdgeId("back");
    ledger_ = std::make_unique<Ledger>(options, *store_, loop_, loop_, events_,
                                       [this](const Error& error) {
                                           outcome_ = fail(error);
                                           loop_.stop();
                                       });
    ledger_->start([this](Result<void> started) {
        outcome_ = std::move(started);
        loop_.stop();
    });
    loop_.run();
    return outcome_;
}

Result<void> ShelfBox::start_shelves(const Racks& racks, Duration period) {
    const int count = static_cast<int>(racks.ports().size());
    site_ = shelf_site(count);
    inventory_ = std::make_unique<Inventory>(site_, *ledger_, loop_, events_);
    ItemRecord bolts{"bolts", "", "Bolts", Tracking::by_count, kBoltMg};
    bolts.unit_sigma_mg = 500;
    TALLY_TRY(inventory_->import_master({bolts}, {"user:bench", {}}, {}));
    service_ = std::make_unique<ShelfService>(site_, *inventory_, *ledger_, loop_, loop_);
    service_->start();
    for (int rack = 0; rack < count; ++rack) {
        TALLY_TRY_ASSIGN(const ShelfBusSpec spec, rack_spec(rack, period));
        buses_.push_back(open_rack(spec, racks.ports()[static_cast<std::size_t>(rack)], loop_,
                                   {*dialer_, loop_, loop_, entropy_, events_}, *service_));
        buses_.back().driver->start();
    }
    return {};
}

void ShelfBox::run_for(Duration span) {
    const MonoTime end = loop_.mono_now() + span;
    for (MonoTime now = loop_.mono_now(); now < end; now = loop_.mono_now()) {
        loop_.turn(end - now);
    }
}

ShelfBox::Figures ShelfBox::figures() const {
    Figures figures;
    figures.events = ledger_->line().seq().value();
    for (const PlaceId& slot : service_->slots()) {
        const SlotHealth& health = *service_->health(slot);
        figures.readings += health.readings;
        figures.blind += health.blind ? 1 : 0;
    }
    return figures;
}

}  // namespace tally::bench

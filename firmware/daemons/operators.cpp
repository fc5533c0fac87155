#include "firmware/daemons/operators.hpp"

#include <fstream>
#include <utility>

#include "firmware/host/box/box_facts.hpp"
#include "firmware/host/store/sqlite_store.hpp"

namespace tally {

namespace {

/// Whole or not at all: who waits for the file never reads half a number.
Result<void> write_port(const std::filesystem::path& file, std::uint16_t port) {
    const std::filesystem::path fresh = file.string() + ".new";
    std::ofstream(fresh) << port << '\n';
    std::error_code error;
    std::filesystem::rename(fresh, file, error);
    if (error) {
        return fail(ErrorKind::refused, "cannot write the port file " + file.string() + ": " +
                                            error.message() + "; mend [api] port_file");
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<OperatorDoor>> OperatorDoor::open(host::Loop& loop, const ApiConfig& config,
                                                         const MakeApi& make_api) {
    TALLY_TRY_ASSIGN(std::vector<OperatorToken> users, load_tokens(config.token_file));
    std::unique_ptr<OperatorDoor> door(new OperatorDoor);
    door->config_ = config;
    door->api_ = make_api(std::move(users));
    host::HttpOptions options;
    options.host = config.host;
    options.port = config.port;
    door->server_ = std::make_unique<host::HttpServer>(
        options, [&loop](std::function<void()> task) { loop.post(std::move(task)); },
        [api = door->api_.get()](ApiRequest request, ApiReplyTo reply) {
            api->handle(std::move(request), std::move(reply));
        });
    TALLY_TRY_ASSIGN(door->port_, door->server_->start());
    if (!config.port_file.empty()) {
        TALLY_TRY(write_port(config.port_file, door->port_));
    }
    return door;
}

OperatorDoor::~OperatorDoor() {
    std::error_code ignored;
    if (server_) {
        server_->stop();
        if (!config_.port_file.empty()) {
            std::filesystem::remove(config_.port_file, ignored);
        }
    }
}

std::function<BoxFacts()> box_facts_of(const std::filesystem::path& database,
                                       const BrokerConfig& broker) {
    return [database, address = broker.host + ":" + std::to_string(broker.port)] {
        BoxFacts facts = host::look_at_box(database);
        facts.broker = address;
        facts.sqlite_version = host::SqliteStore::sqlite_version();
        facts.version = TALLY_VERSION;
        return facts;
    };
}

}  // namespace tally

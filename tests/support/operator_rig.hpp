// An edge and a bridge of the example site in one process: real services, real SQLite, real HTTP
// on free ports, the real command line; only the broker is a few lines, and no reader is there.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "firmware/host/entropy/os_entropy.hpp"
#include "firmware/host/http/http_client.hpp"
#include "firmware/host/http/http_server.hpp"
#include "firmware/host/net/tcp.hpp"
#include "firmware/host/plan_pool/threaded_plan_pool.hpp"
#include "firmware/host/store/inline_journal.hpp"
#include "firmware/site/operator_view.hpp"
#include "sim/kernel/topic_filter.hpp"
#include "tests/support/loop_driver.hpp"
#include "tests/support/places.hpp"
#include "tests/support/scratch_dir.hpp"
#include "tools/tally/run.hpp"

namespace tally::test {

/// A broker of one process: delivers in order, in a later turn, keeps retained messages.
class LocalBroker {
 public:
    explicit LocalBroker(Scheduler& scheduler) : scheduler_(scheduler) {}

    class Client final : public MessageBus {
     public:
        explicit Client(LocalBroker& broker) : broker_(broker) {}
        ~Client() override { std::erase(broker_.clients_, this); }
        Client(const Client&) = delete;
        Client& operator=(const Client&) = delete;

        void connect(const BusSession& session, BusHandler& handler) override {
            session_ = session;
            handler_ = &handler;
            broker_.scheduler_.after(Duration(0), [this, alive = std::weak_ptr(alive_)] {
                if (alive.expired() || handler_ == nullptr) {
                    return;
                }
                handler_->on_connected();
                for (const auto& [topic, message] : broker_.retained_) {
                    take(message);
                }
            });
        }
        Result<std::uint64_t> publish(BusMessage message) override {
            const std::uint64_t token = ++tokens_;
            broker_.scheduler_.after(
                Duration(0), [this, alive = std::weak_ptr(alive_), token, &broker = broker_,
                              message = std::move(message)] {
                    if (message.retain == Retain::yes) {
                        broker.retained_[message.topic] = message;
                    }
                    for (Client* client : std::vector<Client*>(broker.clients_)) {
                        client->take(message);
                    }
                    if (!alive.expired() && handler_ != nullptr) {
                        handler_->on_published(token, {});
                    }
                });
            return token;
        }
        void disconnect() override { handler_ = nullptr; }

     private:
        friend class LocalBroker;
        void take(const BusMessage& message) {
            for (const std::string& filter : session_.subscriptions) {
                if (handler_ != nullptr && sim::topic_matches(filter, message.topic)) {
                    handler_->on_message(message);
                    return;
                }
            }
        }
        LocalBroker& broker_;
        BusSession session_;
        BusHandler* handler_ = nullptr;
        std::uint64_t tokens_ = 0;
        std::shared_ptr<int> alive_ = std::make_shared<int>();  ///< what waits in the loop asks it
    };

    std::unique_ptr<Client> client() {
        auto made = std::make_unique<Client>(*this);
        clients_.push_back(made.get());
        return made;
    }

 private:
    Scheduler& scheduler_;
    std::vector<Client*> clients_;
    std::map<std::string, BusMessage> retained_;
};

struct QuietEvents final : Events {
    void report(Severity, std::string_view, std::string_view) override {}
};

inline std::vector<OperatorToken> rig_users() {
    return {{"rui", OperatorRole::receiver, "receiver-token-0123456789"},
            {"mei", OperatorRole::manager, "manager-token-0123456789"},
            {"ian", OperatorRole::integrator, "integrator-token-0123456789"},
            {"ada", OperatorRole::auditor, "auditor-token-0123456789"}};
}

inline std::string token_of(OperatorRole role) {
    return std::string(to_string(role)) + "-token-0123456789";
}

struct Ran {
    int code = -1;
    std::string out, err;
};

class OperatorRig {
 public:
    static constexpr const char* kUnit = "3074257BF7194E4000001A85";  // SGTIN of kMaster's GTIN.
    static constexpr const char* kMaster =
        "sku,gtin,name,tracking,unit_mg\nTEA-500,80614141123458,茶叶 500g,by_item,500000\n";

    std::string typed_in = kMaster;  ///< what the command line reads from its input
    std::function<std::unique_ptr<cli::Screen>()> screen;  ///< what it draws on; empty: nothing

    explicit OperatorRig(host::HttpOptions http = {}) : dialer_(loop), broker_(loop) {
        const std::string example = test::source_dir() + "/deploy/example/";
        auto edge_config = load_edge(example + "back.toml");
        auto bridge_config = load_bridge(example + "bridge.toml");
        REQUIRE(edge_config);
        REQUIRE(bridge_config);
        for (SiteLayout* site : {&edge_config->value.site, &bridge_config->value.site}) {
            site->places.push_back({PlaceId("back.aisle"), EdgeId("back")});  // Behind the hall.
        }
        for (ReaderConfig& reader : edge_config->value.readers) {
            reader.port = 1;  // Nobody listens there: the readers are blind.
        }
        edge_config->value.fleet.lost_after = std::chrono::seconds(8);  // The third is not there.
        edge_bus_ = broker_.client();
        bridge_bus_ = broker_.client();
        vehicle_bus_ = broker_.client();
        open_journals();
        const auto fatal = [](const Error& error) { FAIL(error.text); };
        edge_ports_ = std::make_unique<EdgePorts>(EdgePorts{loop,
                                                            loop,
                                                            entropy_,
                                                            events_,
                                                            *edge_journal_,
                                                            *edge_bus_,
                                                            dialer_,
                                                            {},
                                                            &plan_pool_,
                                                            vehicle_bus_.get()});
        bridge_ports_ = std::make_unique<BridgePorts>(
            BridgePorts{loop, loop, entropy_, events_, *bridge_journal_, *bridge_bus_});
        edge = std::make_unique<EdgeSite>(edge_config->value, *edge_ports_, fatal);
        bridge = std::make_unique<BridgeSite>(bridge_config->value, *bridge_ports_, fatal);
        int started = 0;
        edge->start([&](Result<void> up) { started += up.has_value() ? 1 : 0; });
        bridge->start([&](Result<void> up) { started += up.has_value() ? 1 : 0; });
        REQUIRE(turn_until(
            loop, [&] { return started == 2; }, std::chrono::seconds(20)));
        const auto blind = [&] { return edge->ledger().registers().blind().size() == 2; };
        REQUIRE(turn_until(loop, blind, std::chrono::seconds(20)));
        settle();
        serve(http);
    }

    ~OperatorRig() {
        edge_server->stop();
        bridge_server->stop();
        edge_api.reset();
        bridge_api.reset();
        edge.reset();
        bridge.reset();
    }

    void serve(const host::HttpOptions& http = {}) {
        const auto post = [this](std::function<void()> task) { loop.post(std::move(task)); };
        edge_api =
            std::make_unique<EdgeApi>(operator_view(*edge, *edge_ports_, facts()), rig_users());
        bridge_api = std::make_unique<BridgeApi>(operator_view(*bridge, *bridge_ports_, facts()),
                                                 rig_users());
        edge_server = std::make_unique<host::HttpServer>(
            http, post, [this](ApiRequest request, ApiReplyTo reply) {
                edge_api->handle(std::move(request), std::move(reply));
            });
        bridge_server = std::make_unique<host::HttpServer>(
            http, post, [this](ApiRequest request, ApiReplyTo reply) {
                bridge_api->handle(std::move(request), std::move(reply));
            });
        edge_url = "http://127.0.0.1:" + std::to_string(edge_server->start().value());
        bridge_url = "http://127.0.0.1:" + std::to_string(bridge_server->start().value());
    }

    /// Runs `work` on a thread of its own while the loop turns.
    void beside_loop(const std::function<void()>& work,
                     std::chrono::seconds limit = std::chrono::seconds(60)) {
        std::atomic<bool> done{false};
        std::thread thread([&] {
            work();
            done = true;
            loop.post([] {});
        });
        const bool in_time = turn_until(
            loop, [&] { return done.load(); }, limit);
        if (!in_time) {  // Ends whatever the thread waits for.
            edge_server->stop();
            bridge_server->stop();
        }
        thread.join();
        REQUIRE(in_time);
    }

    host::HttpAnswer ask(const host::HttpQuestion& question, const std::string& url) {
        Result<host::HttpAnswer> answer = host::HttpAnswer();
        beside_loop(
            [&] { answer = host::HttpClient::make(url, std::chrono::seconds(30))->ask(question); });
        INFO((answer ? std::string() : answer.error().text));
        REQUIRE(answer);
        return *answer;
    }

    host::HttpAnswer get(const std::string& target, const std::string& url,
                         OperatorRole role = OperatorRole::auditor) {
        return ask({"GET", target, token_of(role), {}, {}}, url);
    }

    struct Post {
        std::string target, body, key;
        OperatorRole role = OperatorRole::manager;
    };
    host::HttpAnswer post(const Post& post, const std::string& url) {
        return ask({"POST", post.target, token_of(post.role), post.key, post.body}, url);
    }

    /// The command line against a box.
    Ran tally(std::vector<std::string> words, const std::string& url,
              OperatorRole role = OperatorRole::manager,
              cli::Language language = cli::Language::english) {
        const auto token = dir.write("token", token_of(role) + "\n");
        Ran ran;
        cli::Terminal terminal;
        terminal.out = [&](const std::string& text) { ran.out += text; };
        terminal.err = [&](const std::string& text) { ran.err += text; };
        terminal.in = [this] { return typed_in; };
        terminal.say = cli::Catalogue(language);
        if (screen) {
            terminal.open_screen = [this](cli::Palette) { return screen(); };
        }
        beside_loop([&] { ran.code = cli::run(words, {url, token.string()}, terminal); });
        return ran;
    }

    /// A unit goes through the dock.
    void passage(PassageOutcome outcome, const std::string& item = kUnit) {
        GateEvidence evidence;
        evidence.device = "dock-reader";
        evidence.gate = "dock";
        evidence.antenna = 2;
        evidence.rssi_cdbm = -4'800;
        evidence.n = 12;
        evidence.span_us = 700'000;
        evidence.direction = std::string(to_string(outcome));
        evidence.rule = "eyes";
        evidence.why = "the outer beam was broken 210 ms before the inner one";
        edge->inventory().on_gate_report({GateId("dock"), *Epc::parse(item), outcome, evidence});
        settle();
    }

    /// Turns until edge and bridge have the same.
    void settle() {
        const auto same = [&] {
            const Line& line = bridge->service().edges().at(EdgeId("back"))->stored.line();
            return edge->ledger().durable_seq() == edge->ledger().line().seq() &&
                   line.seq() == edge->ledger().line().seq();
        };
        REQUIRE(turn_until(loop, same, std::chrono::seconds(20)));
    }

    /// A client of the rig's broker for somebody who ends before the rig, e.g. a vehicle.
    MessageBus& bus() { return *guests_.emplace_back(broker_.client()); }

    ScratchDir dir;
    host::Loop loop;
    std::unique_ptr<EdgeSite> edge;
    std::unique_ptr<BridgeSite> bridge;
    std::unique_ptr<EdgeApi> edge_api;
    std::unique_ptr<BridgeApi> bridge_api;
    std::unique_ptr<host::HttpServer> edge_server, bridge_server;
    std::string edge_url, bridge_url;

 private:
    std::unique_ptr<host::InlineJournal> journal(const std::string& name, host::StoreKind kind) {
        host::StoreOptions options;
        options.path = (dir.path() / name).string();
        options.kind = kind;
        auto store = host::SqliteStore::open(options);
        REQUIRE(store);
        return std::make_unique<host::InlineJournal>(std::move(*store), loop);
    }

    void open_journals() {
        edge_journal_ = journal("edge.db", host::StoreKind::edge);
        bridge_journal_ = journal("bridge.db", host::StoreKind::bridge);
    }

    static std::function<BoxFacts()> facts() {
        return [] {
            BoxFacts box;
            box.version = "test";
            box.sqlite_version = host::SqliteStore::sqlite_version();
            box.broker = "local";
            box.disk_size_bytes = 100ULL << 30U;
            box.disk_free_bytes = 50ULL << 30U;
            return box;
        };
    }

    host::OsEntropy entropy_;
    QuietEvents events_;
    host::TcpDialer dialer_;
    host::ThreadedPlanPool plan_pool_{loop};
    LocalBroker broker_;
    std::vector<std::unique_ptr<MessageBus>> guests_;
    std::unique_ptr<LocalBroker::Client> edge_bus_, bridge_bus_, vehicle_bus_;
    std::unique_ptr<host::InlineJournal> edge_journal_, bridge_journal_;
    std::unique_ptr<EdgePorts> edge_ports_;
    std::unique_ptr<BridgePorts> bridge_ports_;
};

}  // namespace tally::test

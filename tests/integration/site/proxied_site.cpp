#include "tests/integration/site/proxied_site.hpp"

#include <cstdio>
#include <utility>

#include <catch2/catch.hpp>

#include "tests/integration/site/film.hpp"

namespace tally::test {

ProxiedSite::ProxiedSite(SitePlan plan, const ReaderOptions& readers) : site_(std::move(plan)) {
    site_.tap().start(site_.broker().port(), WireTap::Keep::figures);
    site_.start_readers(readers(site_));
    std::map<std::string, std::uint16_t> ports;
    for (const auto& [reader, port] : site_.readers()) {
        ways_[reader] = std::make_unique<FaultProxy>(port);
        ports[reader] = ways_[reader]->port();
    }
    site_.use_readers(ports);
    for (const char* box : kBoxes) {
        ways_[box] = std::make_unique<FaultProxy>(site_.broker().port());
        site_.lead_to_broker(box, ways_[box]->port());
    }
    import_master(site_.config("back"), kFilmMaster);
    import_master(site_.config("shop"), kFilmMaster);
    site_.start_bridge();
    site_.start_edge("back");
    site_.start_edge("shop");
}

void ProxiedSite::fair_weather() {
    for (auto& [name, way] : ways_) {
        way->set_weather({});
        way->set_door(Relay::Door::open);
    }
}

bool ProxiedSite::go_on(std::uint64_t events) {
    const auto acknowledged = [&](const char* edge) {
        return site_.tap().edge(edge).acknowledged();
    };
    const std::uint64_t back = acknowledged("back") + events;
    const std::uint64_t shop = acknowledged("shop") + events;
    return await(kPatience * 2,
                 [&] { return acknowledged("back") >= back && acknowledged("shop") >= shop; });
}

std::map<std::string, LineCopy> ProxiedSite::close() {
    site_.process("readers").terminate();
    site_.settle("back");  // its hand-overs become commands for the other edge
    std::map<std::string, LineCopy> lines;
    for (const char* edge : {"shop", "back"}) {
        lines[edge] = end_told(edge);
    }
    site_.stop("bridge");
    for (const auto& [edge, line] : lines) {
        INFO("edge " << edge);
        check_one_truth(line, read_line(site_.database("bridge"), host::StoreKind::bridge, edge),
                        site_.tap().edge(edge).acks);
        std::printf("%s: %zu events, %zu blind periods begun\n", edge.c_str(), line.rows.size(),
                    line.count("blind_began"));
    }
    return lines;
}

/// What an edge's end adds, the bridge gets at its next start.
LineCopy ProxiedSite::end_told(const std::string& edge) {
    for (int attempt = 0; attempt < 5; ++attempt) {
        site_.settle(edge);
        site_.stop(edge);
        LineCopy line = read_line(site_.database(edge), host::StoreKind::edge, edge);
        if (site_.tap().edge(edge).acknowledged() == line.rows.size()) {
            return line;
        }
        site_.start_edge(edge);
        REQUIRE(await(kPatience,
                      [&] { return site_.tap().edge(edge).acknowledged() >= line.rows.size(); }));
    }
    FAIL("edge " << edge << " never rests");
    return {};
}

}  // namespace tally::test

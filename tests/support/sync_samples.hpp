// One message of each kind between edge and bridge, as the golden files show them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/check.hpp"
#include "firmware/domain/ledger/merkle.hpp"
#include "firmware/messages/event_json.hpp"
#include "firmware/messages/hand_over.hpp"
#include "firmware/messages/master_file.hpp"
#include "firmware/messages/refill.hpp"
#include "firmware/messages/sync.hpp"
#include "tests/support/event_samples.hpp"
#include "tests/support/stock_samples.hpp"

namespace tally::test {

inline Digest sample_digest(std::string_view text) {
    return sha256(as_bytes(text));
}

inline Birth sample_birth() {
    return {.kind = Birth::Kind::birth,
            .edge = EdgeId("back"),
            .session = session_text(0x00c0ffee12345678),
            .epoch = Epoch(2),
            .seq = Seq(4711),
            .head = sample_digest("head"),
            .digest = sample_digest("stock"),
            .cmd_epoch = Epoch(43),
            .cmd_next = Seq(12),
            .cmd_past = {{Epoch(1), Seq(4)}, {Epoch(20), Seq(2)}},
            .probes = {{.seq = Seq(1024), .head = sample_digest("1024")},
                       {.seq = Seq(4096), .head = sample_digest("4096")}},
            .t_ms = 1'763'900'000'123};
}

inline Birth sample_beat() {
    Birth beat = sample_birth();
    beat.kind = Birth::Kind::beat;
    beat.probes.clear();
    return beat;
}

inline Ack sample_ack() {
    return {.edge = EdgeId("back"),
            .session = session_text(0x00c0ffee12345678),
            .epoch = Epoch(2),
            .next_seq = Seq(4700),
            .head = sample_digest("head"),
            .common = Seq(4096),
            .probe = {Seq(4200), Seq(4400)},
            .stock = Ack::Stock::diverged};
}

inline std::vector<std::string> sample_events() {
    Event second = full_event();
    second.seq = Seq(4712);
    second.type = EventType::sighted;
    second.sku = SkuId();
    second.lot = LotId();
    second.from = PlaceId();
    second.to = PlaceId();
    second.qty = Quantity();
    second.custody_to.clear();
    second.quality_to.clear();
    second.custody = std::string(kFreeCustody);
    second.quality = std::string(kGoodQuality);
    second.data.clear();
    return {*encode_event(full_event()), *encode_event(second)};
}

inline std::string sample_delta() {
    const std::vector<std::string> events = sample_events();
    const std::vector<std::string_view> canonical(events.begin(), events.end());
    const DeltaHeader header{.edge = EdgeId("back"),
                             .session = session_text(0x00c0ffee12345678),
                             .epoch = Epoch(2),
                             .first_seq = Seq(4711),
                             .prev_head = sample_digest("before"),
                             .head = sample_digest("after"),
                             .cmd_epoch = Epoch(1),
                             .cmd_next = Seq(12),
                             .sent_ms = 1'763'900'000'150};
    return encode_delta(header, canonical);
}

inline std::string sample_commands() {
    const Command first{.edge = EdgeId("back"),
                        .epoch = Epoch(1),
                        .seq = Seq(12),
                        .actor = "bridge:relay",
                        .type = "expect",
                        .data = R"({"from_edge":"shop","item":"3034257BF7194E4000001A85"})"};
    const Command second{.edge = EdgeId("back"),
                         .epoch = Epoch(1),
                         .seq = Seq(13),
                         .actor = "user:li.wei",
                         .type = "resolve_anomaly",
                         .data = {}};
    const std::string rows[] = {*encode_command(first), *encode_command(second)};
    const std::string_view views[] = {rows[0], rows[1]};
    return encode_commands(Epoch(1), Seq(12), views);
}

inline Book sample_book() {
    Book book;
    BookChange change;
    for (std::uint64_t i = 1; i <= 2; ++i) {
        Event event = moved({.item = "3034257BF7194E400000000" + std::to_string(i),
                             .sku = "tea-500",
                             .from = "SUPPLIER",
                             .to = "dock",
                             .seq = i});
        event.parent = i == 1 ? "3114257BF71952D3C0000000" : "";
        TALLY_CHECK(book.apply(event, change), "the sample follows the rules");
    }
    return book;
}

inline SnapshotHeader sample_snapshot_header(Book& book) {
    return {.edge = EdgeId("back"),
            .id = session_text(7),
            .epoch = Epoch(2),
            .seq = Seq(4711),
            .head = sample_digest("head"),
            .digest = book.digest().bytes()};
}

inline std::string sample_snapshot() {
    Book book = sample_book();
    const SnapshotHeader header = sample_snapshot_header(book);
    return encode_snapshot(header, book).front();
}

/// A message by name: its text, and reading and writing it once more.
struct SyncSample {
    std::string name;
    std::string text;
    std::function<Result<std::string>(std::string_view)> recode;
};

inline Result<std::string> recode_delta(std::string_view text) {
    TALLY_TRY_ASSIGN(const Delta delta, decode_delta(text));
    std::vector<std::string> encoded;
    for (const Event& event : delta.events) {
        TALLY_TRY_ASSIGN(std::string canonical, encode_event(event));
        encoded.push_back(std::move(canonical));
    }
    const std::vector<std::string_view> views(encoded.begin(), encoded.end());
    return encode_delta(delta.header, views);
}

inline Result<std::string> recode_down(std::string_view text) {
    TALLY_TRY_ASSIGN(const Down down, decode_down(text));
    if (const auto* resend = std::get_if<ResendRequest>(&down)) {
        return encode(*resend);
    }
    if (const auto* snapshot = std::get_if<SnapshotRequest>(&down)) {
        return encode(*snapshot);
    }
    const auto& batch = std::get<CommandBatch>(down);
    std::vector<std::string> encoded;
    for (const Command& command : batch.commands) {
        TALLY_TRY_ASSIGN(std::string canonical, encode_command(command));
        encoded.push_back(std::move(canonical));
    }
    const std::vector<std::string_view> views(encoded.begin(), encoded.end());
    return encode_commands(batch.epoch, batch.first_seq, views);
}

inline Result<std::string> recode_snapshot(std::string_view text) {
    TALLY_TRY_ASSIGN(const SnapshotChunk chunk, decode_snapshot(text));
    SnapshotAssembly assembly;
    TALLY_TRY_ASSIGN(const auto progress, assembly.add(chunk));
    if (progress != SnapshotAssembly::Progress::complete) {
        return fail(ErrorKind::malformed, "the sample is one chunk");
    }
    Book book = assembly.take();
    return encode_snapshot(chunk.header, book).front();
}

template <typename T>
std::function<Result<std::string>(std::string_view)> recode(Result<T> (*decode)(std::string_view)) {
    return [decode](std::string_view text) -> Result<std::string> {
        TALLY_TRY_ASSIGN(const T value, decode(text));
        return encode(value);
    };
}

inline HandOverNotice sample_notice() {
    return {.ref = "shop:1:99",
            .item = "3034257BF7194E4000001A85",
            .sku = "tea-500",
            .lot = "L2026-07",
            .custody = "bonded",
            .quality = "good",
            .parent = "3114257BF71952D3C0000000",
            .edge = "shop",
            .place = "cold room 2"};
}

/// `data` of master_changed, bound and the command master.
inline MasterRecord sample_item() {
    return ItemRecord{.sku = "tea-500",
                      .gtin = "80614141123458",
                      .name = "绿茶 500 g",
                      .tracking = Tracking::by_item,
                      .unit_mg = 512'000};
}

inline MasterRecord sample_binding() {
    return BindingRecord{.item = "3034257BF7194E4000001A85", .sku = "tea-500", .lot = "L2026-07"};
}

inline MasterRecord sample_pallet() {
    return PalletRecord{.sscc = "3114257BF71952D3C0000000",
                        .children = {"3034257BF7194E4000001A85", "3034257BF7194E4000001A86"}};
}

inline std::vector<SyncSample> master_samples() {
    ItemRecord full = std::get<ItemRecord>(sample_item());
    full.tracking = Tracking::by_count;
    full.unit_sigma_mg = 4'000;
    full.case_units = 12;
    full.pallet_units = 480;
    full.customs_article = "C-0902-1";
    full.hs_code = "090210";
    full.tax_cents = 345;
    full.min_life_days = 90;
    full.abc = "A";
    const LotRecord lot{"tea-500", "L2026-07", "2027-03-31", "Tea House", "book-17"};
    const AliasRecord alias{"6901234567892", "till", "tea-500", 12};
    const PlanRecord plan{"cold room 2", "tea-500", 4'000, 48'000};
    const AsnRecord asn{"ASN-7", "Tea House", "2026-11-30", {{"tea-500", "L2026-07", 24'000}}};
    const PalletRecord announced{"3114257BF71952D3C0000000", {"3034257BF7194E4000001A85"}, "ASN-7"};
    const auto record = &decode_master_record;
    return {{"master_item", encode(sample_item()), recode(record)},
            {"master_item_full", encode(MasterRecord(full)), recode(record)},
            {"master_binding", encode(sample_binding()), recode(record)},
            {"master_pallet", encode(sample_pallet()), recode(record)},
            {"master_pallet_asn", encode(MasterRecord(announced)), recode(record)},
            {"master_lot", encode(MasterRecord(lot)), recode(record)},
            {"master_alias", encode(MasterRecord(alias)), recode(record)},
            {"master_plan", encode(MasterRecord(plan)), recode(record)},
            {"master_asn", encode(MasterRecord(asn)), recode(record)},
            {"master_command", encode_master_command({MasterRecord(plan), 0, 3}),
             [](std::string_view text) -> Result<std::string> {
                 TALLY_TRY_ASSIGN(const MasterRow row, decode_master_command(text));
                 return encode_master_command(row);
             }}};
}

inline std::vector<SyncSample> sync_samples() {
    return {
        {"hand_over_notice", encode(sample_notice()), recode(&decode_hand_over_notice)},
        {"refill",
         encode(Refill{"shop.floor", "tea-500", 9'000, "3 left at shop.floor, at least 5 wanted"}),
         recode(&decode_refill)},
        {"birth", encode(sample_birth()), recode(&decode_birth)},
        {"beat", encode(sample_beat()), recode(&decode_birth)},
        {"death",
         encode(Death{.edge = EdgeId("back"), .session = session_text(0x00c0ffee12345678)}),
         recode(&decode_death)},
        {"delta", sample_delta(), recode_delta},
        {"ack", encode(sample_ack()), recode(&decode_ack)},
        {"cmd_commands", sample_commands(), recode_down},
        {"cmd_resend", encode(ResendRequest{.from = Seq(4700)}), recode_down},
        {"cmd_snapshot", encode(SnapshotRequest{}), recode_down},
        {"snapshot", sample_snapshot(), recode_snapshot}};
}

}  // namespace tally::test

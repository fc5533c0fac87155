#include "firmware/host/store/statements.hpp"

namespace tally::host::store {

#define TALLY_EVENT_COLUMNS                                                              \
    "SELECT arrival, epoch_id, seq, type, t_ms, item, sku, lot, qty_milli, from_place, " \
    "to_place, leaf, canonical FROM event "

std::string_view text_of(Sql which) noexcept {
    switch (which) {
        case Sql::begin:
            return "BEGIN IMMEDIATE";
        case Sql::commit:
            return "COMMIT";
        case Sql::add_epoch:
            return "INSERT INTO epoch(id, edge, epoch, first_seq) VALUES(?1, ?2, ?3, ?4)";
        case Sql::add_event:
            return "INSERT INTO event(arrival, epoch_id, seq, type, t_ms, item, sku, lot, "
                   "qty_milli, from_place, to_place, leaf, canonical) "
                   "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        case Sql::allow_truncation:
            return "INSERT INTO truncation(epoch_id, after_seq) "
                   "SELECT id, ?2 FROM epoch WHERE edge = ?1";
        case Sql::truncate_events:
            return "DELETE FROM event WHERE seq > ?2 AND epoch_id IN "
                   "(SELECT id FROM epoch WHERE edge = ?1)";
        case Sql::forbid_truncation:
            return "DELETE FROM truncation";
        case Sql::truncate_epochs:
            return "DELETE FROM epoch WHERE edge = ?1 AND first_seq > ?2";
        case Sql::truncate_checkpoints:
            return "DELETE FROM checkpoint WHERE edge = ?1 AND seq > ?2";
        case Sql::raise_arrival_floor:
            return "INSERT INTO meta(name, value) VALUES('arrival_floor', ?1) "
                   "ON CONFLICT(name) DO UPDATE SET value = excluded.value";
        case Sql::clear_positions:
            return "DELETE FROM position WHERE edge = ?1";
        case Sql::clear_items:
            return "DELETE FROM item WHERE edge = ?1";
        case Sql::add_position:
            return "INSERT INTO position(edge, place, sku, lot, custody, quality, qty_milli) "
                   "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        case Sql::change_position:
            return "UPDATE position SET qty_milli = ?7 WHERE edge = ?1 AND place = ?2 AND "
                   "sku = ?3 AND lot = ?4 AND custody = ?5 AND quality = ?6 AND qty_milli = ?8";
        case Sql::remove_position:
            return "DELETE FROM position WHERE edge = ?1 AND place = ?2 AND sku = ?3 AND "
                   "lot = ?4 AND custody = ?5 AND quality = ?6 AND qty_milli = ?7";
        case Sql::find_position:
            return "SELECT qty_milli FROM position WHERE edge = ?1 AND place = ?2 AND sku = ?3 "
                   "AND lot = ?4 AND custody = ?5 AND quality = ?6";
        case Sql::put_item:
            return "INSERT INTO item(edge, item, sku, lot, place, custody, quality, parent, seq) "
                   "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(edge, item) "
                   "DO UPDATE SET sku = excluded.sku, lot = excluded.lot, "
                   "place = excluded.place, custody = excluded.custody, "
                   "quality = excluded.quality, parent = excluded.parent, seq = excluded.seq";
        case Sql::remove_item:
            return "DELETE FROM item WHERE edge = ?1 AND item = ?2";
        case Sql::put_state:
            return "INSERT INTO state(edge, kind, key, value) VALUES(?1, ?2, ?3, ?4) "
                   "ON CONFLICT(edge, kind, key) DO UPDATE SET value = excluded.value";
        case Sql::remove_state:
            return "DELETE FROM state WHERE edge = ?1 AND kind = ?2 AND key = ?3";
        case Sql::add_command:
            return "INSERT INTO command(edge, epoch, seq, canonical) VALUES(?1, ?2, ?3, ?4)";
        case Sql::put_checkpoint:
            return "INSERT INTO checkpoint(edge, epoch, seq, digest_hex, body) "
                   "VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(edge, epoch, seq) "
                   "DO UPDATE SET digest_hex = excluded.digest_hex, body = excluded.body";
        case Sql::trim_checkpoints:
            return "DELETE FROM checkpoint WHERE edge = ?1 AND id NOT IN "
                   "(SELECT id FROM checkpoint WHERE edge = ?1 "
                   "ORDER BY epoch DESC, seq DESC LIMIT 2)";
        case Sql::rows_of_span:
            return TALLY_EVENT_COLUMNS
                "INDEXED BY event_by_seq "
                "WHERE epoch_id = ?1 AND seq > ?2 AND seq < ?3 AND arrival > ?4 ORDER BY seq";
        case Sql::rows_by_arrival:
            return TALLY_EVENT_COLUMNS "WHERE arrival > ?1 ORDER BY arrival";
        case Sql::rows_by_item:
            return TALLY_EVENT_COLUMNS
                "INDEXED BY event_by_item "
                "WHERE item = ?2 AND item <> '' AND arrival > ?1 ORDER BY arrival";
        case Sql::rows_by_type:
            return TALLY_EVENT_COLUMNS
                "INDEXED BY event_by_type WHERE type = ?2 AND arrival > ?1 ORDER BY arrival";
        case Sql::first_arrival:
            return "SELECT arrival FROM event INDEXED BY event_by_seq "
                   "WHERE epoch_id = ?1 AND seq > ?2 ORDER BY seq LIMIT 1";
        case Sql::positions:
            return "SELECT place, sku, lot, custody, quality, qty_milli FROM position "
                   "WHERE edge = ?1 ORDER BY place, sku, lot, custody, quality";
        case Sql::items:
            return "SELECT item, sku, lot, place, custody, quality, parent, seq FROM item "
                   "WHERE edge = ?1 ORDER BY item";
        case Sql::commands:
            return "SELECT epoch, seq, canonical FROM command WHERE edge = ?1 "
                   "ORDER BY epoch, seq LIMIT ?3 OFFSET ?2";
        case Sql::leaves:
            return "SELECT leaf FROM event INDEXED BY event_by_seq "
                   "WHERE epoch_id = ?1 AND seq > ?2 AND seq < ?3 ORDER BY seq";
        case Sql::states:
            return "SELECT edge, kind, key, value FROM state ORDER BY edge, kind, key";
        case Sql::checkpoints:
            return "SELECT edge, epoch, seq, digest_hex, body FROM checkpoint "
                   "ORDER BY edge, epoch DESC, seq DESC";
        case Sql::kCount:
            break;
    }
    return "";
}

#undef TALLY_EVENT_COLUMNS

}  // namespace tally::host::store

// Every schema there ever was, as steps. Released steps are never edited.
#include <array>

#include "firmware/host/store/schema.hpp"

namespace tally::host::store {
namespace {

constexpr std::string_view kLedger = R"sql(
CREATE TABLE meta(
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE epoch(
    id        INTEGER PRIMARY KEY,
    edge      TEXT NOT NULL,
    epoch     INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    UNIQUE(edge, epoch)
);

CREATE TABLE event(
    arrival    INTEGER PRIMARY KEY,
    epoch_id   INTEGER NOT NULL REFERENCES epoch(id),
    seq        INTEGER NOT NULL,
    type       TEXT NOT NULL,
    t_ms       INTEGER NOT NULL,
    item       TEXT NOT NULL,
    sku        TEXT NOT NULL,
    lot        TEXT NOT NULL,
    qty_milli  INTEGER NOT NULL,
    from_place TEXT NOT NULL,
    to_place   TEXT NOT NULL,
    leaf       BLOB NOT NULL,
    canonical  TEXT NOT NULL
);
CREATE UNIQUE INDEX event_by_seq ON event(epoch_id, seq);
CREATE INDEX event_by_item ON event(item) WHERE item <> '';

-- The only way to take rows back: say so first, in the same transaction.
CREATE TABLE truncation(
    epoch_id  INTEGER PRIMARY KEY,
    after_seq INTEGER NOT NULL
);
CREATE TRIGGER event_never_changes BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'ledger events are never changed'); END;
CREATE TRIGGER event_never_vanishes BEFORE DELETE ON event
WHEN NOT EXISTS (SELECT 1 FROM truncation
                 WHERE epoch_id = OLD.epoch_id AND after_seq < OLD.seq)
BEGIN SELECT RAISE(ABORT, 'ledger events are never deleted'); END;

CREATE TABLE position(
    edge      TEXT NOT NULL,
    place     TEXT NOT NULL,
    sku       TEXT NOT NULL,
    lot       TEXT NOT NULL,
    custody   TEXT NOT NULL,
    quality   TEXT NOT NULL,
    qty_milli INTEGER NOT NULL,
    PRIMARY KEY(edge, place, sku, lot, custody, quality)
) WITHOUT ROWID;

CREATE TABLE item(
    edge    TEXT NOT NULL,
    item    TEXT NOT NULL,
    sku     TEXT NOT NULL,
    lot     TEXT NOT NULL,
    place   TEXT NOT NULL,
    custody TEXT NOT NULL,
    quality TEXT NOT NULL,
    parent  TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    PRIMARY KEY(edge, item)
) WITHOUT ROWID;

CREATE TABLE state(
    edge  TEXT NOT NULL,
    kind  TEXT NOT NULL,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(edge, kind, key)
) WITHOUT ROWID;

CREATE TABLE command(
    edge      TEXT NOT NULL,
    epoch     INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    canonical TEXT NOT NULL,
    PRIMARY KEY(edge, epoch, seq)
) WITHOUT ROWID;
CREATE TRIGGER command_never_changes BEFORE UPDATE ON command
BEGIN SELECT RAISE(ABORT, 'commands are never changed'); END;
CREATE TRIGGER command_never_vanishes BEFORE DELETE ON command
BEGIN SELECT RAISE(ABORT, 'commands are never deleted'); END;

CREATE TABLE checkpoint(
    id         INTEGER PRIMARY KEY,
    edge       TEXT NOT NULL,
    epoch      INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    digest_hex TEXT NOT NULL,
    body       TEXT NOT NULL,
    UNIQUE(edge, epoch, seq)
);

-- For people with a shell: the ledger with its names written out.
CREATE VIEW ledger AS
    SELECT arrival, edge, epoch, seq, type, t_ms, item, sku, lot, qty_milli, from_place, to_place,
           lower(hex(leaf)) AS leaf, canonical
    FROM event JOIN epoch ON epoch.id = event.epoch_id;
)sql";

// Asking for one kind of event in a ledger of a million rows must not read the million.
constexpr std::string_view kByType = R"sql(
CREATE INDEX event_by_type ON event(type);
)sql";

// Whose journal it is. One row; an empty name is not known yet and is filled in by the first box
// that opens the file. A journal of one edge says in its epochs whose it is; a bridge's names many.
constexpr std::string_view kOwner = R"sql(
CREATE TABLE owner(
    only_row INTEGER PRIMARY KEY CHECK(only_row = 1),
    site     TEXT NOT NULL,
    edge     TEXT NOT NULL
);
INSERT INTO owner(only_row, site, edge)
    SELECT 1, '', CASE WHEN application_id = 0x54414C45 AND
                            (SELECT count(DISTINCT edge) FROM epoch) = 1
                       THEN (SELECT min(edge) FROM epoch) ELSE '' END
    FROM pragma_application_id;
)sql";

constexpr std::array kMigrations{
    Migration{1, "the ledger and its projections", kLedger},
    Migration{2, "find events by type", kByType},
    Migration{3, "whose journal it is", kOwner},
};

}  // namespace

std::span<const Migration> migrations() {
    return kMigrations;
}

}  // namespace tally::host::store

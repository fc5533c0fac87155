// Whose journal a file is. Two boxes on one journal would give out the same numbers twice, and one
// site's goods would come to another's books, so a stranger is turned away before it writes.
#include <string>

#include "firmware/host/store/schema.hpp"

namespace tally::host::store {
namespace {

constexpr std::int64_t kOwnerSince = 3;  // the migration from which on the owner is stored

// A journal of an older schema names its edge by its epochs, if it has only ever had one.
constexpr const char* kOwnerOfOld =
    "SELECT '', edge FROM epoch WHERE (SELECT count(DISTINCT edge) FROM epoch) = 1 LIMIT 1";

Result<StoreOwner> stored_owner(Database& database, const OwnerCheck& check) {
    const bool is_stored = check.version >= kOwnerSince;
    if (!is_stored && (check.version == 0 || check.options.kind == StoreKind::bridge)) {
        return StoreOwner{};
    }
    TALLY_TRY_ASSIGN(auto row,
                     database.prepare(is_stored ? "SELECT site, edge FROM owner" : kOwnerOfOld));
    TALLY_TRY_ASSIGN(const bool found, row.next());
    StoreOwner owner;
    if (found) {
        owner = {std::string(row.text(0)), std::string(row.text(1))};
        row.reset();
    } else if (is_stored) {
        return fail(ErrorKind::corrupt,
                    "the journal names no owner; keep the file, restore a copy, and resync");
    }
    return owner;
}

std::string described(const StoreOwner& owner, StoreKind kind) {
    std::string text = kind == StoreKind::edge ? "edge " + owner.edge : std::string("the bridge");
    return owner.site.empty() ? text : text + " of site " + owner.site;
}

bool is_another(const std::string& stored, const std::string& wanted) {
    return !stored.empty() && stored != wanted;
}

}  // namespace

Result<void> check_owner(Database& database, OwnerCheck check) {
    const StoreOptions& options = check.options;
    if (!options.owner) {
        return {};
    }
    TALLY_TRY_ASSIGN(StoreOwner stored, stored_owner(database, check));
    const bool site_differs = is_another(stored.site, options.owner->site);
    if (!site_differs && !is_another(stored.edge, options.owner->edge)) {
        return {};
    }
    if (stored.edge.empty() && options.kind == StoreKind::edge) {
        stored.edge = options.owner->edge;  // nothing was ever written to it
    }
    const std::string self = described(*options.owner, options.kind);
    return fail(ErrorKind::unsupported,
                "the file is the journal of " + described(stored, options.kind) +
                    ", and this box is " + self +
                    "; it was left as it is, so that no number comes twice and no goods come into "
                    "another's books; name the journal of " +
                    self +
                    " as 'database', or correct the ids in the config; a site and an edge keep "
                    "their ids as long as their journal, so under a new id a box begins with a "
                    "new file (docs/operations.md, \"Renaming a box\")");
}

Result<void> adopt_owner(Database& database, const StoreOptions& options) {
    if (!options.owner) {
        return {};
    }
    TALLY_TRY_ASSIGN(const auto unknown,
                     database.number("SELECT count(*) FROM owner WHERE site = '' OR (edge = '' "
                                     "AND (SELECT application_id FROM pragma_application_id) = " +
                                     std::to_string(application_id(StoreKind::edge)) + ")"));
    if (unknown == 0) {
        return {};
    }
    TALLY_TRY_ASSIGN(auto change, database.prepare("UPDATE owner SET site = ?1, edge = ?2"));
    return change.bind(1, std::string_view(options.owner->site))
        .bind(2, std::string_view(options.owner->edge))
        .run();
}

}  // namespace tally::host::store

#include "drivers/vda5050/freshness.hpp"

namespace tally::vda5050 {

Freshness FreshnessJudge::accept(const Header& header, MonoTime now, Freshness as) {
    last_ = Seen{header.id, header.at};
    last_fit_ = now;
    suspect_.reset();
    witnesses_ = 0;
    return as;
}

Freshness FreshnessJudge::suspect(const Header& header, MonoTime now) {
    const bool rises = suspect_ && header.id > suspect_->id && header.at >= suspect_->at;
    witnesses_ = rises ? witnesses_ + 1 : 1;
    suspect_ = Seen{header.id, header.at};
    if (witnesses_ >= kWitnesses && now - last_fit_ >= kHold) {
        return accept(header, now, Freshness::restarted);
    }
    return Freshness::stale;
}

Freshness FreshnessJudge::judge(const Header& header, Kept kept, MonoTime now) {
    if (kept == Kept::by_broker) {
        return Freshness::retained;
    }
    if (!last_) {
        return accept(header, now, Freshness::fresh);
    }
    if (header.id == last_->id && header.at == last_->at) {
        return Freshness::repeated;
    }
    if (header.at < last_->at) {
        return suspect(header, now);
    }
    if (header.id > last_->id) {
        return accept(header, now, Freshness::fresh);
    }
    // Not later and counted less: an older one of the same millisecond.
    return header.at > last_->at ? accept(header, now, Freshness::restarted) : Freshness::stale;
}

}  // namespace tally::vda5050

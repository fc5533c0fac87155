#include "tests/support/gate_walks.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tally::test {

namespace {

constexpr double kFar_m = 4.0;
constexpr double kPi = 3.14159265358979;

enum class Truth : std::uint8_t { in, out, remained };

/// Straight between points, each a time and a place on the axis.
struct Point {
    double s, m;
};
struct TagOnIt {
    std::uint32_t number = 0;
    double offset_m = 0;
    double wave[2] = {0, 0};  ///< phase of the standing wave at each antenna
    int worn = 0;             ///< on the carrier's front (1), back (-1), or in the open (0)
    bool shadowed = false;
};
struct Mover {
    std::vector<Point> walk;
    std::vector<TagOnIt> tags;
    double length_m = 0.6;
    bool breaks_eyes = true;  ///< false: goods that lie on the floor
    Truth truth = Truth::in;

    [[nodiscard]] bool is_there(double s) const {
        return s >= walk.front().s && s <= walk.back().s;
    }
    [[nodiscard]] std::size_t leg(double s) const {
        std::size_t i = 1;
        while (i + 1 < walk.size() && s > walk[i].s) {
            ++i;
        }
        return i;
    }
    [[nodiscard]] double at(double s) const {
        const Point& from = walk[leg(s) - 1];
        const Point& to = walk[leg(s)];
        const double part = to.s > from.s ? (s - from.s) / (to.s - from.s) : 1;
        return from.m + part * (to.m - from.m);
    }
    /// 1 inward, -1 outward; of somebody who stands, as before.
    [[nodiscard]] double heading(double s) const {
        for (std::size_t i = leg(s); i > 0; --i) {
            if (walk[i].m != walk[i - 1].m) {
                return walk[i].m > walk[i - 1].m ? 1 : -1;
            }
        }
        return 1;
    }
};

double draw(Prng& prng, double low, double high) {
    return low + (high - low) * static_cast<double>(prng.below(10'001)) / 10'000.0;
}

/// Two-way path loss.
double level_dbm(double distance_m) {
    return -45 - 40 * std::log10(std::max(distance_m, 0.3) / 0.5);
}

/// Chance that a look is answered, as sim/world has it.
double answer_chance(double dbm) {
    constexpr std::pair<double, double> kPoints[] = {
        {-84, 0}, {-80, 0.02}, {-75, 0.15}, {-70, 0.45}, {-65, 0.70}, {-60, 0.85}, {-50, 0.90}};
    if (dbm <= kPoints[0].first) {
        return 0;
    }
    for (std::size_t i = 1; i < std::size(kPoints); ++i) {
        const auto& [x0, y0] = kPoints[i - 1];
        const auto& [x1, y1] = kPoints[i];
        if (dbm <= x1) {
            return y0 + (y1 - y0) * (dbm - x0) / (x1 - x0);
        }
    }
    return 0.90;
}

class Scene {
 public:
    Scene(Course course, const Conditions& conditions, std::uint64_t seed)
        : conditions_(conditions),
          prng_(Prng(seed).fork(to_string(course))),
          gate_(conditions.doorway.has_eyes ? gate_with_eyes() : gate_without_eyes(),
                conditions.options, record_) {
        draw_course(course);
    }

    Score play() {
        double end = 0;
        for (const Mover& mover : movers_) {
            end = std::max(end, mover.walk.back().s);
        }
        const auto end_ms = static_cast<std::int64_t>(end * 1000) + 2'000;
        for (std::int64_t ms = 0; ms < end_ms; ms += 5) {
            const double s = static_cast<double>(ms) / 1000.0;
            eye(1, -conditions_.doorway.eye_gap_m / 2, ms, s);
            eye(2, conditions_.doorway.eye_gap_m / 2, ms, s);
            if (ms % 25 == 0) {
                look(static_cast<std::uint16_t>(ms % 50 == 0 ? 1 : 2), ms, s);
            }
            gate_.advance(at_ms(ms));
        }
        gate_.advance(at_ms(end_ms + 10'000));
        return score();
    }

 private:
    double speed() { return draw(prng_, conditions_.speed_min_m_s, conditions_.speed_max_m_s); }
    double side() { return prng_.chance_ppm(500'000) ? 1 : -1; }

    Mover& add(std::vector<Point> walk, Truth truth) {
        Mover mover;
        mover.walk = std::move(walk);
        mover.truth = truth;
        const auto count = prng_.between(1, 6);
        for (std::int64_t i = 0; i < count; ++i) {
            add_tag(mover);
        }
        movers_.push_back(std::move(mover));
        return movers_.back();
    }

    void add_tag(Mover& mover) {
        TagOnIt tag;
        tag.number = number_++;
        tag.offset_m = draw(prng_, -mover.length_m / 2, mover.length_m / 2);
        tag.wave[0] = draw(prng_, 0, 2 * kPi);
        tag.wave[1] = draw(prng_, 0, 2 * kPi);
        tag.worn = static_cast<int>(prng_.between(-1, 1));
        tag.shadowed = prng_.chance_ppm(50'000);
        mover.tags.push_back(tag);
    }

    /// Through the doorway from `from` (-1 outside) in the middle at `middle_s`.
    void through(double middle_s, double from) {
        const double half = kFar_m / speed();
        add({{middle_s - half, from * kFar_m}, {middle_s + half, -from * kFar_m}},
            from < 0 ? Truth::in : Truth::out);
    }

    /// From `from` to `turn_m` beyond the doorway, there for `pause_s`, and back.
    void there_and_back(double start_s, double from, double turn_m, double pause_s) {
        const double way = (kFar_m + turn_m) / speed();
        const double back = (kFar_m + turn_m) / speed();
        add({{start_s, from * kFar_m},
             {start_s + way, -from * turn_m},
             {start_s + way + pause_s, -from * turn_m},
             {start_s + way + pause_s + back, from * kFar_m}},
            Truth::remained);
    }

    void linger(double start_s, double from) {
        const double stop_m = draw(prng_, -0.8, 0.8);
        const double way = (kFar_m + stop_m) / speed();
        const double pause = draw(prng_, 1, 8);
        const double rest = (kFar_m - stop_m) / speed();
        add({{start_s, from * kFar_m},
             {start_s + way, -from * stop_m},
             {start_s + way + pause, -from * stop_m},
             {start_s + way + pause + rest, -from * kFar_m}},
            from < 0 ? Truth::in : Truth::out);
    }

    void draw_course(Course course) {
        constexpr double kMiddle_s = 12;
        const double from = side();
        switch (course) {
            case Course::alone:
                through(kMiddle_s, from);
                return;
            case Course::lingering:
                linger(1, from);
                return;
            case Course::following:
                for (double s = kMiddle_s; movers_.size() < 3; s += draw(prng_, 0.8, 2.5)) {
                    through(s, from);
                }
                return;
            case Course::opposite:
                through(kMiddle_s, from);
                through(kMiddle_s + draw(prng_, -0.6, 0.6), -from);
                return;
            case Course::bystander:
                bystander(kMiddle_s, from);
                return;
            case Course::turned:
                there_and_back(1, from, draw(prng_, 0.8, 2.0), draw(prng_, 0, 3));
                return;
            case Course::turned_at:
                there_and_back(1, from, draw(prng_, -0.2, 0.5), draw(prng_, 0, 2));
                return;
            case Course::came_near:
                there_and_back(1, from, -draw(prng_, 1, 2), draw(prng_, 0, 4));
                return;
            case Course::traffic:
                traffic();
                return;
        }
    }

    void bystander(double middle_s, double from) {
        through(middle_s, from);
        const double place = draw(prng_, -0.5, 0.5);
        const double come = side();
        const double go = side();
        const double came = middle_s - draw(prng_, 1, 5);
        const double gone = middle_s + draw(prng_, 1, 5);
        const double way = (kFar_m - come * place) / speed();
        const double way_back = (kFar_m - go * place) / speed();
        add({{came - way, come * kFar_m},
             {came, place},
             {gone, place},
             {gone + way_back, go * kFar_m}},
            Truth::remained)
            .tags.clear();
    }

    void traffic() {
        double s = 8;
        for (int i = 0; i < 6; ++i) {
            const auto kind = prng_.below(10);
            const double from = side();
            if (kind < 8) {
                through(s, from);
            } else {
                const double turn = kind < 9 ? draw(prng_, 0.8, 1.5) : -draw(prng_, 1, 2);
                there_and_back(s - (kFar_m + turn), from, turn, draw(prng_, 0, 1.5));
            }
            s += draw(prng_, 1, 6);
        }
        const double pile_m = side() * draw(prng_, 1.2, 2.5);
        Mover& pile = add({{0, pile_m}, {s + 10, pile_m}}, Truth::remained);
        pile.breaks_eyes = false;
    }

    void eye(std::uint16_t port, double eye_m, std::int64_t ms, double s) {
        const bool broken = std::any_of(movers_.begin(), movers_.end(), [&](const Mover& mover) {
            return mover.breaks_eyes && mover.is_there(s) &&
                   std::abs(mover.at(s) - eye_m) < mover.length_m / 2;
        });
        if (broken == broken_[port - 1]) {
            return;
        }
        broken_[port - 1] = broken;
        const auto level = [](bool high) {
            return high ? InputChange::Level::high : InputChange::Level::low;
        };
        gate_.on_input({port, level(broken), at_ms(ms)});
        const std::int64_t bounces = prng_.chance_ppm(500'000) ? prng_.between(1, 2) : 0;
        for (std::int64_t i = 0; i < bounces; ++i) {
            const MonoTime at = at_ms(ms) + std::chrono::milliseconds(1 + 2 * i);
            gate_.on_input({port, level(!broken), at});
            gate_.on_input({port, level(broken), at + std::chrono::milliseconds(1)});
        }
    }

    void look(std::uint16_t antenna, std::int64_t ms, double s) {
        for (const Mover& mover : movers_) {
            if (mover.is_there(s)) {
                for (const TagOnIt& tag : mover.tags) {
                    look_at(mover, tag, antenna, ms);
                }
            }
        }
    }

    void look_at(const Mover& mover, const TagOnIt& on_it, std::uint16_t antenna, std::int64_t ms) {
        const double s = static_cast<double>(ms) / 1000.0;
        const Doorway& door = conditions_.doorway;
        const double outward = antenna == 1 ? -1 : 1;
        const double antenna_m = outward * door.antenna_gap_m / 2;
        const double heading = mover.heading(s);
        const double tag_m = mover.at(s) - heading * on_it.offset_m;
        const double dx = tag_m - antenna_m;
        double dbm = level_dbm(std::sqrt(dx * dx + door.beside_m * door.beside_m));
        dbm += 4 * std::sin(2 * kPi * tag_m / 0.16 + on_it.wave[antenna - 1]);
        dbm -= on_it.worn * heading * dx > 0 ? 6 : 0;
        dbm -= dx * outward < 0 ? door.behind_db : 0;
        dbm += static_cast<double>(prng_.between(-300, 300)) / 100.0;
        const double chance =
            answer_chance(dbm) * conditions_.answered / (on_it.shadowed ? 8.0 : 1.0);
        if (prng_.chance_ppm(static_cast<std::uint32_t>(chance * 1'000'000))) {
            const TagRead read =
                read_of(tag(on_it.number), antenna, static_cast<std::int32_t>(dbm), at_ms(ms));
            gate_.on_reads({&read, 1});
        }
    }

    [[nodiscard]] Score score() const {
        Score score;
        for (const Mover& mover : movers_) {
            for (const TagOnIt& on_it : mover.tags) {
                score += score_of(mover.truth, tag(on_it.number));
            }
        }
        return score;
    }

    [[nodiscard]] Score score_of(Truth truth, const Epc& epc) const {
        int net = 0;
        bool told = false;
        bool undecided = false;
        for (const Passage& passage : record_.passages) {
            if (passage.epc == epc) {
                told = true;
                undecided = undecided || passage.outcome == PassageOutcome::undecided;
                net += passage.outcome == PassageOutcome::in    ? 1
                       : passage.outcome == PassageOutcome::out ? -1
                                                                : 0;
            }
        }
        Score score;
        if (truth == Truth::remained) {
            score.remained = 1;
            (undecided ? score.kept_undecided : net == 0 ? score.kept : score.moved_wrongly) = 1;
            return score;
        }
        const int true_net = truth == Truth::in ? 1 : -1;
        score.through = 1;
        (!told             ? score.silent
         : undecided       ? score.undecided
         : net == true_net ? score.right
                           : score.wrong) = 1;
        return score;
    }

    Conditions conditions_;
    Prng prng_;
    GateRecord record_;
    GateTracker gate_;
    std::vector<Mover> movers_;
    std::uint32_t number_ = 0;
    bool broken_[2] = {false, false};
};

}  // namespace

const char* to_string(Course course) noexcept {
    switch (course) {
        case Course::alone:
            return "alone";
        case Course::lingering:
            return "lingering";
        case Course::following:
            return "following";
        case Course::opposite:
            return "opposite";
        case Course::bystander:
            return "bystander";
        case Course::turned:
            return "turned";
        case Course::turned_at:
            return "turned at";
        case Course::came_near:
            return "came near";
        case Course::traffic:
            return "traffic";
    }
    return "";
}

Score& Score::operator+=(const Score& other) noexcept {
    through += other.through;
    right += other.right;
    undecided += other.undecided;
    wrong += other.wrong;
    silent += other.silent;
    remained += other.remained;
    kept += other.kept;
    kept_undecided += other.kept_undecided;
    moved_wrongly += other.moved_wrongly;
    return *this;
}

Score play_scene(Course course, const Conditions& conditions, std::uint64_t seed) {
    return Scene(course, conditions, seed).play();
}

}  // namespace tally::test

#include "planner/tour/frontier.hpp"

#include <map>

#include "firmware/base/check.hpp"

namespace tally::planner {

namespace {

/// A state written out. Label 0: not visited; equal labels hang together.
struct Shape {
    std::array<std::uint8_t, kExactCrossAislesMax> label{};
    std::array<std::uint8_t, kExactCrossAislesMax> is_odd{};

    [[nodiscard]] std::uint32_t code() const {
        std::array<std::uint8_t, 16> renamed{};
        std::uint8_t next = 1;
        std::uint32_t code = 0;
        for (std::size_t i = 0; i < label.size(); ++i) {
            std::uint32_t name = 0;
            if (label[i] != 0) {
                if (renamed[label[i]] == 0) {
                    renamed[label[i]] = next++;
                }
                name = renamed[label[i]];
            }
            code |= (name | (std::uint32_t{is_odd[i]} << 3)) << (4 * i);
        }
        return code;
    }

    static Shape of(std::uint32_t code) {
        Shape shape;
        for (std::size_t i = 0; i < shape.label.size(); ++i) {
            shape.label[i] = (code >> (4 * i)) & 7U;
            shape.is_odd[i] = (code >> (4 * i + 3)) & 1U;
        }
        return shape;
    }

    void touch(std::size_t cross, std::uint8_t degree) {
        if (degree == 0) {
            return;
        }
        if (label[cross] == 0) {
            label[cross] = static_cast<std::uint8_t>(8 + cross);
        }
        is_odd[cross] = static_cast<std::uint8_t>((is_odd[cross] + degree) & 1U);
    }

    void link(std::size_t a, std::size_t b) {
        const std::uint8_t from = label[b];
        const std::uint8_t to = label[a];
        for (std::uint8_t& name : label) {
            name = name == from ? to : name;
        }
    }

    /// True if another crossing hangs together with this one.
    [[nodiscard]] bool has_company(std::size_t cross) const {
        int count = 0;
        for (const std::uint8_t name : label) {
            count += name == label[cross] ? 1 : 0;
        }
        return count > 1;
    }

    [[nodiscard]] bool is_whole() const {
        std::uint8_t only = 0;
        for (std::size_t i = 0; i < label.size(); ++i) {
            if (is_odd[i] != 0 || (label[i] != 0 && only != 0 && label[i] != only)) {
                return false;
            }
            only = label[i] != 0 ? label[i] : only;
        }
        return only != 0;
    }
};

constexpr std::array<BlockUseShape, kBlockUses> kShapes{{{0, 0, 0},
                                                         {1, 1, 1},
                                                         {2, 2, 1},
                                                         {2, 0, 0},
                                                         {0, 2, 0},
                                                         {2, 2, 0},
                                                         {1, 0, 0},
                                                         {0, 1, 0},
                                                         {1, 2, 0},
                                                         {2, 1, 0},
                                                         {1, 2, 1},
                                                         {2, 1, 1},
                                                         {1, 1, 0}}};
constexpr std::size_t kClosedUses = 6;

/// Numbers states in the order they are found, which is the same in every build.
class Numbering {
 public:
    explicit Numbering(std::vector<std::uint32_t>& codes) : codes_(codes) { number_of(Shape{}); }

    std::uint16_t number_of(const Shape& shape) {
        const std::uint32_t code = shape.code();
        const auto [at, is_new] =
            numbers_.try_emplace(code, static_cast<std::uint16_t>(codes_.size()));
        if (is_new) {
            codes_.push_back(code);
        }
        return at->second;
    }

 private:
    std::vector<std::uint32_t>& codes_;
    std::map<std::uint32_t, std::uint16_t> numbers_;
};

}  // namespace

BlockUseShape shape_of(BlockUse use) noexcept {
    return kShapes[static_cast<std::size_t>(use)];
}

Frontier::Frontier(int cross_aisles, TourEnds ends) {
    const auto crosses = static_cast<std::size_t>(cross_aisles);
    const std::size_t uses = ends == TourEnds::closed ? kClosedUses : kBlockUses;
    Numbering numbering(codes_);
    for (std::size_t state = 0; state < codes_.size(); ++state) {
        const Shape shape = Shape::of(codes_[state]);
        for (std::size_t block = 0; block + 1 < crosses; ++block) {
            for (std::size_t use = 0; use < uses; ++use) {
                Shape next = shape;
                next.touch(block, kShapes[use].front_degree);
                next.touch(block + 1, kShapes[use].back_degree);
                if (kShapes[use].is_linked != 0) {
                    next.link(block, block + 1);
                }
                after_[block][use].push_back(numbering.number_of(next));
            }
        }
        for (std::size_t cross = 0; cross < crosses; ++cross) {
            Shape next = shape;
            next.touch(cross, 2);
            visited_[cross].push_back(numbering.number_of(next));
            if (ends == TourEnds::open) {
                next.touch(cross, 1);
                ended_[cross].push_back(numbering.number_of(next));
            }
            next = shape;
            next.label[cross] = 0;
            const bool may_drop =
                shape.label[cross] != 0 && shape.is_odd[cross] == 0 && shape.has_company(cross);
            dropped_[cross].push_back(may_drop ? numbering.number_of(next) : kNone);
            const int lanes = shape.label[cross] == 0 ? 0 : 2 - shape.is_odd[cross];
            lanes_[cross].push_back(static_cast<std::uint8_t>(lanes));
        }
        whole_.push_back(shape.is_whole() ? 1 : 0);
        TALLY_CHECK(codes_.size() < kNone, "states are numbered by 16 bits");
    }
}

template <int CrossAisles, TourEnds Ends>
const Frontier& Frontier::built() {
    static const Frontier kBuilt(CrossAisles, Ends);
    return kBuilt;
}

const Frontier& Frontier::of(int cross_aisles, TourEnds ends) {
    TALLY_CHECK(cross_aisles >= 2 && cross_aisles <= kExactCrossAislesMax,
                "the exact method covers 2 to 6 cross aisles");
    using Built = const Frontier& (*)();
    static constexpr std::array<Built, 5> kClosed{
        &built<2, TourEnds::closed>, &built<3, TourEnds::closed>, &built<4, TourEnds::closed>,
        &built<5, TourEnds::closed>, &built<6, TourEnds::closed>};
    static constexpr std::array<Built, 5> kOpen{
        &built<2, TourEnds::open>, &built<3, TourEnds::open>, &built<4, TourEnds::open>,
        &built<5, TourEnds::open>, &built<6, TourEnds::open>};
    const auto index = static_cast<std::size_t>(cross_aisles - 2);
    return ends == TourEnds::closed ? kClosed[index]() : kOpen[index]();
}

}  // namespace tally::planner

#include "firmware/domain/ledger/anomaly.hpp"

#include <catch2/catch.hpp>

using namespace tally;

TEST_CASE("every anomaly kind has its own name, a meaning and an advice, in its own place") {
    CHECK(anomaly_texts().size() == static_cast<std::size_t>(AnomalyKind::signal_fault) + 1);
    for (std::size_t i = 0; i < anomaly_texts().size(); ++i) {
        const AnomalyText& text = anomaly_texts()[i];
        CHECK(static_cast<std::size_t>(text.kind) == i);
        CHECK(anomaly_kind_from(text.name) == text.kind);
        CHECK(to_string(text.kind) == text.name);
        CHECK(text.meaning.back() == '.');
        CHECK(text.advice.back() == '.');
    }
    CHECK_FALSE(anomaly_kind_from("tea"));
}

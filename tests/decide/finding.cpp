// SPDX-License-Identifier: MIT
#include <qad/decide/finding.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("remarks do not fail a pack; what is missing or contradicts does") {
    findings found;
    CHECK(found.passed());
    found.ok("L11", "a");
    found.remark("L62", "b", "optional");
    CHECK(found.passed());
    found.missing("L12", "c");
    CHECK_FALSE(found.passed());
    CHECK(found.has("L12", outcome::missing));
    CHECK_FALSE(found.has("L12", outcome::contradicts));
    findings other;
    other.contradicts("L13", "d", "why");
    CHECK_FALSE(other.passed());
    CHECK(other.count(outcome::contradicts) == 1);
}

TEST_CASE("want is ok or missing, and keeps its advice for the second") {
    findings found;
    found.want(true, "A", "x", "advice");
    found.want(false, "B", "y", "advice");
    CHECK(found.begin()->note.empty());
    CHECK((found.begin() + 1)->note == "advice");
    CHECK(found.has("A", outcome::ok));
    CHECK(found.has("B", outcome::missing));
}

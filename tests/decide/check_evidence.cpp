// SPDX-License-Identifier: MIT
#include <qad/decide/check_evidence.hpp>

#include "sample_evidence.hpp"

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {
findings of_run(evidence const& run) {
    pack_files pack;
    pack.folder = "nowhere";
    pack.run = run;
    findings found;
    check_evidence(pack, found);
    return found;
}
} // namespace

TEST_CASE("a sound run contradicts nothing; its answers and table are looked for") {
    auto const found = of_run(sample_evidence());
    CHECK(found.count(outcome::contradicts) == 0);
    CHECK(found.has("L45", outcome::missing)); // items/
    CHECK(found.has("L43", outcome::missing)); // the table
    CHECK(found.has("L31", outcome::ok));
}

TEST_CASE("full fine-tuning trains every parameter") {
    evidence run = sample_evidence();
    training_facts& t = *run.rows[6].training;
    t.method = "full";
    t.rank = 0;
    CHECK(of_run(run).has("L31", outcome::contradicts));
    t.trainable = parameters(run.shape);
    CHECK_FALSE(of_run(run).has("L31", outcome::contradicts));
}

TEST_CASE("a figure's set, interval and count") {
    auto const with = [](auto&& edit) {
        evidence run = sample_evidence();
        edit(run.rows[1].quality[0]);
        return of_run(run);
    };
    CHECK(with([](quality_figure& q) { q.set = "another"; }).has("L22", outcome::contradicts));
    CHECK(with([](quality_figure& q) { q.hash = "0"; }).has("L22", outcome::contradicts));
    CHECK(
        with([](quality_figure& q) { q.low = q.value + 1; }).has("L25", outcome::contradicts));
    CHECK(with([](quality_figure& q) { q.items = 251; }).has("L38", outcome::contradicts));
}

TEST_CASE("no evidence, no findings: a learner's pack needs none") {
    findings found;
    check_evidence({}, found);
    CHECK(found.begin() == found.end());
}

// SPDX-License-Identifier: MIT
#include <qad/decide/flips.hpp>

#include <qad/core/random.hpp>

#include <doctest/doctest.h>

#include <set>

using namespace qad;

namespace {

/// A classifier's row: the answer is the largest logit, the margin its lead over the second.
std::vector<graded> row_of(std::vector<std::vector<double>> const& logits) {
    std::vector<graded> row;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        auto sorted = logits[i];
        std::sort(sorted.rbegin(), sorted.rend());
        auto const best = std::max_element(logits[i].begin(), logits[i].end());
        auto const answer = best - logits[i].begin();
        row.push_back({.id = std::to_string(i),
                       .answer = std::to_string(answer),
                       .expected = std::to_string(i % 4),
                       .score = answer == static_cast<std::ptrdiff_t>(i % 4) ? 1.0 : 0.0,
                       .margin = sorted[0] - sorted[1],
                       .bucket = i % 3 == 0 ? "edge" : "head"});
    }
    return row;
}

std::vector<std::vector<double>> random_logits(generator& random, std::size_t items) {
    std::vector<std::vector<double>> logits(items, std::vector<double>(4));
    for (std::size_t i = 0; i < items; ++i) {
        for (double& x : logits[i]) { x = random.normal(); }
        logits[i][i % 4] += 1;
    }
    return logits;
}

} // namespace

// If no logit moves by more than ε, a lead above 2ε stays a lead.
TEST_CASE(
    "every flip has a margin below twice the perturbation, and the thin ones flip first") {
    generator random(1);
    for (double epsilon : {0.01, 0.1, 0.5}) {
        auto const logits = random_logits(random, 997);
        auto moved = logits;
        for (auto& item : moved) {
            for (double& x : item) { x += random.uniform(-epsilon, epsilon); }
        }
        auto const before = row_of(logits), after = row_of(moved);
        auto const report = flips(before, after);
        CHECK(report.all.changed > 0);
        for (std::size_t i : report.flipped) { CHECK(before[i].margin <= 2 * epsilon); }
        CHECK(report.by_margin.front().share_changed() >
              report.by_margin.back().share_changed());
    }
}

TEST_CASE("bins and buckets partition the items") {
    generator random(2);
    for (std::size_t items : {1u, 7u, 10u, 103u}) {
        auto const before = row_of(random_logits(random, items));
        auto const after =
            row_of(random_logits(random, items)); // other expected text is the same
        auto const report = flips(before, after);
        flip_count bins, buckets;
        double last = 0;
        for (auto const& bin : report.by_margin) {
            bins.items += bin.items;
            bins.changed += bin.changed;
            bins.lost += bin.lost;
            bins.gained += bin.gained;
            CHECK(bin.low >= last);
            CHECK(bin.high >= bin.low);
            CHECK(std::abs(bin.items - static_cast<index_t>(items) / 10) <= 1);
            last = bin.high;
        }
        for (auto const& [name, count] : report.by_bucket) {
            buckets.items += count.items;
            buckets.changed += count.changed;
            buckets.lost += count.lost;
        }
        CHECK(bins.items == static_cast<index_t>(items));
        CHECK(bins.changed == report.all.changed);
        CHECK(bins.lost == report.all.lost);
        CHECK(bins.gained == report.all.gained);
        CHECK(buckets.items == report.all.items);
        CHECK(buckets.changed == report.all.changed);
        CHECK(buckets.lost == report.all.lost);
        CHECK(report.flipped.size() == static_cast<std::size_t>(report.all.changed));
        CHECK(report.by_margin.size() == std::min<std::size_t>(items, 10));
    }
}

TEST_CASE("the mean stays where it was while one item in ten flips") {
    std::vector<graded> before, after;
    for (int i = 0; i < 100; ++i) {
        bool const right = i < 50;
        before.push_back({.id = std::to_string(i),
                          .answer = right ? "x" : "y",
                          .expected = "x",
                          .score = right ? 1.0 : 0.0,
                          .margin = i < 45 || i >= 55 ? 5.0 : 0.1});
        after.push_back(before.back());
        if (i >= 45 && i < 55) {
            after.back().answer = right ? "y" : "x";
            after.back().score = right ? 0 : 1;
        }
    }
    auto const report = flips(before, after);
    CHECK(report.all.mean_before() == 0.5);
    CHECK(report.all.mean_after() == 0.5);
    CHECK(report.all.share_changed() == 0.1);
    CHECK(report.all.lost == 5);
    CHECK(report.all.gained == 5);
    CHECK(report.by_margin[0].changed == 10); // all of them where the margins were thin
}

TEST_CASE("the margins that count are those of the first row") {
    std::vector<graded> before, after;
    for (int i = 0; i < 10; ++i) {
        before.push_back({.id = std::to_string(i), .answer = "x", .margin = double(i + 1)});
        after.push_back(
            {.id = std::to_string(i), .answer = i == 0 ? "y" : "x", .margin = double(10 - i)});
    }
    auto const report = flips(before, after);
    CHECK(report.by_margin[0].changed == 1);
    CHECK(report.by_margin[0].high == 1);
    CHECK(report.by_margin[9].changed == 0);
}

TEST_CASE("a wrong answer that becomes another wrong one changed, and nothing was lost") {
    std::vector<graded> const before = {{.id = "1", .answer = "a", .margin = -2}};
    std::vector<graded> const after = {{.id = "1", .answer = "b", .margin = -1}};
    auto const report = flips(before, after);
    CHECK(report.all.changed == 1);
    CHECK(report.all.lost + report.all.gained == 0);
    CHECK(report.by_margin[0].low == 2); // the size of a margin, whatever its sign
}

TEST_CASE("rows of other items are an error; a row against itself has no flips") {
    generator random(5);
    auto const row = row_of(random_logits(random, 20));
    CHECK(flips(row, row).all.changed == 0);
    CHECK_THROWS_AS(flips(row, {}), shape_error);
    CHECK_THROWS_AS(flips(row, row, 0), shape_error);
    CHECK(flips({}, {}).by_margin.empty());
}

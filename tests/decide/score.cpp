// SPDX-License-Identifier: MIT
#include <qad/decide/score.hpp>

#include <qad/core/random.hpp>

#include <doctest/doctest.h>

using namespace qad;
using labels = std::vector<std::string>;

namespace {

class_report counted(std::size_t classes, std::vector<index_t> const& expected,
                     std::vector<index_t> const& predicted) {
    class_report report;
    report.classes.resize(classes);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        observe(report, expected[i], predicted[i]);
    }
    return report;
}

} // namespace

TEST_CASE("an exact match forgives space around the answer and nothing else") {
    CHECK(exact_match(" 604 coins\n", "604 coins"));
    CHECK(exact_match("", " \n"));
    CHECK_FALSE(exact_match("604  coins", "604 coins"));
    CHECK_FALSE(exact_match("604 Coins", "604 coins"));
    CHECK_FALSE(exact_match("604 coins.", "604 coins"));
}

TEST_CASE("what matches exactly matches normalised, not the other way round") {
    CHECK(normalised_match("604 Coins.", "604 coins"));
    CHECK_FALSE(normalised_match("605 coins", "604 coins"));
    for (char const* text : {"a", "A b", " x\n", "...", ""}) {
        CHECK((!exact_match(text, "A b") || normalised_match(text, "A b")));
    }
}

// By hand: class a: P 2/3, R 2/3; b: P 1/2, R 1/1; c: P 1/1, R 1/2.
TEST_CASE("precision, recall and F1 are the textbook ratios") {
    auto const r = score_classes(labels{"a", "a", "a", "b", "c", "c"},
                                 labels{"a", "a", "b", "b", "c", "a"}, labels{"a", "b", "c"});
    CHECK(r.classes[0].precision() == 2.0 / 3);
    CHECK(r.classes[0].recall() == 2.0 / 3);
    CHECK(r.classes[0].f1() == 2.0 / 3);
    CHECK(r.classes[1].precision() == 0.5);
    CHECK(r.classes[1].recall() == 1);
    CHECK(r.classes[1].f1() == 2.0 / 3);
    CHECK(r.classes[2].f1() == 2.0 / 3);
    CHECK(r.accuracy() == 4.0 / 6);
    CHECK(r.macro_f1() == doctest::Approx(2.0 / 3).epsilon(1e-15));
    CHECK(r.outside == 0);
}

TEST_CASE("who always says the frequent class has the accuracy and not the macro-F1") {
    labels const expected = {"a", "a", "a", "a", "a", "a", "a", "a", "a", "b"};
    auto const r = score_classes(expected, labels(10, "a"), labels{"a", "b"});
    CHECK(r.accuracy() == 0.9);
    CHECK(r.macro_f1() == (18.0 / 19 + 0) / 2);
}

TEST_CASE("absent classes are left out and named; claimed ones are not absent") {
    auto const r =
        score_classes(labels{"a", "b"}, labels{"a", "c"}, labels{"a", "b", "c", "d"});
    CHECK(r.absent() == labels{"d"});
    CHECK(r.macro_f1() == 1.0 / 3); // a 1, b 0, c 0
    CHECK(class_report{}.macro_f1() == 0);
    CHECK(class_report{}.accuracy() == 0);
}

TEST_CASE("an answer that is no class is wrong, and a prediction of none") {
    auto const r = score_classes(labels{"a", "b"}, labels{"a", "hello"}, labels{"a", "b"});
    CHECK(r.outside == 1);
    CHECK(r.accuracy() == 0.5);
    CHECK(r.classes[0].f1() == 1);
    CHECK(r.classes[1].f1() == 0);
}

// Counting identities: every item is expected once, predicted once or outside, and right where
// its class is hit. F1 is the harmonic mean of P and R, and macro-F1 is at most the F of the mean
// precision and mean recall, because the harmonic mean is concave (Opitz and Burst 2019).
TEST_CASE("counts add up, and the two macro-F1 are in order") {
    generator random(1);
    for (int round = 0; round < 300; ++round) {
        std::uint32_t const classes = 2 + random.below(5);
        std::vector<index_t> expected, predicted;
        for (std::uint32_t n = 1 + random.below(60); n > 0; --n) {
            expected.push_back(random.below(classes));
            predicted.push_back(static_cast<index_t>(random.below(classes + 1)) - 1);
        }
        auto const r = counted(classes, expected, predicted);
        index_t hits = 0, said = 0, wanted = 0;
        double p = 0, q = 0, present = 0;
        for (class_score const& c : r.classes) {
            hits += c.hits;
            said += c.predicted;
            wanted += c.expected;
            present += !c.absent();
            p += c.precision();
            q += c.recall();
            double const sum = c.precision() + c.recall();
            double const f = sum > 0 ? 2 * c.precision() * c.recall() / sum : 0;
            CHECK(c.f1() == doctest::Approx(f).epsilon(1e-14));
        }
        CHECK(hits == r.right);
        CHECK(said + r.outside == r.items);
        CHECK(wanted == r.items);
        double const of_means = p + q > 0 ? 2 * p * q / (p + q) / present : 0;
        CHECK(r.macro_f1() <= of_means + 1e-12);
        CHECK(r.macro_f1() <= 1);
        CHECK(counted(classes, expected, expected).macro_f1() == 1);
    }
}

TEST_CASE("labels that do not fit together are an error") {
    CHECK_THROWS_AS(score_classes(labels{"a"}, labels{}, labels{"a"}), shape_error);
    CHECK_THROWS_WITH_AS(score_classes(labels{"x"}, labels{"a"}, labels{"a"}),
                         doctest::Contains("\"x\" is not among"), shape_error);
    class_report r;
    r.classes.resize(2);
    CHECK_THROWS_AS(observe(r, 2, 0), shape_error);
    CHECK_THROWS_AS(observe(r, -1, 0), shape_error);
    CHECK_THROWS_AS(observe(r, 0, 2), shape_error);
    CHECK(class_numbers(labels{"b", "z", "a"}, labels{"a", "b"}) ==
          std::vector<index_t>{1, -1, 0});
}

TEST_CASE("the mean of nothing is 0") {
    CHECK(mean({}) == 0);
    CHECK(mean(std::vector<double>{1, 0, 1, 1}) == 0.75);
}

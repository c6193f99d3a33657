// SPDX-License-Identifier: MIT
#include <qad/decide/labelled.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {

std::vector<std::string> const names = {"a", "b", "c"};

/// n items; of class k some `right[k]` in ten are answered rightly.
std::vector<graded> row_of(int n, std::vector<int> const& right) {
    std::vector<graded> row;
    for (int i = 0; i < n; ++i) {
        auto const k = static_cast<std::size_t>(i % 3);
        bool const good = i / 3 % 10 < right[k];
        row.push_back({.id = std::to_string(i),
                       .answer = names[good ? k : (k + 1) % 3],
                       .expected = names[k],
                       .score = good ? 1.0 : 0.0});
    }
    return row;
}

} // namespace

TEST_CASE("the classes of a set are its choices, each once") {
    std::vector<example> const set = {{.choices = {"b", "a"}}, {.choices = {"a", "c", "b"}}};
    CHECK(classes_of(set) == std::vector<std::string>{"b", "a", "c"});
}

TEST_CASE("the interval is around the row's own macro-F1") {
    labelled_row const row(row_of(240, {9, 7, 4}), names);
    auto const i = row.macro_f1();
    CHECK(i.value == row.report().macro_f1());
    CHECK(i.contains(i.value));
    CHECK(i.width() > 0);
    CHECK(i.width() < 4 * std::sqrt(0.25 / 240) * 2); // each class's F1 is at most as uncertain
    labelled_row const all(row_of(60, {10, 10, 10}), names);
    CHECK(all.macro_f1().low == 1);
    CHECK(all.macro_f1().width() == 0);
}

TEST_CASE("drawing every item once gives the report") {
    labelled_row const row(row_of(90, {5, 6, 7}), names);
    std::vector<std::uint32_t> once;
    for (std::uint32_t i = 90; i-- > 0;) { once.push_back(i); } // in any order
    CHECK(row.macro_f1(once) == doctest::Approx(row.report().macro_f1()).epsilon(1e-14));
}

TEST_CASE("a row against itself is not distinguishable, against a much better one it is") {
    labelled_row const a(row_of(240, {5, 5, 5}), names), b(row_of(240, {9, 9, 9}), names);
    CHECK(paired_macro_f1(a, a).width() == 0);
    auto const better = paired_macro_f1(a, b);
    CHECK(better.distinguishable());
    CHECK(better.value == b.report().macro_f1() - a.report().macro_f1());
    CHECK(paired_macro_f1(b, a).high < 0);
    labelled_row const shorter(row_of(239, {5, 5, 5}), names);
    CHECK_THROWS_AS(paired_macro_f1(a, shorter), shape_error);
}

TEST_CASE("an answer of no class counts against its class only") {
    auto row = row_of(30, {10, 10, 10});
    row[0].answer = "something else";
    labelled_row const r(row, names);
    CHECK(r.report().outside == 1);
    CHECK(r.report().classes[0].f1() < 1);
    CHECK(r.report().classes[1].f1() == 1);
    row[0].expected = "none of them";
    CHECK_THROWS_AS(labelled_row(row, names), shape_error);
}

// SPDX-License-Identifier: MIT
// Self-check 3.3, "Per-tensor vs per-channel".
#include "self_check.hpp"
#include "../contracts/3.3-rows.hpp"

#include <algorithm>
#include <cmath>

using namespace qad::check;

namespace {

mistake const loudest{"3.3a", "every row has the scale of the loudest row: one ruler for all.",
                      "Under 0.4429 the row up to 0.15 is 0 0 0 0; under its own 2 -4 6 -7."};
mistake const columns{
    "3.3b", "a channel is taken for a column; here it is a row, an output.",
    "y = s (q0 x0 + q1 x1 + ...): a row's scale leaves the sum, 8 columns' cannot."};
mistake const across{
    "3.3c", "groups run on from the end of a row into the next.",
    "Groups of 128 over rows of 64: two outputs, one scale, and the quiet one pays."};

/// The scales of pieces of w: from each beginning to the next.
std::vector<double> scales_of(std::vector<float> const& w, std::vector<std::size_t> begins,
                              int qmax) {
    std::vector<double> scales;
    begins.push_back(w.size());
    for (std::size_t k = 0; k + 1 < begins.size(); ++k) {
        double top = 0;
        for (std::size_t i = begins[k]; i < begins[k + 1]; ++i) {
            top = std::max(top, std::abs(double(w[i])));
        }
        scales.push_back(top > 0 ? top / qmax : 1);
    }
    return scales;
}
std::vector<std::size_t> every(std::size_t length, std::size_t size) {
    std::vector<std::size_t> begins;
    for (std::size_t i = 0; i < size; i += length) { begins.push_back(i); }
    return begins;
}
std::vector<double> column_scales(std::vector<float> const& w, std::size_t cols, int qmax) {
    std::vector<double> scales(cols);
    for (std::size_t i = 0; i < w.size(); ++i) {
        scales[i % cols] = std::max(scales[i % cols], std::abs(double(w[i])) / qmax);
    }
    return scales;
}
double top_of(std::vector<double> const& v) { return *std::max_element(v.begin(), v.end()); }

/// Rows of normal weights, each of another loudness.
std::vector<float> rows(std::size_t count, std::size_t cols) {
    auto w = normal(count * cols, 1);
    auto const loudness = uniform(count, -6, 6, 2);
    for (std::size_t i = 0; i < w.size(); ++i) { w[i] *= std::exp2(loudness[i / cols]); }
    return w;
}
double one_rounding(std::vector<double> const& scales) { return 0x1p-23 * top_of(scales); }

/// Whether these are the scales of columns, or one scale for all.
bool by_columns(std::vector<float> const& got, std::vector<float> const& w, std::size_t cols) {
    auto const wrong = column_scales(w, cols, 7);
    return std::equal(got.begin(), got.end(), wrong.begin(), wrong.end(),
                      [](double a, double b) { return std::abs(a - b) <= 0x1p-23 * b; });
}
bool all_equal(std::vector<float> const& got) {
    return std::count(got.begin(), got.end(), got.front()) == std::ssize(got);
}
char const* const why = "one rounding of the largest scale, or two by way of 1/qmax";

std::vector<float> const course = {0.05f, -0.08f, 0.12f, -0.15f, 3.10f, -2.40f, 1.70f, 0.90f};

} // namespace

TEST_CASE("3.3.1 each row gets the scale of its own loudest weight [P04 P12 R13]") {
    judge(impl::row_scales(course, 4, 7),
          {.input = text("W = ", show(course), "   4 columns, qmax 7"),
           .expected = {0.15 / 7, 3.10 / 7},
           .allowed = 0x1p-23 * 3.10 / 7,
           .why = why,
           .beliefs = {{loudest, {3.10 / 7, 3.10 / 7}},
                       {columns, {3.10 / 7, 2.40 / 7, 1.70 / 7, 0.90 / 7}}}});
    auto w = rows(6, 10);
    for (std::size_t i = 0; i < 10; ++i) { w[i] *= 0x1p-40f; } // quiet, but not zero
    std::fill(w.begin() + 20, w.begin() + 30, 0.0f);
    auto const expected = scales_of(w, every(10, 60), 127);
    std::vector<double> const one(6, top_of(scales_of(w, {0}, 127)));
    judge(impl::row_scales(w, 10, 127),
          {.input = "6 rows of 10 weights, qmax 127; row 0 is below 1e-9, row 2 is zero",
           .expected = expected,
           .allowed = one_rounding(expected),
           .why = why,
           .beliefs = {{loudest, one}, {columns, column_scales(w, 10, 127)}}});
}

TEST_CASE("3.3.2 the given scale counts: a row 2 qmax times quieter is only zeros [D13 R13]") {
    for (int qmax : {7, 127}) {
        for (float ratio : {2 * float(qmax) - 0.1f, 2 * float(qmax) + 0.1f}) {
            std::vector<float> const w = {0.3f, -1, 0.8f, 0.2f * ratio, ratio, -0.6f * ratio};
            std::vector<float> const shared = {ratio / float(qmax)};
            bool const kept = ratio < 2 * float(qmax); // 1 is then more than half a step
            int const fifth = qmax == 7 ? 1 : 25, three_fifths = qmax == 7 ? 4 : 76;
            judge(impl::codes(w, 3, shared, qmax),
                  {.input = text("row 0: 0.3 -1 0.8, row 1: ", show(std::span(w).last(3)),
                                 ", one scale ", shared[0], ", qmax ", qmax),
                   .expected = {0, kept ? -1 : 0, 0, fifth, qmax, -three_fifths}});
        }
    }
    // The scales that are given, not the rows' own; and codes as in 3.1.
    std::vector<float> const w = {0.6f, -1.74f, 1.5e9f, -4.4f, 2.9f, -30, 0.9f, 1.1f};
    judge(impl::codes(w, 4, std::vector{0.5f, 2.0f}, 7),
          {.input = text("W = ", show(w), "   4 columns, scales 0.5 and 2, qmax 7"),
           .expected = {1, -3, 7, -7, 1, -7, 0, 1}});
    auto const tie = impl::codes(std::vector{0.25f, -0.25f}, 2, std::vector{0.5f}, 7);
    judge_law(tie.size() == 2 && tie[0] == -tie[1], {.input = "W = 0.25 -0.25   one scale 0.5",
                                                     .law = "q(-w) = -q(w)",
                                                     .seen = show(tie)});
}

TEST_CASE("3.3.3 with its own scale a row does not hear how loud another one is [P04 P37]") {
    auto const w = normal(24, 3);
    auto louder = w;
    for (std::size_t i = 8; i < 16; ++i) { louder[i] *= 4096; } // exact: only exponents change
    auto const before = impl::row_scales(w, 8, 7), after = impl::row_scales(louder, 8, 7);
    bool const sized = before.size() == 3 && after.size() == 3;
    auto const q = sized ? impl::codes(w, 8, before, 7) : std::vector<int>();
    auto const again = sized ? impl::codes(louder, 8, after, 7) : std::vector<int>();
    judge_law(
        sized && q.size() == 24 && q == again,
        {.input = "3 rows of 8 normal weights, then row 1 made 4096 times louder; qmax 7",
         .law = "no code changes: row 1's scale grows with it, the others stay",
         .seen = sized ? "other codes than before" : "not one scale a row",
         .beliefs = {{loudest, sized && all_equal(after)},
                     {columns, by_columns(before, w, 8)}}});
}

TEST_CASE("3.3.4 groups begin anew in every row [P04]") {
    struct shape {
        std::size_t rows, cols, group;
        int qmax;
    };
    for (shape s : {shape{4, 12, 4, 7}, {3, 10, 4, 127}, {5, 4, 8, 7}, {2, 6, 1, 7}}) {
        auto w = normal(s.rows * s.cols, 1);
        for (std::size_t i = 0; i < w.size(); ++i) { // each row louder than the one before
            w[i] = std::ldexp(w[i], 4 * static_cast<int>(i / s.cols));
        }
        std::fill_n(w.begin(), std::min(s.group, s.cols), 0.0f);
        std::vector<std::size_t> begins;
        for (std::size_t i = 0; i < w.size(); ++i) {
            if (i % s.cols % s.group == 0) { begins.push_back(i); }
        }
        auto const expected = scales_of(w, begins, s.qmax);
        judge(impl::group_scales(w, s.cols, s.group, s.qmax),
              {.input = text(s.rows, " rows of ", s.cols, " weights in groups of ", s.group,
                             ", qmax ", s.qmax, "; the first group is zero"),
               .expected = expected,
               .allowed = one_rounding(expected),
               .why = why,
               .beliefs = {{across, scales_of(w, every(s.group, w.size()), s.qmax)}}});
    }
}

TEST_CASE("3.3.5 a row's own scale keeps all its weights within half of its own step [P04]") {
    auto const w = rows(8, 16);
    auto const scales = impl::row_scales(w, 16, 7);
    bool const sized = scales.size() == 8;
    auto const q = sized ? impl::codes(w, 16, scales, 7) : std::vector<int>();
    double worst = 0; // in steps of the row
    std::size_t row = 0;
    for (std::size_t i = 0; q.size() == w.size() && i < w.size(); ++i) {
        double step = 0;
        for (std::size_t j = 0; j < 16; ++j) {
            step = std::max(step, std::abs(double(w[i / 16 * 16 + j])) / 7);
        }
        double const steps = std::abs(double(w[i]) - double(scales[i / 16]) * q[i]) / step;
        if (steps > worst) { worst = steps, row = i / 16; }
    }
    // The scale and w/s are rounded, by 2^-24 of at most 7 steps each.
    judge_law(q.size() == w.size() && worst <= 0.5 + 3 * 7 * 0x1p-24,
              {.input = "8 rows of 16 normal weights, each of another loudness; qmax 7",
               .law = "|w - q s| <= max|w| of the row / 14, and three float roundings",
               .seen = sized ? text("row ", row, " moves by ", worst, " of its steps")
                             : text(scales.size(), " scales for 8 rows"),
               .beliefs = {{loudest, sized && all_equal(scales)},
                           {columns, by_columns(scales, w, 16)}}});
}

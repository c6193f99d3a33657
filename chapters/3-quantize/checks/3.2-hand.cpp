// SPDX-License-Identifier: MIT
// Self-check 3.2, "A rounding example with real numbers".
#include "self_check.hpp"
#include "../contracts/3.2-hand.hpp"

#include <algorithm>
#include <cmath>

using namespace qad::check;

namespace {

mistake const eighths{"3.2a", "the loudest weight is divided by qmax + 1.",
                      "The mark 8 that 2.94 then wants is not there: it loses 0.3675."};
mistake const signed_max{"3.2b", "the largest weight is taken for the loudest.",
                         "-2.94 beside 0.91 makes a step of 0.13 and comes back as -0.91."};
mistake const largest{"3.2c", "the largest weight is taken for the one that suffers most.",
                      "It made the ruler, so it lies on a mark and loses 0."};
mistake const furthest{"3.2d", "whoever moves furthest is taken for the one that is hurt most.",
                       "0.45 are 13 percent of a weight 3.45, but 0.4 are 67 of a 0.6."};

/// Every mark tried for every weight: slow, and sure.
struct tried {
    std::vector<double> codes, errors;
    std::size_t victim = 0, moved_most = 0, loudest = 0;
    bool clear = true; ///< no tie that float rounding might decide
    tried(std::vector<float> const& w, int qmax, bool eighth = false, bool by_sign = false) {
        double top = 0;
        for (double x : w) { top = std::max(top, by_sign ? x : std::abs(x)); }
        double const s = top / (eighth ? qmax + 1 : qmax);
        std::vector<double> shares;
        for (double x : w) {
            int best = 0;
            for (int k = -qmax; k <= qmax; ++k) {
                if (std::abs(x - k * s) < std::abs(x - best * s)) { best = k; }
            }
            codes.push_back(best);
            errors.push_back(std::abs(x - best * s));
            shares.push_back(x == 0 ? 0 : errors.back() / std::abs(x));
            double const edge = std::abs(std::abs(x / s) - std::floor(std::abs(x / s)) - 0.5);
            clear = clear && edge > 1e-4;
        }
        auto const first_best = [](std::vector<double> const& v) {
            return static_cast<std::size_t>(std::max_element(v.begin(), v.end()) - v.begin());
        };
        victim = first_best(shares), moved_most = first_best(errors);
        for (std::size_t i = 0; i < w.size(); ++i) {
            loudest = std::abs(w[i]) > std::abs(w[loudest]) ? i : loudest;
            bool const near =
                i != victim && shares[i] != shares[victim] && shares[victim] - shares[i] < 1e-4;
            clear = clear && !near;
        }
    }
};

/// Rows of normal weights in which no two answers are nearly as good.
std::vector<std::vector<float>> rows(std::size_t count, int qmax) {
    std::vector<std::vector<float>> drawn;
    for (std::uint64_t stream = 1; drawn.size() < count; ++stream) {
        auto w = normal(6, stream);
        w[0] = -1.25f * *std::max_element(w.begin(), w.end()); // the loudest is often negative
        if (tried(w, qmax).clear) { drawn.push_back(w); }
    }
    return drawn;
}

std::vector<float> const course = {0.18f, -0.91f, 1.62f, 2.94f};
std::vector<float> const mirrored = {-0.18f, 0.91f, -1.62f, -2.94f};

} // namespace

TEST_CASE("3.2.1 the codes of the four weights, by hand [P37 D12]") {
    judge(impl::codes(course, 7),
          {.input = text("w = ", show(course), "   qmax 7"), .expected = {0, -2, 4, 7}});
    judge(impl::codes(mirrored, 7), {.input = text("w = ", show(mirrored), "   qmax 7"),
                                     .expected = {0, 2, -4, -7},
                                     .beliefs = {{signed_max, {-1, 7, -7, -7}}}});
    judge(impl::codes(course, 127), {.input = text("w = ", show(course), "   qmax 127"),
                                     .expected = {8, -39, 70, 127},
                                     .beliefs = {{eighths, {8, -40, 71, 127}}}});
}

TEST_CASE("3.2.2 the errors of the four weights: all within half a step of 0.42 [D12]") {
    std::string const why = "weights, step and product are rounded to floats";
    judge(impl::errors(course, 7), {.input = text("w = ", show(course), "   qmax 7"),
                                    .expected = {0.18, 0.07, 0.06, 0.0},
                                    .allowed = 4 * 0x1p-24 * 2.94,
                                    .why = why,
                                    .beliefs = {{eighths, {0.18, 0.175, 0.15, 0.3675}}}});
    judge(impl::errors(mirrored, 7), {.input = text("w = ", show(mirrored), "   qmax 7"),
                                      .expected = {0.18, 0.07, 0.06, 0.0},
                                      .allowed = 4 * 0x1p-24 * 2.94,
                                      .why = why,
                                      .beliefs = {{eighths, {0.18, 0.175, 0.15, 0.3675}},
                                                  {signed_max, {0.05, 0.0, 0.71, 2.03}}}});
}

TEST_CASE("3.2.3 each weight goes to the nearest mark of all, whatever the weights [D12]") {
    for (int qmax : {7, 127}) {
        auto const w = rows(1, qmax).front();
        tried const all(w, qmax);
        auto const input = text("w = ", show(w), "   qmax ", qmax);
        judge(impl::codes(w, qmax),
              {.input = input,
               .expected = all.codes,
               .beliefs = {{eighths, tried(w, qmax, true).codes},
                           {signed_max, tried(w, qmax, false, true).codes}}});
        judge(impl::errors(w, qmax),
              {.input = input,
               .expected = all.errors,
               .allowed = 4 * 0x1p-24 * std::abs(w[all.loudest]),
               .why = "weights, step and product are rounded to floats",
               .beliefs = {{eighths, tried(w, qmax, true).errors},
                           {signed_max, tried(w, qmax, false, true).errors}}});
    }
    judge(impl::codes(std::vector<float>(4, 0.0f), 7),
          {.input = "four zeros, qmax 7", .expected = {0, 0, 0, 0}});
}

TEST_CASE("3.2.4 the victim is who loses the largest share of itself [P37 D12]") {
    judge(impl::victim(course, 7), {.input = text("w = ", show(course), "   qmax 7"),
                                    .expected = 0,
                                    .beliefs = {{largest, 3}}});
    std::vector<float> const near = {7, 3.45f, 0.6f, -1.1f};
    judge(impl::victim(near, 7), {.input = text("w = ", show(near), "   qmax 7"),
                                  .expected = 2,
                                  .beliefs = {{largest, 0}, {furthest, 1}}});
    std::vector<float> const zero = {0, 7, 1.2f};
    judge(impl::victim(zero, 7), {.input = text("w = ", show(zero), "   qmax 7"),
                                  .expected = 2,
                                  .beliefs = {{largest, 1}}});
    std::vector<double> got, expected, loudest, moved, eighth, by_sign;
    for (auto const& w : rows(24, 7)) {
        tried const all(w, 7);
        got.push_back(static_cast<double>(impl::victim(w, 7)));
        expected.push_back(static_cast<double>(all.victim));
        loudest.push_back(static_cast<double>(all.loudest));
        moved.push_back(static_cast<double>(all.moved_most));
        eighth.push_back(static_cast<double>(tried(w, 7, true).victim));
        by_sign.push_back(static_cast<double>(tried(w, 7, false, true).victim));
    }
    judge(
        got,
        {.input = "24 rows of six normal weights, qmax 7",
         .expected = expected,
         .beliefs = {
             {largest, loudest}, {furthest, moved}, {eighths, eighth}, {signed_max, by_sign}}});
}

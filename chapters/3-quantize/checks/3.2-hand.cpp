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
mistake const loudest{"3.2c", "the loudest weight is taken for the one that suffers most.",
                      "It made the ruler, so it lies on a mark and loses 0."};
mistake const furthest{"3.2d", "whoever moves furthest is taken for the one that is hurt most.",
                       "0.46 are 13 percent of a weight 3.54, but 0.4 are 67 of a 0.6."};

using weights = std::vector<float>;

double loudness(weights const& w) {
    double top = 0;
    for (double x : w) { top = std::max(top, std::abs(x)); }
    return top;
}

/// Every mark tried for every weight: slow, and sure.
struct tried {
    std::vector<double> codes, errors;
    std::size_t victim = 0;
    bool clear = true; ///< no two answers that float rounding might exchange
    tried(weights const& w, int qmax) : tried(w, loudness(w) / qmax, qmax) {}
    tried(weights const& w, double s, int last) {
        std::vector<double> shares;
        for (double x : w) {
            int best = 0;
            for (int k = -last; k <= last; ++k) {
                if (std::abs(x - k * s) < std::abs(x - best * s)) { best = k; }
            }
            codes.push_back(best);
            errors.push_back(std::abs(x - best * s));
            shares.push_back(x == 0 ? 0 : errors.back() / std::abs(x));
            double const edge = std::abs(std::abs(x / s) - std::floor(std::abs(x / s)) - 0.5);
            clear = clear && edge > 1e-4;
        }
        auto const worst = std::max_element(shares.begin(), shares.end());
        victim = static_cast<std::size_t>(worst - shares.begin());
        for (double const& share : shares) {
            clear = clear && (&share == &*worst || *worst - share > 1e-4);
        }
    }
};

/// What the two beliefs about the step answer, to one row or to many. The right step gives no
/// codes beyond qmax, so whoever holds one of them may clamp or not.
template <class Answer> std::vector<belief> wrong_steps(int qmax, Answer const& answer) {
    std::vector<belief> all;
    for (int last : {qmax, 64 * qmax}) {
        all.push_back({eighths, answer([=](weights const& w) {
                           return tried(w, loudness(w) / (qmax + 1), last);
                       })});
        all.push_back({signed_max, answer([=](weights const& w) {
                           double const largest = *std::max_element(w.begin(), w.end());
                           return tried(w, largest / qmax, last);
                       })});
    }
    return all;
}

/// Rows of normal weights in which no two answers are nearly as good. In the first one and in
/// half of the others the two loudest are negative.
std::vector<weights> rows(std::size_t count, int qmax) {
    std::vector<weights> drawn;
    for (std::uint64_t stream = 1; drawn.size() < count; ++stream) {
        auto w = normal(6, stream);
        float const largest = *std::max_element(w.begin() + 2, w.end());
        w[0] = -2 * largest, w[1] = -1.5f * largest;
        if (largest <= 0 || !tried(w, qmax).clear) { continue; }
        for (float& x : w) { x *= drawn.size() % 2 == 0 ? 1.0f : -1.0f; }
        drawn.push_back(w);
    }
    return drawn;
}

/// One number for each row.
template <class F> std::vector<double> each(std::vector<weights> const& rows, F const& f) {
    std::vector<double> all;
    for (auto const& w : rows) { all.push_back(static_cast<double>(f(w))); }
    return all;
}

weights const course = {0.18f, -0.91f, 1.62f, 2.94f};
weights const mirrored = {-0.18f, 0.91f, -1.62f, -2.94f};

} // namespace

TEST_CASE("3.2.1 the codes of the four weights, by hand [P37 D12]") {
    struct row {
        weights w;
        int qmax;
        values codes;
    };
    for (auto const& [w, qmax, expected] : {row{course, 7, {0, -2, 4, 7}},
                                            {mirrored, 7, {0, 2, -4, -7}},
                                            {course, 127, {8, -39, 70, 127}}}) {
        judge(impl::codes(w, qmax),
              {.input = text("w = ", show(w), "   qmax ", qmax),
               .expected = expected,
               .beliefs = wrong_steps(qmax, [&v = w](auto tries) { return tries(v).codes; })});
    }
}

TEST_CASE("3.2.2 the errors of the four weights: all within half a step of 0.42 [D12]") {
    for (weights const& w : {course, mirrored}) {
        judge(impl::errors(w, 7),
              {.input = text("w = ", show(w), "   qmax 7"),
               .expected = {0.18, 0.07, 0.06, 0.0},
               .allowed = 4 * 0x1p-24 * 2.94,
               .why = "weights, step and product are rounded to floats",
               .beliefs = wrong_steps(7, [&](auto tries) { return tries(w).errors; })});
    }
}

TEST_CASE("3.2.3 each weight goes to the nearest mark of all, whatever the weights [D12]") {
    for (int qmax : {7, 127}) {
        auto w = rows(1, qmax).front();
        for (float& x : w) { x *= qmax == 7 ? 1.0f : 0x1p-40f; } // tiny is not zero
        tried const all(w, qmax);
        auto const input = text("w = ", show(w), "   qmax ", qmax);
        judge(impl::codes(w, qmax),
              {.input = input,
               .expected = all.codes,
               .beliefs = wrong_steps(qmax, [&](auto tries) { return tries(w).codes; })});
        judge(impl::errors(w, qmax),
              {.input = input,
               .expected = all.errors,
               .allowed = 4 * 0x1p-24 * loudness(w),
               .why = "weights, step and product are rounded to floats",
               .beliefs = wrong_steps(qmax, [&](auto tries) { return tries(w).errors; })});
    }
    weights const zeros(4, 0.0f);
    judge(impl::codes(zeros, 7), {.input = "four zeros, qmax 7", .expected = {0, 0, 0, 0}});
    judge(impl::errors(zeros, 7), {.input = "four zeros, qmax 7", .expected = {0, 0, 0, 0}});
}

TEST_CASE("3.2.4 the victim is who loses the largest share of itself [P37 D12]") {
    auto const victims = [](std::vector<weights> const& rows, int qmax) {
        return each(rows, [=](weights const& w) { return impl::victim(w, qmax); });
    };
    std::vector<weights> const three = {course, {7, 3.54f, 0.6f, -1.45f}, {0, 7, 1.2f}};
    judge(victims(three, 7), {.input = text("three rows: ", show(three[0]), "; ",
                                            show(three[1]), "; ", show(three[2]), "   qmax 7"),
                              .expected = {0, 2, 2},
                              .beliefs = {{loudest, {3, 0, 1}}, {furthest, {0, 1, 2}}}});
    std::vector<weights> const ties = {{7, 0.375f, -0.25f}, {7, 0.25f, -0.375f}, {0, 0}};
    judge(victims(ties, 7), {.input = "three rows: 7 0.375 -0.25; 7 0.25 -0.375; 0 0   qmax 7",
                             .expected = {1, 1, 0},
                             .why = "exact: the first of several that lose the same"});
    for (int qmax : {7, 127}) {
        auto const drawn = rows(24, qmax);
        auto const answers = [&](auto tries) {
            return each(drawn, [&](weights const& w) { return tries(w).victim; });
        };
        judge(victims(drawn, qmax),
              {.input = text("24 rows of six weights, qmax ", qmax),
               .expected = answers([=](weights const& w) { return tried(w, qmax); }),
               .beliefs = wrong_steps(qmax, answers)});
    }
}

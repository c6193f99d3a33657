// SPDX-License-Identifier: MIT
// Self-check 3.1, "The core trick".
#include "self_check.hpp"
#include "../contracts/3.1-roundtrip.hpp"

#include <algorithm>
#include <cmath>

using namespace qad::check;

namespace {

mistake const truncates{"3.1a",
                        "cutting off the digits behind the point is taken for rounding.",
                        "The worst error grows from s/2 to s, the mean square error fourfold."};
mistake const no_clamp{"3.1b", "a code that leaves the range is kept.",
                       "Stored in 4 bits, 9 reads back as -7: the loudest weight turns over."};
mistake const zero_step{"3.1c", "weights that are all zero are given the step 0.",
                        "0/0 is NaN: one row of padding, and every output behind it is NaN."};
mistake const all_codes{"3.1d", "a symmetric grid is taken to have the code -qmax - 1.",
                        "8 steps become 7 and -8 steps -8: w and -w are no longer opposites."};
mistake const half_added{"3.1e", "a half is added before cutting, below zero too.",
                         "-1.2 steps become int(-0.7), which is 0: quiet negative weights go."};
mistake const ties_up{"3.1f", "a tie goes up on both sides of zero.",
                      "half a step becomes 1 and minus half a step 0: sums drift upwards."};
mistake const cast_first{"3.1g", "a count is made a small whole number before it is clamped.",
                         "140 steps as int8_t are -116, 3e9 as int mostly -2147483648."};

/// max|w| / qmax, here by itself: what the laws are measured with.
float own_step(std::span<float const> w, int qmax) {
    float loudest = 0;
    for (float x : w) { loudest = std::max(loudest, std::abs(x)); }
    return loudest / static_cast<float>(qmax);
}

/// What whoever believes in sixteen codes answers.
std::vector<int> sixteen_codes(std::span<float const> w, float s) {
    std::vector<int> q;
    for (float x : w) {
        q.push_back(static_cast<int>(std::clamp(std::nearbyint(x / s), -8.0f, 7.0f)));
    }
    return q;
}

} // namespace

TEST_CASE("3.1.1 a code counts steps, to the nearest, and stays in its range [D11]") {
    std::vector<float> const w = {0.6f, -0.6f, 0.9f, -1.74f, 3.4f, 3.6f, 4.4f, -4.4f, 70, -100};
    judge(impl::quantize(w, 0.5f, 7),
          {.input = text("w = ", show(w), "   s 0.5, qmax 7"),
           .expected = {1, -1, 2, -3, 7, 7, 7, -7, 7, -7},
           .beliefs = {{truncates, {1, -1, 1, -3, 6, 7, 7, -7, 7, -7}},
                       {no_clamp, {1, -1, 2, -3, 7, 7, 9, -9, 140, -200}},
                       {all_codes, {1, -1, 2, -3, 7, 7, 7, -8, 7, -8}},
                       {half_added, {1, 0, 2, -2, 7, 7, 7, -7, 7, -7}},
                       {cast_first, {1, -1, 2, -3, 7, 7, 7, -7, -7, 7}}}});
    // An int cannot hold these counts; a processor makes of them the least int, or what is left
    // in 32 bits, of which 8 bits keep nothing.
    judge(impl::quantize(std::vector{1.5e9f, -1.5e9f}, 0.5f, 7),
          {.input = "w = 1.5e9 -1.5e9   s 0.5, qmax 7: three billion steps",
           .expected = {7, -7},
           .beliefs = {{cast_first, {-7, -7}}, {cast_first, {-7, 7}}, {cast_first, {0, 0}}}});
    std::vector<int> const q = {-7, -1, 0, 3, 7};
    judge(impl::dequantize(q, 0.5f), {.input = text("q = ", show(q), "   s 0.5"),
                                      .expected = {-3.5, -0.5, 0.0, 1.5, 3.5}});
}

TEST_CASE("3.1.2 the loudest weight lies on the last mark, and zeros have a step too [D11]") {
    auto w = normal(24, 1);
    w.front() = 0; // one zero is not all zeros
    w.back() = -1.25f * own_step(w, 1);
    for (int qmax : {7, 127}) {
        double const s = own_step(w, qmax);
        judge(impl::step(w, qmax), {.input = text("24 weights, the first ", w.front(),
                                                  ", the last ", w.back(), ", qmax ", qmax),
                                    .expected = s,
                                    .allowed = s * 0x1p-23,
                                    .why = "one rounding, or two by way of 1/qmax"});
        std::reverse(w.begin(), w.end()); // now the loudest is the first, positive, and tiny
        for (float& x : w) { x *= -0x1p-40f; }
    }
    std::vector<float> const zeros(8, 0.0f);
    float const s = impl::step(zeros, 7);
    judge(s, {.input = "eight zeros, qmax 7", .expected = 1, .beliefs = {{zero_step, 0}}});
    if (s > 0) {
        judge(
            impl::dequantize(impl::quantize(zeros, s, 7), s),
            {.input = "eight zeros, there and back", .expected = std::vector<float>(8, 0.0f)});
    }
}

TEST_CASE("3.1.3 inside the range no weight moves further than half a step [D11]") {
    for (int qmax : {7, 127}) {
        auto const w = normal(400, 2);
        float const s = own_step(w, qmax);
        auto const back = impl::dequantize(impl::quantize(w, s, qmax), s);
        bool sized = back.size() == w.size(), toward_zero = sized;
        double worst = 0, of = 0;
        for (std::size_t i = 0; sized && i < w.size(); ++i) {
            // w/s, even as w·(1/s), and q·s round three times, by 2^-24 of |w| each.
            double const moved =
                std::abs(double(w[i]) - back[i]) - 3 * 0x1p-24 * std::abs(w[i]);
            if (moved > worst) { worst = moved, of = w[i]; }
            toward_zero = toward_zero && std::abs(back[i]) <= std::abs(w[i]) * 1.000001f;
        }
        judge_law(sized && worst <= double(s) / 2,
                  {.input = text("400 normal weights, qmax ", qmax, ", s ", s),
                   .law = "|w - q s| <= s/2, and three roundings of 2^-24 |w|",
                   .seen = sized ? text(of, " moves by ", worst / s, " steps")
                                 : text(back.size(), " weights for 400"),
                   .beliefs = {{truncates, toward_zero && worst < 1.0001 * double(s)}}});
    }
}

TEST_CASE("3.1.4 what lies on a mark stays there, for every code [D11]") {
    for (int qmax : {3, 7, 127}) {
        float const s = uniform(1, 0.01f, 3.0f, static_cast<std::uint64_t>(qmax)).front();
        std::vector<int> codes;
        for (int q = -qmax; q <= qmax; ++q) { codes.push_back(q); }
        judge(impl::quantize(impl::dequantize(codes, s), s, qmax),
              {.input = text("all codes from ", -qmax, " to ", qmax, ", s ", s),
               .expected = codes});
    }
}

TEST_CASE("3.1.5 the ruler has no favourite side and no unit [D11]") {
    auto w = normal(200, 3);
    float const s = own_step(w, 9); // too small for qmax 7: the loudest weights must be clamped
    w.push_back(0.5f * s);          // exactly between two marks
    float const factor = std::ldexp(1.0f, -20 - static_cast<int>(below(40)));
    std::vector<float> mirrored, quieter;
    for (float x : w) {
        mirrored.push_back(-x);
        quieter.push_back(factor * x);
    }
    auto const q = impl::quantize(w, s, 7);
    auto opposite = q;
    for (int& code : opposite) { code = -code; }
    auto const got = impl::quantize(mirrored, s, 7);
    bool const sixteen = q == sixteen_codes(w, s) && got == sixteen_codes(mirrored, s);
    bool const only_tie = q.size() == w.size() && got.size() == w.size() &&
                          std::equal(got.begin(), got.end() - 1, opposite.begin());
    judge_law(!q.empty() && got == opposite,
              {.input = "200 normal weights, some beyond 7 steps, one of half a step; and all "
                        "the opposites",
               .law = "q(-w) = -q(w)",
               .seen = "another code for some -w",
               .beliefs = {{all_codes, sixteen},
                           {ties_up, only_tie && q.back() == 1 && got.back() == 0}}});
    judge_law(!q.empty() && impl::quantize(quieter, factor * s, 7) == q,
              {.input = text("200 normal weights and their step, both times ", factor),
               .law = "q(a w, a s) = q(w, s)",
               .seen = "other codes"});
}

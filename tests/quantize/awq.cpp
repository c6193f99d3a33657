// SPDX-License-Identifier: MIT
#include <qad/quantize/awq.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

using namespace qad;
using namespace qad::testing;

/// Tokens with some channels that are always busy, as language models have them.
static matrix<float> busy_tokens(index_t tokens, index_t cols, std::uint64_t seed) {
    auto x = random_matrix(tokens, cols, seed);
    for (index_t t = 0; t < tokens; ++t) {
        for (index_t j = 0; j < cols; j += 16) { x(t, j) *= 30; }
    }
    return x;
}

// Sheet 2.3: the salient channel (x = 8) gets a fine step, the weight 0.9 on a quiet channel
// pays.
TEST_CASE("the worked toy") {
    auto const w = rows_of({{0.07f, -0.5f, 0.9f, -0.33f}}),
               x = rows_of({{8.0f, 0.5f, 0.25f, 1.0f}});
    auto const a = awq<int4>(w, x, per_channel(), {.grid = grid::asymmetric});
    CHECK(a.exponent == 0.8f);
    // The sheet prints seven decimals.
    CHECK(std::fabs(a.unscaled_error - 0.0283361) <= 0.5e-7);
    CHECK(std::fabs(a.error - 0.0000062) <= 0.5e-7);
    float const s[] = {4.0f, 0.435f, 0.25f, 0.758f};
    for (std::size_t j = 0; j < 4; ++j) {
        CHECK(std::fabs(a.channel_scale[j] - s[j]) <= 0.0005f);
    }
}

// Exponent 0 is the first one tried, and its scale is exactly 1: no scaling is always a
// candidate, measured exactly as the others are.
TEST_CASE("AWQ never loses to its own no scaling") {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        auto const w = random_matrix(16, 64, 150 + seed);
        for (bool busy : {false, true}) {
            auto const x =
                busy ? busy_tokens(40, 64, 160 + seed) : random_matrix(40, 64, 160 + seed);
            for (index_t clip : {0, 10}) {
                auto const a = awq<int4>(w, x, per_group(32), {.clip_search = {.steps = clip}});
                CHECK(a.error <= a.unscaled_error);
                auto e = dequantize(quantize<int4>(w, per_group(32)));
                as_eigen(e) -= as_eigen(w);
                CHECK(a.unscaled_error == squared_output(e, x));
                // Busy channels are what it is made for.
                if (busy) { CHECK(a.error < 0.7 * a.unscaled_error); }
            }
        }
    }
}

// The same claim for one scale in front of several matrices, which is what a model must fold.
TEST_CASE("one scale for all that share an input") {
    auto const x = busy_tokens(50, 32, 171);
    auto const q = random_matrix(8, 32, 172), k = random_matrix(4, 32, 173),
               v = random_matrix(4, 32, 174);
    std::vector<matrix_view<float const>> const all{q, k, v};
    auto const found = awq_scale<int4>(all, x, per_channel());
    CHECK(found.channel_scale.size() == 32);
    CHECK(found.error < found.unscaled_error);
    double sum = 0;
    for (auto const& w : all) {
        sum += awq_error(w, quantize_scaled<int4>(w, found.channel_scale, x, per_channel()),
                         found.channel_scale, x);
    }
    CHECK(sum == found.error); // the same numbers in the same order
    auto const alone = awq_scale<int4>(std::span(all).first(1), x, per_channel());
    CHECK(alone.channel_scale == awq<int4>(q, x, per_channel()).channel_scale);
}

// With one ratio only exponent 0 is tried.
TEST_CASE("alpha = 0 equals plain rounding, bit for bit") {
    auto const w = random_matrix(8, 32, 175), x = busy_tokens(20, 32, 176);
    auto const a = awq<int4>(w, x, per_group(8), {.ratios = 1});
    auto const plain = quantize<int4>(w, per_group(8));
    CHECK(a.exponent == 0);
    for (float s : a.channel_scale) { CHECK(s == 1); }
    for (index_t i = 0; i < 8; ++i) {
        for (index_t j = 0; j < 32; ++j) { CHECK(a.weights(i, j) == plain(i, j)); }
    }
}

// Multiplying and dividing by a power of two changes exponents only: what folding relies on.
TEST_CASE("power-of-two scales without rounding change nothing") {
    auto const w = random_matrix(4, 16, 177), x = random_matrix(3, 16, 178);
    std::vector<float> s;
    for (int j = 0; j < 16; ++j) { s.push_back(std::ldexp(1.0f, j % 7 - 3)); }
    auto const scaled = scale_columns(w, s);
    for (index_t i = 0; i < 4; ++i) {
        for (index_t t = 0; t < 3; ++t) {
            float plain = 0, folded = 0;
            for (index_t j = 0; j < 16; ++j) {
                plain += w(i, j) * x(t, j);
                folded += scaled(i, j) * (x(t, j) / s[static_cast<std::size_t>(j)]);
            }
            CHECK(plain == folded);
        }
    }
}

// The largest and the smallest scale are reciprocal, so that neither weights nor inputs run
// away.
TEST_CASE("the scale is normalized, and a dead channel does not break it") {
    auto const s = awq_scale_of(std::vector<double>{16, 1, 0.0625}, 0.5f);
    CHECK(s[0] * s[2] == 1);
    auto const w = random_matrix(4, 16, 179);
    auto x = busy_tokens(20, 16, 180);
    for (index_t t = 0; t < 20; ++t) { x(t, 5) = 0; }
    auto const a = awq<int4>(w, x, per_group(8), {.clip_search = {.steps = 5}});
    for (float each : a.channel_scale) { CHECK((std::isfinite(each) && each > 0)); }
    CHECK(as_eigen(unscaled(a.weights, a.channel_scale)).allFinite());
    CHECK(a.error <= a.unscaled_error);
}

TEST_CASE("what does not fit together is an error") {
    auto const w = random_matrix(4, 16, 181), x = random_matrix(3, 16, 182);
    CHECK_THROWS_AS((void)awq<int4>(w, x.view().cols(0, 8), per_channel()), shape_error);
    CHECK_THROWS_AS((void)awq<int4>(w, x.rows(0, 0), per_channel()), shape_error);
    CHECK_THROWS_AS((void)awq<int4>(w, x, per_channel(), {.ratios = 0}), shape_error);
    auto bad = x;
    bad(2, 3) = std::nanf("");
    auto const message =
        message_of<shape_error>([&] { (void)awq<int4>(w, bad, per_channel()); });
    CHECK(message.find("token 2, channel 3") != std::string::npos);
}

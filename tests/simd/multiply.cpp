// SPDX-License-Identifier: MIT
#include <qad/simd/multiply.hpp>

#include <qad/core/random.hpp>     // generator
#include <qad/formats/integer.hpp> // int8, int4
#include <qad/formats/nf4.hpp>     // nf4

#include <doctest/doctest.h>

#include <cmath>  // fabs
#include <string> // string
#include <vector> // vector

using namespace qad;

namespace {

matrix<float> normal_matrix(index_t rows, index_t cols, std::uint64_t seed) {
    generator g(seed);
    matrix<float> m(rows, cols);
    for (index_t i = 0; i < rows; ++i) {
        for (float& x : m.row(i)) { x = static_cast<float>(g.normal()); }
    }
    return m;
}

/// Codes from the whole range, extremes included, and scales of both signs of rounding.
template <class Code>
quantized_matrix<Code> random_codes(index_t rows, index_t cols, granularity cut, bool zeros,
                                    std::uint64_t seed,
                                    scale_format format = scale_format::fp16) {
    generator g(seed);
    auto const count = static_cast<std::size_t>(cut.scale_rows(rows) * cut.groups(cols));
    std::vector<float> scales(count);
    for (float& s : scales) { s = static_cast<float>(g.uniform(0.01, 0.1)); }
    std::vector<Code> points;
    for (std::size_t i = 0; zeros && i < count; ++i) {
        points.push_back(Code::from_code(g.below(1u << Code::bits)));
    }
    quantized_matrix<Code> q(rows, cols, cut, scale_array(scales, format), points);
    for (index_t i = 0; i < rows; ++i) {
        for (index_t j = 0; j < cols; ++j) {
            q.set_code(i, j, Code::from_code(g.below(1u << Code::bits)));
        }
    }
    return q;
}

/// y = x·Wᵀ in double from what the weight stands for, and beside it what the rounding of the
/// activations and the float sums may change: the contract of `multiply`, with blocks of at
/// most 64 columns.
struct oracle {
    double y = 0, bound = 0;
};
template <class Weight> oracle product(Weight const& w, index_t i, std::span<float const> x,
                                       index_t block, bool rounded) {
    oracle result;
    index_t const cols = w.cols();
    double magnitude = 0;
    for (index_t b = 0; b < cols; b += block) {
        double largest = 0, weights = 0;
        for (index_t j = b; j < std::min(cols, b + block); ++j) {
            double const wj = static_cast<float>(w(i, j)), xj = x[static_cast<std::size_t>(j)];
            largest = std::max(largest, std::fabs(xj));
            weights += std::fabs(wj);
            magnitude += std::fabs(wj * xj);
            result.y += wj * xj;
        }
        // Half a step of the activations meets every weight of the block.
        if (rounded) { result.bound += largest / 127 * (0.5 + 0x1p-15) * weights; }
        magnitude += largest * weights;
    }
    // A float sum of n terms errs by at most n units of 2⁻²⁴ of the sum of magnitudes.
    result.bound += static_cast<double>(rounded ? ceil_div(cols, block) + 8 : cols + 8) *
                    0x1p-24 * magnitude;
    return result;
}

template <class Weight> void check_product(Weight const& w, prepared const& p, index_t tokens,
                                           bool rounded, index_t block,
                                           index_t misalignment = 0) {
    CAPTURE(w.rows());
    CAPTURE(w.cols());
    CAPTURE(tokens);
    CAPTURE(block);
    // Inputs and outputs with a stride, at addresses that no vector likes.
    index_t const width = w.cols() + 5;
    matrix<float> input = normal_matrix(tokens, width, 7);
    matrix_view<float const> const x(input.data() + misalignment, tokens, w.cols(), width);
    matrix<float> output(tokens, w.rows() + 3);
    for (index_t t = 0; t < tokens; ++t) {
        for (float& y : output.row(t)) { y = -77; }
    }
    matrix_view<float> const y(output.data() + misalignment, tokens, w.rows(), w.rows() + 3);
    multiply(simd, y, p, x);
    for (index_t t = 0; t < tokens; ++t) {
        for (index_t i = 0; i < w.rows(); ++i) {
            auto const want = product(w, i, x.row(t), block, rounded);
            double const error = std::fabs(static_cast<double>(y(t, i)) - want.y);
            if (!(error <= want.bound)) {
                CAPTURE(t);
                CAPTURE(i);
                CAPTURE(y(t, i));
                CAPTURE(want.y);
                CAPTURE(want.bound);
                CHECK(error <= want.bound);
            }
        }
        // Nothing is written beside the output.
        CHECK(output.data()[misalignment + t * (w.rows() + 3) + w.rows()] == -77);
    }
}

constexpr index_t lanes = panels<isa::native>::panel_rows;

template <class Code> void check_granularities(bool zeros) {
    struct cut_of {
        granularity cut;
        index_t cols, block;
    };
    cut_of const cuts[] = {{per_group(16), 48, 16},   {per_group(32), 96, 32},   {per_group(64), 128, 64},
                           {per_group(128), 256, 64}, {per_group(96), 192, 32},
                           {per_channel(), 100, 64},  {per_channel(), 1, 64},
                           {per_tensor(), 70, 64},    {per_tensor(), 64, 64}};
    for (auto const& [cut, cols, block] : cuts) {
        CAPTURE(cut.name());
        for (scale_format format :
             {scale_format::fp32, scale_format::fp16, scale_format::bf16}) {
            auto const q = random_codes<Code>(2 * lanes + 1, cols, cut, zeros, 3, format);
            auto const p = prepare(simd, q);
            REQUIRE(p.quantized() != nullptr);
            check_product(q, p, 3, true, block, 1);
        }
    }
}

} // namespace

TEST_CASE(
    "integer products stay within the rounding of the activations, for every way to cut") {
    for (bool zeros : {false, true}) {
        CAPTURE(zeros);
        check_granularities<int4>(zeros);
        check_granularities<int8>(zeros);
        check_granularities<int3>(zeros);
        check_granularities<int2>(zeros);
    }
}

TEST_CASE("integer products stay within their bound for 1 … 2N+1 rows and tokens") {
    for (index_t rows = 1; rows <= 2 * lanes + 1; rows += rows < 4 ? 1 : 5) {
        auto const q = random_codes<int4>(rows, 64, per_group(32), rows % 2 == 0, 5);
        auto const e = random_codes<int8>(rows, 64, per_group(64), rows % 2 == 0, 5);
        for (index_t tokens : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33}) {
            check_product(q, prepare(simd, q), tokens, true, 32);
            check_product(e, prepare(simd, e), tokens, true, 64);
        }
    }
}

TEST_CASE("extreme codes do not saturate anything: the inner sums are exact integers") {
    // All codes and activations at the ends of their ranges, where 16-bit sums of products
    // would overflow.
    for (int w_code : {-128, -127, 127}) {
        for (float sign : {1.0f, -1.0f}) {
            index_t const rows = lanes, cols = 256, tokens = 17;
            quantized_matrix<int8> q(
                rows, cols, per_channel(),
                scale_array(std::vector(static_cast<std::size_t>(rows), 1.0f)));
            quantized_matrix<int4> h(
                rows, cols, per_channel(),
                scale_array(std::vector(static_cast<std::size_t>(rows), 1.0f)));
            matrix<float> x(tokens, cols), y(tokens, rows);
            int const half = w_code < 0 ? -8 : 7;
            for (index_t j = 0; j < cols; ++j) {
                for (index_t i = 0; i < rows; ++i) {
                    q.set_code(i, j, int8{static_cast<std::int8_t>(w_code)});
                    h.set_code(i, j, int4{static_cast<std::int8_t>(half)});
                }
                for (index_t t = 0; t < tokens; ++t) { x(t, j) = 127 * sign; }
            }
            multiply(simd, y, prepare(simd, q), x);
            CHECK(y(0, 0) ==
                  static_cast<float>(cols) * 127 * sign * static_cast<float>(w_code));
            CHECK(y(16, rows - 1) == y(0, 0));
            multiply(simd, y, prepare(simd, h), x);
            CHECK(y(0, 0) == static_cast<float>(cols) * 127 * sign * static_cast<float>(half));
            CHECK(y(16, rows - 1) == y(0, 0));
        }
    }
}

TEST_CASE("activations that are integers of at most 127 multiply exactly") {
    // max|x| = 127 makes s_x = 1, so every code is its activation and nothing is rounded.
    auto const q =
        random_codes<int8>(lanes + 1, 64, per_channel(), false, 9, scale_format::fp32);
    matrix<float> x(1, 64), y(1, lanes + 1);
    for (index_t j = 0; j < 64; ++j) { x(0, j) = static_cast<float>(j == 5 ? -127 : j - 30); }
    multiply(simd, y, prepare(simd, q), x);
    for (index_t i = 0; i <= lanes; ++i) {
        int dot = 0;
        for (index_t j = 0; j < 64; ++j) {
            dot += q.code(i, j).value * static_cast<int>(x(0, j));
        }
        CHECK(y(0, i) == q.scale(i, 0) * static_cast<float>(dot));
    }
}

TEST_CASE("a token has the same bits alone, in any batch, and on any number of threads") {
    // Each token is quantized by itself and summed in the same order by every kernel.
    auto const w = random_codes<int4>(3 * lanes + 2, 192, per_group(64), true, 11);
    auto const v = random_codes<int8>(3 * lanes + 2, 192, per_group(32), false, 12);
    for (auto const& p : {prepare(simd, w), prepare(simd, v)}) {
        index_t const tokens = 37;
        matrix<float> const x = normal_matrix(tokens, 192, 13);
        matrix<float> all(tokens, p.rows()), one(1, p.rows());
        for (int count : {1, 2, 3}) {
            set_threads(count);
            multiply(simd, all, p, x);
            for (index_t t = 0; t < tokens; ++t) {
                multiply(simd, one, p, x.rows(t, 1));
                for (index_t i = 0; i < p.rows(); ++i) { REQUIRE(one(0, i) == all(t, i)); }
            }
        }
        set_threads(0);
    }
}

TEST_CASE("floating-point weights lose nothing but what a float sum loses") {
    for (index_t cols : {1, 3, 16, 31, 33, 65, 130}) {
        for (index_t tokens : {1, 2, 3, 4, 6, 9, 33}) {
            matrix<float> const w = normal_matrix(lanes + 3, cols, 21);
            matrix<bf16> b(w.rows(), cols);
            matrix<fp16> h(w.rows(), cols);
            for (index_t i = 0; i < w.rows(); ++i) {
                for (index_t j = 0; j < cols; ++j) {
                    b(i, j) = bf16::nearest(w(i, j));
                    h(i, j) = fp16::nearest(w(i, j));
                }
            }
            check_product(w, prepare(simd, w.view()), tokens, false, cols, 1);
            check_product(b, prepare(simd, std::as_const(b).view()), tokens, false, cols, 1);
            check_product(h, prepare(simd, std::as_const(h).view()), tokens, false, cols, 1);
        }
    }
}

TEST_CASE("weights that share an input multiply in one call as they do one by one") {
    auto const a = prepare(simd, random_codes<int4>(40, 128, per_group(64), false, 31));
    auto const b = prepare(simd, random_codes<int8>(7, 128, per_group(32), true, 32));
    matrix<float> const plain = normal_matrix(19, 128, 33);
    auto const c = prepare(simd, plain.view());
    for (index_t tokens : {1, 5, 20}) {
        matrix<float> const x = normal_matrix(tokens, 128, 34);
        matrix<float> ya(tokens, 40), yb(tokens, 7), yc(tokens, 19), one(tokens, 40);
        std::array<matrix_view<float>, 3> const y = {ya, yb, yc};
        std::array<prepared const*, 3> const w = {&a, &b, &c};
        multiply(simd, std::span<matrix_view<float> const>(y),
                 std::span<prepared const* const>(w), x.view());
        multiply(simd, one, a, x);
        for (index_t t = 0; t < tokens; ++t) {
            for (index_t i = 0; i < 40; ++i) { REQUIRE(one(t, i) == ya(t, i)); }
        }
        matrix<float> other(tokens, 7);
        multiply(simd, other, b, x);
        for (index_t t = 0; t < tokens; ++t) {
            for (index_t i = 0; i < 7; ++i) { REQUIRE(other(t, i) == yb(t, i)); }
        }
    }
}

TEST_CASE("scattered columns multiply as their groups say") {
    // GPTQ's activation order: column j belongs to group_of_column[j].
    generator g(41);
    std::vector<std::int32_t> group_of(128);
    for (std::size_t j = 0; j < 128; ++j) { group_of[j] = static_cast<std::int32_t>(j / 32); }
    for (std::size_t j = 127; j > 0; --j) {
        std::swap(group_of[j], group_of[g.below(static_cast<std::uint32_t>(j + 1))]);
    }
    std::vector<float> scales(20 * 4);
    for (float& s : scales) { s = static_cast<float>(g.uniform(0.01, 0.1)); }
    quantized_matrix<int4> q(20, 128, per_group(32), scale_array(scales), {}, group_of);
    for (index_t i = 0; i < 20; ++i) {
        for (index_t j = 0; j < 128; ++j) { q.set_code(i, j, int4::from_code(g.below(16))); }
    }
    auto const p = prepare(simd, q);
    REQUIRE(p.quantized() != nullptr);
    // The blocks of the activations are those of the groups, so the bound is that of one wide
    // block.
    check_product(q, p, 3, true, 128);

    std::vector<float> row(128);
    decode_row<float>(p, 7, row);
    for (index_t j = 0; j < 128; ++j) { CHECK(row[static_cast<std::size_t>(j)] == q(7, j)); }
}

TEST_CASE("groups without an integer kernel stay as they are stored and multiply as floats") {
    auto const q = random_codes<int4>(37, 60, per_group(20), true, 51);
    auto const p = prepare(simd, q);
    CHECK(p.quantized() == nullptr);
    CHECK(p.bytes() == q.bytes());
    check_product(q, p, 2, false, 60);
    check_product(q, p, 17, false, 60);
}

TEST_CASE("levels of a table move by at most scale / 254, and products by that much more") {
    auto const q = random_codes<nf4>(lanes + 1, 128, per_group(64), false, 55);
    auto const p = prepare(simd, q);
    REQUIRE(p.quantized() != nullptr);
    matrix<float> const x = normal_matrix(2, 128, 56);
    matrix<float> y(2, lanes + 1);
    multiply(simd, y, p, x);
    std::vector<float> row(128);
    for (index_t i = 0; i <= lanes; ++i) {
        decode_row<float>(p, i, row);
        double moved[2] = {};
        for (index_t j = 0; j < 128; ++j) {
            // Half a step of 1/127, and the rounding of the scale's product.
            double const most = q.scale(i, j / 64) * (1.0 / 254 + 0x1p-22);
            CHECK(std::fabs(double{row[static_cast<std::size_t>(j)]} - q(i, j)) <= most);
            for (index_t t = 0; t < 2; ++t) { moved[t] += most * std::fabs(double{x(t, j)}); }
        }
        for (index_t t = 0; t < 2; ++t) {
            auto const want = product(q, i, x.row(t), 64, true);
            CHECK(std::fabs(double{y(t, i)} - want.y) <=
                  want.bound * (1 + 1.0 / 64) + moved[t]);
        }
    }
}

TEST_CASE("NaN and infinity in an activation do not become numbers") {
    auto const p = prepare(simd, random_codes<int4>(5, 64, per_group(32), false, 61));
    for (float bad :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        matrix<float> x = normal_matrix(2, 64, 62), y(2, 5);
        x(1, 40) = bad;
        multiply(simd, y, p, x);
        for (index_t i = 0; i < 5; ++i) {
            CHECK(std::isfinite(y(0, i)));
            CHECK(std::isnan(y(1, i)));
        }
    }
}

TEST_CASE("shapes that do not fit are refused") {
    auto const p = prepare(simd, random_codes<int4>(5, 64, per_group(32), false, 71));
    matrix<float> x(2, 64), y(2, 6), short_x(2, 32), good(2, 5);
    CHECK_THROWS_AS(multiply(simd, y, p, x), shape_error);
    CHECK_THROWS_AS(multiply(simd, good, p, short_x), shape_error);
}

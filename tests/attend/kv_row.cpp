// SPDX-License-Identifier: MIT
#include <qad/attend/kv_row.hpp>

#include <support/random_matrix.hpp>

#include <qad/formats/bf16.hpp>
#include <qad/formats/fp16.hpp>

#include <doctest/doctest.h>

#include <limits> // numeric_limits

using namespace qad;
using namespace qad::test;

static_assert(kv_element<float> && kv_element<double> && kv_element<bf16> && kv_element<fp16>);
static_assert(kv_element<int8> && !kv_element<int4>); // int4 would need packing
static_assert(is_scaled<int8> && !is_scaled<bf16> && !is_scaled<float>);

TEST_CASE("an int8 row is off by at most half a step") {
    // |x/s − code| ≤ 1/2 by rounding to nearest; x/s itself is computed with an error of at
    // most 127·2u, u = 2^-24, because quotient and scale are rounded.
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        auto const x = random_vector<float>(64, seed);
        std::vector<int8> codes(64);
        double const scale = encode<int8, float>(codes, x);
        for (std::size_t j = 0; j < 64; ++j) {
            double const back = scale * codes[j].value;
            CHECK(std::abs(back - static_cast<double>(x[j])) <= scale * (0.5 + 254 * 0x1p-24));
        }
    }
}

TEST_CASE("an int8 row's largest value takes the last code, and a row of zeros is zero") {
    std::vector<float> x = {0.5f, -2.54f, 1.0f};
    std::vector<int8> codes(3);
    float const scale = encode<int8, float>(codes, x);
    CHECK(codes[1].value == -127);
    CHECK(scale == 2.54f / 127);
    std::vector<float> const zeros(3);
    CHECK(encode<int8, float>(codes, zeros) > 0);
    for (int8 code : codes) { CHECK(code.value == 0); }
}

TEST_CASE("16-bit elements are the nearest, floats are kept, none of them needs a scale") {
    auto const x = random_vector<float>(32, 1);
    std::vector<bf16> b(32);
    std::vector<float> f(32);
    CHECK(encode<bf16, float>(b, x) == 1);
    CHECK(encode<float, float>(f, x) == 1);
    CHECK(f == x);
    for (std::size_t j = 0; j < 32; ++j) {
        CHECK(b[j] == bf16::nearest(x[j]));
        CHECK(decode<double>(b[j]) == static_cast<double>(static_cast<float>(b[j])));
    }
}

TEST_CASE("what the elements cannot hold is refused, not stored as something else") {
    std::vector<fp16> h(1);
    std::vector<int8> codes(2);
    float const nan = std::numeric_limits<float>::quiet_NaN();
    float const infinity = std::numeric_limits<float>::infinity();
    CHECK_THROWS_AS((encode<fp16, float>(h, std::vector<float>{70000})), shape_error);
    CHECK_THROWS_AS((encode<int8, float>(codes, std::vector<float>{1, nan})), shape_error);
    CHECK_THROWS_AS((encode<int8, float>(codes, std::vector<float>{1, infinity})), shape_error);
}

TEST_CASE("rows are stored, read one by one and in runs, and copied") {
    auto const x = random_matrix<float>(6, 8, 2);
    kv_rows<int8> rows(12, 8);
    for (index_t i = 0; i < 6; ++i) { rows.store<float>(i, x.row(i)); }
    rows.copy(0, 6, 6);
    kv_run<int8> const run = rows.run(6, 6);
    CHECK(run.count == 6);
    for (index_t i = 0; i < 6; ++i) {
        kv_row<int8> const row = rows.row(i);
        CHECK(run.scales[i] == row.scale);
        for (std::size_t j = 0; j < 8; ++j) {
            CHECK(run.values[static_cast<std::size_t>(i * run.stride) + j] == row.values[j]);
        }
    }
}

TEST_CASE("a row costs its elements, and 4 bytes of scale for int8") {
    CHECK(kv_rows<float>(10, 64).bytes() == 10 * 64 * 4);
    CHECK(kv_rows<bf16>(10, 64).bytes() == 10 * 64 * 2);
    CHECK(kv_rows<int8>(10, 64).bytes() == 10 * (64 + 4));
    CHECK(kv_rows<float>(1, 4).run(0, 1).scales == nullptr);
}

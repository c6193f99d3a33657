// SPDX-License-Identifier: MIT
#include <qad/formats.hpp>

#include <doctest/doctest.h>

#include <initializer_list> // for over a few values
#include <type_traits>      // is_trivially_copyable_v

using namespace qad;

namespace {

/// Converts by itself, as a careless format would.
struct careless {
    static constexpr int bits = 16;
    static careless nearest(float) { return {}; }
    operator float() const { return 0; }
};
/// Takes a float by itself.
struct greedy {
    static constexpr int bits = 16;
    greedy(float) {}
    static greedy nearest(float x) { return {x}; }
    explicit operator float() const { return 0; }
};
/// Rounds in the dark.
struct nameless {
    static constexpr int bits = 16;
    explicit operator float() const { return 0; }
};

} // namespace

TEST_CASE("the concept takes the formats of the library and refuses what converts by itself") {
    static_assert(number_format<fp16> && number_format<bf16> && number_format<nf4>);
    static_assert(number_format<int8> && number_format<int2> && number_format<dynamic8>);
    static_assert(!number_format<careless> && !number_format<greedy> && !number_format<nameless>);
    static_assert(!number_format<float> && !number_format<double> && !number_format<int>);
    CHECK(number_format<fp16>);
}

TEST_CASE("a code format stands behind a scale: 16-bit floats do not, they carry their own") {
    static_assert(code_format<int4> && code_format<nf4> && code_format<dynamic8>);
    static_assert(!code_format<fp16> && !code_format<bf16>);
    CHECK(code_format<int8>);
}

TEST_CASE_TEMPLATE("a format is plain bytes: copied, mapped from files, zero-initialized", F, fp16,
                   bf16, int8, int4, int3, int2, nf4, dynamic8) {
    static_assert(std::is_trivially_copyable_v<F> && std::is_standard_layout_v<F>);
    CHECK(static_cast<float>(F{}) == 0); // the number that was given no value is 0
    CHECK(F{} == F::nearest(0.0f));
}

TEST_CASE_TEMPLATE("rounding does not change what is already in the format", F, fp16, bf16, int8,
                   int4, int3, int2, nf4, dynamic8) {
    for (float x : {-3.7f, -1.0f, -0.3f, -0.001f, 0.0f, 0.2f, 0.7f, 1.0f, 2.5f, 100.0f}) {
        F const once = F::nearest(x);
        CHECK(F::nearest(static_cast<float>(once)) == once);
    }
}

TEST_CASE_TEMPLATE("rounding keeps the order", F, fp16, bf16, int8, int4, int3, int2, nf4,
                   dynamic8) {
    float before = static_cast<float>(F::nearest(-9.0f));
    for (int i = -900; i <= 900; ++i) {
        float const now = static_cast<float>(F::nearest(static_cast<float>(i) / 100));
        CHECK(now >= before);
        before = now;
    }
}

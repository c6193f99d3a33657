// SPDX-License-Identifier: MIT
#include <qad/model/weight.hpp>

#include <doctest/doctest.h>

#include <qad/model/scheme.hpp>

#include "support/random_matrix.hpp"

using namespace qad;

namespace {

/// One weight of each kind, all from the same 6 × 64 numbers.
std::vector<weight> every_kind() {
    auto const w = test::random_matrix<float>(6, 64, 1);
    std::vector<weight> all;
    for (char const* scheme : {"fp32", "bf16", "fp16", "int8:channel", "int4:32", "int3:16", "nf4:64"}) {
        all.push_back(round_to(w, parse_scheme(scheme)));
    }
    all.push_back(encode(ggml_type::q4_0, w));
    return all;
}

} // namespace

TEST_CASE("there are eight kinds, and each knows its shape, size and name") {
    auto const all = every_kind();
    REQUIRE(all.size() == std::variant_size_v<weight>);
    char const* const names[] = {"fp32", "bf16", "fp16", "int8 per channel", "int4 per group of 32",
                                 "int3 per group of 16", "nf4 per group of 64", "Q4_0"};
    // Codes, and an fp16 scale for each group: by hand.
    index_t const sizes[] = {1536, 768, 768, 384 + 6 * 2, 192 + 12 * 2, 144 + 24 * 2, 192 + 6 * 2, 6 * 2 * 18};
    for (std::size_t k = 0; k < all.size(); ++k) {
        CAPTURE(names[k]);
        CHECK(all[k].index() == k);
        CHECK(rows(all[k]) == 6);
        CHECK(cols(all[k]) == 64);
        CHECK(kind(all[k]) == names[k]);
        CHECK(bytes(all[k]) == sizes[k]);
    }
}

// The reference product decodes a row and multiplies with it: the kind must not matter beyond that.
TEST_CASE("a product with any kind has the bits of the product with its numbers") {
    auto const x = test::random_matrix<float>(5, 64, 2);
    for (weight const& w : every_kind()) {
        CAPTURE(kind(w));
        matrix<float> got(5, 6), want(5, 6);
        multiply(ref, got, w, x);
        multiply(ref, want, shared_matrix<float>(to_float(w)), x);
        CHECK(test::same_bits(got, want));
    }
}

TEST_CASE("weights that share an input are multiplied each") {
    auto const x = test::random_matrix<float>(3, 64, 3);
    auto const all = every_kind();
    matrix<float> a(3, 6), b(3, 6), want(3, 6);
    std::array const y = {a.view(), b.view()};
    std::array const w = {&all[3], &all[7]};
    multiply(ref, std::span<matrix_view<float> const>(y), std::span<weight const* const>(w),
             matrix_view<float const>(x));
    multiply(ref, want, all[3], x);
    CHECK(test::same_bits(a, want));
    multiply(ref, want, all[7], x);
    CHECK(test::same_bits(b, want));
}

TEST_CASE("a row decodes to what the matrix stands for, in float and double") {
    for (weight const& w : every_kind()) {
        auto const all = to_float(w);
        std::vector<float> row(64);
        std::vector<double> exact(64);
        decode_row<float>(w, 4, row);
        decode_row<double>(w, 4, exact);
        CHECK(test::same_bits<float>(row, all.row(4)));
        for (std::size_t j = 0; j < 64; ++j) { CHECK(static_cast<float>(exact[j]) == row[j]); }
    }
}

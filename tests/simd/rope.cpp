// SPDX-License-Identifier: MIT
#include <qad/simd/rope.hpp>

#include <qad/core/random.hpp> // generator

#include <doctest/doctest.h>

#include <cmath> // fabs

using namespace qad;

TEST_CASE("rotation is the readable loop's, up to the rounding of one multiply-add") {
    generator g(5);
    for (index_t head_dim : {2, 6, 64, 80}) {
        for (index_t rotary : {index_t{2}, head_dim}) {
            auto const how = make_rope(10000, rotary);
            // Several batches in a row, so that remembered angles must not survive their
            // positions.
            for (index_t first : {0, 3, 3, 7}) {
                matrix<float> x(40, 3 * head_dim), y(40, 3 * head_dim);
                std::vector<index_t> positions;
                for (index_t t = 0; t < 40; ++t) {
                    positions.push_back(first + 2 * t);
                    for (index_t j = 0; j < x.cols(); ++j) {
                        y(t, j) = x(t, j) = static_cast<float>(g.normal());
                    }
                }
                matrix<float> const before = x;
                rotate<float>(simd, x, head_dim, positions, how);
                rotate<float>(ref, y, head_dim, positions, how);
                for (index_t t = 0; t < 40; ++t) {
                    for (index_t j = 0; j < x.cols(); ++j) {
                        // Two products of at most |x| each; one of them may or may not be
                        // rounded.
                        float const limit = 4;
                        CHECK(std::fabs(x(t, j) - y(t, j)) <= 0x1p-23f * limit * 2);
                    }
                }
                for (index_t t = 0; t < 40 && rotary < head_dim; ++t) {
                    CHECK(x(t, head_dim - 1) == before(t, head_dim - 1));
                }
            }
        }
    }
}

TEST_CASE("other frequencies or another factor are not taken for the same angles") {
    std::vector<index_t> const positions = {100};
    matrix<float> a(1, 8), b(1, 8), c(1, 8);
    for (index_t j = 0; j < 8; ++j) { a(0, j) = b(0, j) = c(0, j) = 1; }
    auto how = make_rope(10000, 8);
    rotate<float>(simd, a, 8, positions, how);
    rotate<float>(simd, b, 8, positions, make_rope(500000, 8));
    how.attention_factor = 2;
    rotate<float>(simd, c, 8, positions, how);
    CHECK(a(0, 1) != b(0, 1));
    CHECK(c(0, 1) == 2 * a(0, 1));
}

TEST_CASE("the gradient of the rotation turns back") {
    generator g(8);
    std::vector<index_t> const positions = {0, 1, 7, 400};
    auto const how = make_rope(1000, 16);
    matrix<float> x(4, 32);
    for (index_t i = 0; i < x.size(); ++i) { x.data()[i] = static_cast<float>(g.normal()); }
    matrix<float> turned = x, readable = x;
    rotate<float>(simd, turned, 16, positions, how);
    rotate_gradient<float>(simd, turned, 16, positions, how);
    rotate_gradient<float>(ref, readable, 16, positions, how);
    matrix<float> fast = x;
    rotate_gradient<float>(simd, fast, 16, positions, how);
    for (index_t i = 0; i < x.size(); ++i) {
        // Two rotations of numbers below 8, each of two products and a sum.
        CHECK(std::abs(turned.data()[i] - x.data()[i]) <= 8 * 8 * 0x1p-24);
        CHECK(std::abs(fast.data()[i] - readable.data()[i]) <= 8 * 4 * 0x1p-24);
    }
}

// SPDX-License-Identifier: MIT
#include <qad/simd/swiglu.hpp>

#include <qad/core/random.hpp> // generator

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("SwiGLU is the readable loop's within the error of its exponential") {
    generator g(3);
    for (index_t cols : {1, 2, 15, 16, 17, 31, 33, 1536}) {
        matrix<float> gate(5, cols), up(5, cols), out(5, cols);
        matrix<double> gate64(5, cols), up64(5, cols), exact(5, cols);
        for (index_t t = 0; t < 5; ++t) {
            for (index_t j = 0; j < cols; ++j) {
                gate64(t, j) = gate(t, j) = static_cast<float>(10 * g.normal());
                up64(t, j) = up(t, j) = static_cast<float>(g.normal());
            }
        }
        swiglu<double>(ref, exact, gate64.view(), up64.view());
        swiglu<float>(simd, out, gate.view(), up.view());
        for (index_t t = 0; t < 5; ++t) {
            for (index_t j = 0; j < cols; ++j) {
                CHECK(std::fabs(out(t, j) - exact(t, j)) <= 0x1p-21 * std::fabs(exact(t, j)));
            }
        }
        // In place, as the forward does it.
        swiglu<float>(simd, gate, gate.view(), up.view());
        for (index_t j = 0; j < cols; ++j) { CHECK(gate(4, j) == out(4, j)); }
    }
}

TEST_CASE("large gates saturate: silu(x) is x or 0") {
    matrix<float> gate(1, 4), up(1, 4), out(1, 4);
    float const values[] = {100.0f, 500.0f, -100.0f, -500.0f};
    for (index_t j = 0; j < 4; ++j) {
        gate(0, j) = values[j];
        up(0, j) = 1;
    }
    swiglu<float>(simd, out, gate.view(), up.view());
    CHECK(out(0, 0) == 100.0f);
    CHECK(out(0, 1) == 500.0f);
    CHECK(std::fabs(out(0, 2)) < 1e-35f);
    CHECK(std::fabs(out(0, 3)) < 1e-35f);
}

TEST_CASE("the gradient of SwiGLU is the readable loop's") {
    generator g(4);
    for (index_t cols : {1, 17, 64, 1536}) {
        matrix<float> gate(5, cols), up(5, cols), dout(5, cols), dgate(5, cols), dup(5, cols);
        matrix<double> gate64(5, cols), up64(5, cols), dout64(5, cols), a(5, cols), b(5, cols);
        for (index_t i = 0; i < gate.size(); ++i) {
            gate64.data()[i] = gate.data()[i] = static_cast<float>(4 * g.normal());
            up64.data()[i] = up.data()[i] = static_cast<float>(g.normal());
            dout64.data()[i] = dout.data()[i] = static_cast<float>(g.normal());
            dgate.data()[i] = dup.data()[i] = 1; // added to
            a.data()[i] = b.data()[i] = 1;
        }
        swiglu_gradient<double>(ref, a, b, dout64.view(), gate64.view(), up64.view());
        swiglu_gradient<float>(simd, dgate, dup, dout.view(), gate.view(), up.view());
        for (index_t i = 0; i < gate.size(); ++i) {
            // Terms of size |dout·up·(1 + |gate|)| within 2⁻²⁰, and the rounding of the sum.
            double const size = std::abs(dout64.data()[i]) *
                                (std::abs(up64.data()[i]) + 1) * (1 + std::abs(gate64.data()[i]));
            double const bound = 0x1p-20 * size + 0x1p-23 * (1 + size);
            CHECK(std::abs(dgate.data()[i] - a.data()[i]) <= bound);
            CHECK(std::abs(dup.data()[i] - b.data()[i]) <= bound);
        }
    }
}

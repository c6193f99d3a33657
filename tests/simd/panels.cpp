// SPDX-License-Identifier: MIT
#include <qad/simd/panels.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("what is packed comes out again: every code, scale and zero point, in 4 and 8 bits") {
    for (int bits : {4, 8}) {
        for (bool zeros : {false, true}) {
            for (bool half : {false, true}) {
                panel_shape const shape{
                    .rows = 19, .cols = 128, .group = 32, .bits = bits, .has_zeros = zeros};
                int const lowest = -(1 << (bits - 1)), count = 1 << bits;
                auto const code = [&](index_t i, index_t j) {
                    return static_cast<int>((i * 37 + j * 11) % count) + lowest;
                };
                // An eighth is an fp16, a third is none.
                auto const scale = [&](index_t i, index_t g) {
                    return static_cast<float>(i + 4 * g + 1) / (half ? 8.0f : 3.0f);
                };
                auto const zero = [&](index_t i, index_t g) {
                    return static_cast<int>((i * 5 + g * 3) % count) + lowest;
                };
                panels<isa::native> const p(shape, code, scale, zero);
                for (index_t i = 0; i < 19; ++i) {
                    for (index_t j = 0; j < 128; ++j) {
                        int const steps = code(i, j) - (zeros ? zero(i, j / 32) : 0);
                        CHECK(p.decode(i, j) == scale(i, j / 32) * static_cast<float>(steps));
                    }
                }
                // Two bytes for a scale where that loses nothing and the processor reads them.
                bool const short_scales = half && dot_ops<isa::native>::has_fp16;
                index_t const most = p.count() * p.panel_rows * 4 * (short_scales ? 2 : 4);
                CHECK(p.bytes() <=
                      p.count() * p.panel_rows * (128 * bits / 8 + (zeros ? 8 : 0)) + most +
                          128 * p.count());
            }
        }
    }
}

// SPDX-License-Identifier: MIT
#include <qad/quantize/scale_array.hpp>

#include <qad/core/random.hpp>
#include <doctest/doctest.h>

#include <cmath>

using namespace qad;

// A quantizer that divided by one scale and stored another would be off by up to half a step.
TEST_CASE("what stored() promises is what the array returns") {
    generator random(61);
    std::vector<float> wishes;
    for (int k = 0; k < 300; ++k) {
        wishes.push_back(static_cast<float>(std::exp(random.uniform(-14, 8))));
    }
    for (auto format : {scale_format::fp32, scale_format::fp16, scale_format::bf16}) {
        scale_array const scales(wishes, format);
        CHECK(scales.format() == format);
        CHECK(scales.bytes() == 300 * (format == scale_format::fp32 ? 4 : 2));
        for (index_t i = 0; i < 300; ++i) {
            float const wish = wishes[static_cast<std::size_t>(i)];
            CHECK(scales[i] == scale_array::stored(wish, format));
            // Half a unit in the last place: 2⁻²⁴ (fp32), 2⁻¹¹ (fp16, above its subnormals),
            // 2⁻⁸.
            double const unit = format == scale_format::fp32   ? 0
                                : format == scale_format::fp16 ? 0x1p-11
                                                               : 0x1p-8;
            if (wish >= 0x1p-14f) { CHECK(std::fabs(scales[i] - wish) <= unit * wish); }
        }
    }
}

// 0 cannot be divided by, infinity turns every weight to 0.
TEST_CASE("a scale neither vanishes nor overflows") {
    CHECK(scale_array::stored(1e-30f, scale_format::fp16) == 0x1p-24f);
    CHECK(scale_array::stored(0, scale_format::fp16) == 0); // a file may hold it
    CHECK_THROWS_AS((void)scale_array::stored(70000.0f, scale_format::fp16), shape_error);
    CHECK_THROWS_AS(scale_array(std::vector<float>{1, 70000}, scale_format::fp16), shape_error);
    CHECK(scale_array::stored(70000.0f, scale_format::bf16) ==
          static_cast<float>(bf16::nearest(70000.0f)));
}

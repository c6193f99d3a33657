// SPDX-License-Identifier: MIT
// The answer to exercise 3.1: the library's ruler, its ends set for any qmax.
#pragma once
#include <qad/formats/integer.hpp> // int8
#include <qad/quantize/ruler.hpp>  // ruler, extent

#include <span>   // span
#include <vector> // vector

namespace reference {

inline float step(std::span<float const> w, int qmax) {
    qad::extent range;
    for (float x : w) { range.include(x); }
    return qad::ruler<qad::int8>::divisor(range.magnitude() / static_cast<float>(qmax),
                                          qad::scale_format::fp32);
}

inline std::vector<int> quantize(std::span<float const> w, float s, int qmax) {
    auto const end = static_cast<float>(qmax);
    qad::ruler<qad::int8> const marks{.scale = s, .low = -end, .high = end};
    std::vector<int> q;
    for (float x : w) { q.push_back(static_cast<int>(marks.steps(x))); }
    return q;
}

inline std::vector<float> dequantize(std::span<int const> q, float s) {
    std::vector<float> w;
    for (int code : q) { w.push_back(s * static_cast<float>(code)); }
    return w;
}

} // namespace reference

// SPDX-License-Identifier: MIT
// The answer to exercise 3.3. The library's granularity wants groups that divide a row; here the
// last one may be shorter, so rows are cut by hand. What measures a group is the library's.
#pragma once
#include <qad/formats/integer.hpp> // int8
#include <qad/quantize/ruler.hpp>  // ruler, extent

#include <algorithm> // min
#include <cstddef>   // size_t
#include <span>      // span
#include <vector>    // vector

namespace reference {

inline std::vector<float> group_scales(std::span<float const> w, std::size_t cols,
                                       std::size_t group, int qmax) {
    std::vector<float> scales;
    for (std::size_t row = 0; row < w.size(); row += cols) {
        for (std::size_t first = 0; first < cols; first += group) {
            qad::extent range;
            for (float x : w.subspan(row + first, std::min(group, cols - first))) {
                range.include(x);
            }
            scales.push_back(qad::ruler<qad::int8>::divisor(
                range.magnitude() / static_cast<float>(qmax), qad::scale_format::fp32));
        }
    }
    return scales;
}

// A row is one group as long as itself.
inline std::vector<float> row_scales(std::span<float const> w, std::size_t cols, int qmax) {
    return group_scales(w, cols, cols, qmax);
}

inline std::vector<int> codes(std::span<float const> w, std::size_t cols,
                              std::span<float const> scales, int qmax) {
    auto const end = static_cast<float>(qmax);
    std::vector<int> q;
    for (std::size_t i = 0; i < w.size(); ++i) {
        float const scale = scales[scales.size() == 1 ? 0 : i / cols];
        qad::ruler<qad::int8> const marks{.scale = scale, .low = -end, .high = end};
        q.push_back(static_cast<int>(marks.steps(w[i])));
    }
    return q;
}

} // namespace reference

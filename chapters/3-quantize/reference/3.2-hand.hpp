// SPDX-License-Identifier: MIT
// The answer to exercise 3.2: the library's ruler again, its ends set for any qmax.
#pragma once
#include <qad/formats/integer.hpp> // int8
#include <qad/quantize/ruler.hpp>  // ruler, extent

#include <cstddef> // size_t
#include <span>    // span
#include <vector>  // vector

namespace reference {

inline qad::ruler<qad::int8> ruler_of(std::span<float const> w, int qmax) {
    qad::extent range;
    for (float x : w) { range.include(x); }
    auto const end = static_cast<float>(qmax);
    return {.scale = qad::ruler<qad::int8>::divisor(range.magnitude() / end,
                                                    qad::scale_format::fp32),
            .low = -end,
            .high = end};
}

inline std::vector<int> codes(std::span<float const> w, int qmax) {
    std::vector<int> q;
    for (float x : w) { q.push_back(static_cast<int>(ruler_of(w, qmax).steps(x))); }
    return q;
}

inline std::vector<float> errors(std::span<float const> w, int qmax) {
    std::vector<float> moved;
    for (float x : w) { moved.push_back(std::fabs(x - ruler_of(w, qmax).nearest(x))); }
    return moved;
}

inline std::size_t victim(std::span<float const> w, int qmax) {
    auto const moved = errors(w, qmax);
    std::size_t worst = 0;
    auto const share = [&](std::size_t i) {
        return w[i] == 0 ? 0.0f : moved[i] / std::fabs(w[i]);
    };
    for (std::size_t i = 1; i < w.size(); ++i) {
        if (share(i) > share(worst)) { worst = i; }
    }
    return worst;
}

} // namespace reference

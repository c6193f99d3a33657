// SPDX-License-Identifier: MIT
// Believes: the channels to protect are those with large weights.
#pragma once
#include "../reference/3.5-awq.hpp"

namespace mistaken {

using reference::salience;
using reference::scaled_quantize;

inline std::vector<float> search_scale(std::span<float const> w, std::span<float const> x,
                                       std::size_t inputs) {
    auto const busy = salience(w, inputs); // of the weights
    std::vector<float> best;
    double least = 0;
    for (int k = 0; k < 20; ++k) {
        std::vector<float> s;
        for (double b : busy) { s.push_back(static_cast<float>(std::pow(b, k / 20.0))); }
        auto off = scaled_quantize(w, s);
        for (std::size_t j = 0; j < w.size(); ++j) { off[j] -= w[j]; }
        double const error =
            qad::squared_output(reference::rows_of(off, inputs), reference::rows_of(x, inputs));
        if (k == 0 || error < least) { least = error, best = s; }
    }
    return best;
}

} // namespace mistaken

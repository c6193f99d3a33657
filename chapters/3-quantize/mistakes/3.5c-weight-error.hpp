// SPDX-License-Identifier: MIT
// Believes: the best scales are those that leave the weights closest to what they were.
#pragma once
#include "../reference/3.5-awq.hpp"

namespace mistaken {

using reference::salience;
using reference::scaled_quantize;

inline std::vector<float> search_scale(std::span<float const> w, std::span<float const> x,
                                       std::size_t inputs) {
    auto const busy = salience(x, inputs);
    std::vector<float> best;
    double least = 0;
    for (int k = 0; k < 20; ++k) {
        std::vector<float> s;
        for (double b : busy) {
            s.push_back(std::max(static_cast<float>(std::pow(b, k / 20.0)), 1e-4f));
        }
        auto const seen = scaled_quantize(w, s);
        double error = 0;
        for (std::size_t j = 0; j < w.size(); ++j) {
            error += double(seen[j] - w[j]) * double(seen[j] - w[j]);
        }
        if (k == 0 || error < least) { least = error, best = s; }
    }
    return best;
}

} // namespace mistaken

// SPDX-License-Identifier: MIT
// The answer to exercise 3.5, rounded by the library. Its whole AWQ, qad/quantize/awq.hpp, does
// the same for several matrices that share an input; it stands on Eigen, and this need not.
#pragma once
#include <qad/quantize/round.hpp> // quantize, dequantize

#include <algorithm> // max
#include <cmath>     // fabs, pow
#include <span>      // span
#include <vector>    // vector

namespace reference {

inline std::vector<double> salience(std::span<float const> x, std::size_t inputs) {
    std::vector<double> busy(inputs);
    for (std::size_t k = 0; k < x.size(); ++k) { busy[k % inputs] += std::fabs(double(x[k])); }
    for (double& b : busy) { b /= double(x.size() / inputs); }
    return busy;
}

inline std::vector<float> scaled_quantize(std::span<float const> w, std::span<float const> s) {
    auto const inputs = static_cast<qad::index_t>(s.size());
    qad::matrix<float> seen(static_cast<qad::index_t>(w.size()) / inputs, inputs);
    for (std::size_t k = 0; k < w.size(); ++k) { seen.data()[k] = w[k] * s[k % s.size()]; }
    seen = qad::dequantize(qad::quantize<qad::int4>(seen, qad::per_channel()));
    for (std::size_t k = 0; k < w.size(); ++k) { seen.data()[k] /= s[k % s.size()]; }
    return {seen.data(), seen.data() + seen.size()};
}

// What the outputs lose when w is seen as `seen`.
inline double output_error(std::span<float const> w, std::span<float const> seen,
                           std::span<float const> x, std::size_t inputs) {
    double error = 0;
    for (std::size_t r = 0; r < w.size(); r += inputs) {
        for (std::size_t t = 0; t < x.size(); t += inputs) {
            double y = 0;
            for (std::size_t j = 0; j < inputs; ++j) {
                y += double(seen[r + j] - w[r + j]) * double(x[t + j]);
            }
            error += y * y;
        }
    }
    return error;
}

// Of the 20 scales busy^(k/20) the one with the least error(seen).
template <class Error> std::vector<float>
best_scale(std::span<float const> w, std::vector<double> const& busy, Error const& error) {
    std::vector<float> best;
    double least = 0;
    for (int k = 0; k < 20; ++k) {
        std::vector<float> s;
        for (double b : busy) {
            s.push_back(std::max(static_cast<float>(std::pow(b, k / 20.0)), 1e-4f));
        }
        double const e = error(scaled_quantize(w, s));
        if (k == 0 || e < least) { least = e, best = s; }
    }
    return best;
}

inline std::vector<float> search_scale(std::span<float const> w, std::span<float const> x,
                                       std::size_t inputs) {
    return best_scale(w, salience(x, inputs), [&](std::vector<float> const& seen) {
        return output_error(w, seen, x, inputs);
    });
}

} // namespace reference

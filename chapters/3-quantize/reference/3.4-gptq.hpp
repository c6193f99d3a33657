// SPDX-License-Identifier: MIT
// The answer to exercise 3.4. Rows are rounded by the library, which takes many at once.
#pragma once
#include <qad/formats/integer.hpp>         // int8
#include <qad/quantize/round_and_push.hpp> // round_and_push

#include <algorithm> // clamp
#include <cmath>     // nearbyint
#include <span>      // span
#include <vector>    // vector

namespace reference {

inline std::vector<double> hessian(std::span<float const> x, std::size_t inputs,
                                   double damping) {
    std::vector<double> h(inputs * inputs);
    double trace = 0;
    for (std::size_t t = 0; t < x.size(); t += inputs) {
        for (std::size_t i = 0; i < inputs; ++i) {
            double const one = double(x[t + i]);
            for (std::size_t j = 0; j < inputs; ++j) {
                h[i * inputs + j] += one * double(x[t + j]);
            }
            trace += one * one;
        }
    }
    for (std::size_t i = 0; i < inputs; ++i) {
        h[i * inputs + i] += damping * trace / double(inputs);
    }
    return h;
}

inline int round_and_push(std::span<double> w, std::span<double const> u, std::size_t i,
                          float s, int qmax) {
    double const* const row = &u[i * w.size()];
    double const k = std::clamp(std::nearbyint(w[i] / double(s)), -double(qmax), double(qmax));
    double const e = (w[i] - double(s) * k) / row[i];
    for (std::size_t j = i + 1; j < w.size(); ++j) { w[j] -= e * row[j]; }
    w[i] = double(s) * k;
    return static_cast<int>(k);
}

// The same steps by the library, for a matrix of one row.
inline std::vector<int> gptq_row(std::span<double const> w, std::span<double const> u, float s,
                                 int qmax) {
    auto const n = static_cast<qad::index_t>(w.size());
    std::vector<double> now(w.begin(), w.end()), k(w.size()), e(w.size());
    qad::ruler<qad::int8> const marks{.scale = s, .low = -float(qmax), .high = float(qmax)};
    qad::round_and_push<double>({now.data(), n, 1}, {k.data(), n, 1}, {e.data(), n, 1},
                                {u.data(), n, n}, [&](qad::index_t) { return &marks; });
    return {k.begin(), k.end()};
}

} // namespace reference

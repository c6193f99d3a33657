// SPDX-License-Identifier: MIT
// What every benchmark needs: random operands, and the limits of this machine beside which it stands.
#ifndef QAD_BENCH_MEASURE_HPP
#define QAD_BENCH_MEASURE_HPP

#include <qad/core/random.hpp> // generator
#include <qad/simd.hpp>        // dot_ops, read_bandwidth, sgemm_rate

#include <vector> // vector

namespace bench {

using namespace qad;

inline matrix<float> random_matrix(index_t rows, index_t cols, std::uint64_t seed) {
    generator g(seed);
    matrix<float> m(rows, cols);
    for (index_t i = 0; i < m.size(); ++i) {
        m.data()[i] = static_cast<float>(g.uniform(-1, 1));
    }
    return m;
}

/// Multiply-adds of 8-bit numbers per second, times two, that the dot products of the instruction set reach on
/// operands in the first cache level, all threads together (tiles not counted).
inline double dot_peak() {
    using ops = dot_ops<isa::native>;
    std::vector<double> work(64);
    double const repeat = 20000;
    double const time = median_seconds([&] {
        threads().run([&](int share, int) {
            alignas(64) std::uint8_t w[64 * static_cast<std::size_t>(ops::rows)] = {1, 2, 3};
            alignas(64) std::int8_t x[64 * static_cast<std::size_t>(ops::tokens)] = {1, 2, 3};
            typename ops::ints sums[static_cast<std::size_t>(ops::tokens)];
            for (auto& sum : sums) { sum = ops::correction(128, share); }
            for (int r = 0; r < 20000; ++r) { ops::template dot<8, 64>(sums, w, x); }
            alignas(64) float out[static_cast<std::size_t>(ops::rows)] = {};
            ops::store(out, ops::accumulate(ops::zero(), ops::load(out), 1.0f, sums[0]),
                       ops::rows);
            work[static_cast<std::size_t>(share)] = static_cast<double>(out[0]);
        });
    });
    return repeat * 2 * 64 * ops::rows * ops::tokens * threads().size() / time;
}

} // namespace bench

#endif

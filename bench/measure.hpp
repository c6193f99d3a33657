// SPDX-License-Identifier: MIT
// What every benchmark needs: random operands, and the limits of this machine beside which it stands.
#ifndef QAD_BENCH_MEASURE_HPP
#define QAD_BENCH_MEASURE_HPP

#include <qad/core/eigen.hpp>  // as_eigen
#include <qad/core/random.hpp> // generator
#include <qad/simd.hpp>        // batch, dot_ops

#include <algorithm> // nth_element
#include <chrono>    // steady_clock
#include <vector>    // vector

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

/// Seconds that f takes: the median of nine.
template <class F> double seconds(F&& f) {
    std::vector<double> times;
    for (int i = 0; i < 9; ++i) {
        auto const begin = std::chrono::steady_clock::now();
        f();
        times.push_back(
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    std::nth_element(times.begin(), times.begin() + 4, times.end());
    return times[4];
}

/// Bytes per second that the team reads from a working set of this size, which decides what level of
/// memory it lies in.
inline double read_bandwidth(index_t bytes) {
    weight_memory memory(std::max<index_t>(bytes, 1 << 16));
    std::fill_n(memory.data(), memory.size(), std::uint8_t{1});
    auto const* words = reinterpret_cast<float const*>(memory.data());
    index_t const count = memory.size() / 4;
    std::vector<float> results(64);
    auto const once = [&] {
        threads().run([&](int share, int shares) {
            constexpr index_t step = 8 * batch_size;
            index_t const begin = count / step * share / shares * step;
            index_t const end = count / step * (share + 1) / shares * step;
            batch sums[8];
            for (auto& sum : sums) { sum = batch(0.0f); }
            for (index_t i = begin; i < end; i += step) {
                for (int k = 0; k < 8; ++k) {
                    sums[k] = larger(sums[k], load(words + i + k * batch_size));
                }
            }
            batch all = sums[0];
            for (auto const& sum : sums) { all = larger(all, sum); }
            results[static_cast<std::size_t>(share)] = largest(all);
        });
    };
    int const repeat = static_cast<int>(std::max<index_t>(1, (32 << 20) / memory.size()));
    double const time = seconds([&] {
        for (int r = 0; r < repeat; ++r) { once(); }
    });
    return static_cast<double>(memory.size()) * repeat / time;
}

/// Multiply-adds of 8-bit numbers per second, times two, that the dot products of the instruction set reach on
/// operands in the first cache level, all threads together (tiles not counted).
inline double dot_peak() {
    using ops = dot_ops<isa::native>;
    std::vector<double> work(64);
    double const repeat = 20000;
    double const time = seconds([&] {
        threads().run([&](int share, int) {
            alignas(64) std::uint8_t w[64 * static_cast<std::size_t>(ops::rows)] = {1, 2, 3};
            alignas(64) std::int8_t x[64 * static_cast<std::size_t>(ops::tokens)] = {1, 2, 3};
            typename ops::ints sums[static_cast<std::size_t>(ops::tokens)];
            for (auto& sum : sums) { sum = ops::template correction<8>(share); }
            for (int r = 0; r < 20000; ++r) { ops::template dot<8, 64>(sums, w, x); }
            alignas(64) float out[static_cast<std::size_t>(ops::rows)] = {};
            ops::store(out, ops::accumulate(ops::zero(), ops::load(out), 1.0f, sums[0]),
                       ops::rows);
            work[static_cast<std::size_t>(share)] = static_cast<double>(out[0]);
        });
    });
    return repeat * 2 * 64 * ops::rows * ops::tokens * threads().size() / time;
}

/// Floating-point operations per second of the float matrix product behind Eigen, all threads together.
inline double sgemm_rate() {
    matrix<float> const a = random_matrix(256, 576, 1), b = random_matrix(256, 576, 2);
    std::vector<matrix<float>> c;
    for (int i = 0; i < threads().size(); ++i) { c.emplace_back(256, 256); }
    double const time = seconds([&] {
        threads().run([&](int share, int) {
            for (int r = 0; r < 10; ++r) {
                as_eigen(c[static_cast<std::size_t>(share)]).noalias() =
                    as_eigen(a) * as_eigen(b).transpose();
            }
        });
    });
    return 10.0 * 2 * 256 * 256 * 576 * threads().size() / time;
}

} // namespace bench

#endif

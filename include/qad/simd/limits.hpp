// SPDX-License-Identifier: MIT
// What the machine gives at best: the figures beside which a speed means something.
#ifndef QAD_SIMD_LIMITS_HPP
#define QAD_SIMD_LIMITS_HPP

#include <qad/core/eigen.hpp>         // as_eigen
#include <qad/core/random.hpp>        // generator
#include <qad/core/team.hpp>          // threads
#include <qad/simd/batch.hpp>         // batch, load
#include <qad/simd/weight_memory.hpp> // packed_memory

#include <algorithm> // nth_element
#include <chrono>    // steady_clock
#include <vector>    // vector

namespace qad {

/// Seconds that f takes: the median of nine.
template <class F> double median_seconds(F&& f) {
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

/// Bytes per second that the team reads from a working set of this size, which decides what
/// level of memory it lies in.
inline double read_bandwidth(index_t bytes) {
    packed_memory memory(std::max<index_t>(bytes, 1 << 16));
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
    double const time = median_seconds([&] {
        for (int r = 0; r < repeat; ++r) { once(); }
    });
    return static_cast<double>(memory.size()) * repeat / time;
}

/// Floating-point operations per second of the float matrix product behind Eigen, all threads
/// together.
inline double sgemm_rate() {
    matrix<float> a(256, 576), b(256, 576);
    generator random(1);
    for (auto* m : {&a, &b}) {
        for (index_t i = 0; i < m->size(); ++i) {
            m->data()[i] = static_cast<float>(random.uniform(-1, 1));
        }
    }
    std::vector<matrix<float>> c;
    for (int i = 0; i < threads().size(); ++i) { c.emplace_back(256, 256); }
    double const time = median_seconds([&] {
        threads().run([&](int share, int) {
            for (int r = 0; r < 10; ++r) {
                as_eigen(c[static_cast<std::size_t>(share)]).noalias() =
                    as_eigen(a) * as_eigen(b).transpose();
            }
        });
    });
    return 10.0 * 2 * 256 * 256 * 576 * threads().size() / time;
}

} // namespace qad

#endif

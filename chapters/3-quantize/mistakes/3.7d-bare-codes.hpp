// SPDX-License-Identifier: MIT
// Believes: a 4-bit type takes 4 bits.
#pragma once
#include <cstdint> // int64_t
#include <vector>  // vector

namespace mistaken {

inline double gguf_bits_per_weight(int type) {
    return type == 0 ? 32 : type == 1 ? 16 : type == 2 ? 4 : type == 8 ? 8 : type == 14 ? 6 : 0;
}

inline std::int64_t gguf_bytes(int type, std::int64_t rows, std::int64_t cols) {
    int const block = type < 2 ? 1 : type == 14 ? 256 : 32;
    if (cols % block != 0 || gguf_bits_per_weight(type) == 0) { return -1; }
    return rows * cols * static_cast<std::int64_t>(gguf_bits_per_weight(type)) / 8;
}

inline std::vector<int> choose_quantization(bool hosted_api, double billions, double memory_gb,
                                            bool cost_hurts, bool has_samples, bool on_cpu) {
    auto const fits = [&](int type) {
        return billions * gguf_bits_per_weight(type) / 8 <= 0.8 * memory_gb;
    };
    if (hosted_api) { return {0, 0, 0}; }
    int const bits = !cost_hurts && fits(1) ? 16 : fits(8) ? 8 : fits(2) ? 4 : -1;
    if (bits < 0) { return {-1, 0, 0}; }
    return {bits, bits == 16 ? 0 : bits == 4 && has_samples ? 2 : 1, on_cpu ? 2 : 1};
}

} // namespace mistaken

// SPDX-License-Identifier: MIT
// The answer to exercise 3.7: block sizes from the library's table of all types.
#pragma once
#include <qad/io/ggml_type.hpp> // find_facts

#include <cstdint> // int64_t
#include <vector>  // vector

namespace reference {

inline double gguf_bits_per_weight(int type) {
    auto const* found = qad::find_facts(static_cast<qad::ggml_type>(type));
    return found ? 8.0 * static_cast<double>(found->bytes) / static_cast<double>(found->block)
                 : 0;
}

inline std::int64_t gguf_bytes(int type, std::int64_t rows, std::int64_t cols) {
    auto const* found = qad::find_facts(static_cast<qad::ggml_type>(type));
    if (!found || cols % found->block != 0) { return -1; }
    return rows * (cols / found->block) * found->bytes;
}

inline std::vector<int> choose_quantization(bool hosted_api, double billions, double memory_gb,
                                            bool cost_hurts, bool has_samples, bool on_cpu) {
    auto const fits = [&](double bits) { return billions * bits / 8 <= 0.8 * memory_gb; };
    if (hosted_api) { return {0, 0, 0}; }
    // How many bits: the memory and the price decide.
    int const bits = !cost_hurts && fits(16)         ? 16
                     : fits(gguf_bits_per_weight(8)) ? 8
                     : fits(gguf_bits_per_weight(2)) ? 4
                                                     : -1;
    if (bits < 0) { return {-1, 0, 0}; }
    // Which method: the data decide. Which container: the machine.
    int const method = bits == 16 ? 0 : bits == 4 && has_samples ? 2 : 1;
    return {bits, method, on_cpu ? 2 : 1};
}

} // namespace reference

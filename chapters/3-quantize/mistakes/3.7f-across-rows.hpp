// SPDX-License-Identifier: MIT
// Believes: a tensor is so many weights, and its rows are of no interest.
#pragma once
#include "../reference/3.7-choose.hpp"

namespace mistaken {

using reference::choose_quantization, reference::gguf_bits_per_weight;

inline std::int64_t gguf_bytes(int type, std::int64_t rows, std::int64_t cols) {
    return reference::gguf_bytes(type, 1, rows * cols);
}

} // namespace mistaken

// SPDX-License-Identifier: MIT
// Believes: an int holds the bytes of any tensor.
#pragma once
#include "../reference/3.7-choose.hpp"

namespace mistaken {

using reference::choose_quantization, reference::gguf_bits_per_weight;

inline std::int64_t gguf_bytes(int type, std::int64_t rows, std::int64_t cols) {
    return static_cast<std::int32_t>(reference::gguf_bytes(type, rows, cols));
}

} // namespace mistaken

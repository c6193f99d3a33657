// SPDX-License-Identifier: MIT
// Believes: GGUF is a method: who has chosen it has nothing else to choose.
#pragma once
#include "../reference/3.7-choose.hpp"

namespace mistaken {

using reference::gguf_bits_per_weight, reference::gguf_bytes;

inline std::vector<int> choose_quantization(bool hosted_api, double billions, double memory_gb,
                                            bool cost_hurts, bool has_samples, bool on_cpu) {
    auto chosen = reference::choose_quantization(hosted_api, billions, memory_gb, cost_hurts,
                                                 has_samples, on_cpu);
    if (chosen[2] == 2) { chosen[1] = 0; }
    return chosen;
}

} // namespace mistaken

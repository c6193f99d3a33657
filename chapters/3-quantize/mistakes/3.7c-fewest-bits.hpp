// SPDX-License-Identifier: MIT
// Believes: int4 is free, so one takes it wherever one rounds at all.
#pragma once
#include "../reference/3.7-choose.hpp"

namespace mistaken {

using reference::gguf_bits_per_weight, reference::gguf_bytes;

inline std::vector<int> choose_quantization(bool hosted_api, double billions, double memory_gb,
                                            bool cost_hurts, bool has_samples, bool on_cpu) {
    auto chosen = reference::choose_quantization(hosted_api, billions, memory_gb, cost_hurts,
                                                 has_samples, on_cpu);
    if (chosen[0] > 4) {
        chosen[0] = 4;
        chosen[1] = has_samples ? 2 : 1;
    }
    return chosen;
}

} // namespace mistaken

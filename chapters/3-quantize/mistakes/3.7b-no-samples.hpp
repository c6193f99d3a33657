// SPDX-License-Identifier: MIT
// Believes: GPTQ and AWQ look at the weights, so they need nothing else.
#pragma once
#include "../reference/3.7-choose.hpp"

namespace mistaken {

using reference::gguf_bits_per_weight, reference::gguf_bytes;

inline std::vector<int> choose_quantization(bool hosted_api, double billions, double memory_gb,
                                            bool cost_hurts, bool, bool on_cpu) {
    return reference::choose_quantization(hosted_api, billions, memory_gb, cost_hurts, true,
                                          on_cpu);
}

} // namespace mistaken

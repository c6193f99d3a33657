// SPDX-License-Identifier: MIT
// Exercise 3.7, "How to choose in practice": read chapters/3-quantize/README.md#s3-7, then write
// these three. Judge it with  ./qad check 3.7   stuck?  ./qad hint 3.7
#pragma once
#include <cstdint> // int64_t
#include <vector>  // vector
#include "todo.hpp"

namespace learner {

/// Bits a weight of a GGUF tensor type, everything counted; 0 for a type that is not here:
///    0 F32    a weight: 4 bytes
///    1 F16    a weight: 2 bytes
///    2 Q4_0   32 weights: a scale of 2 bytes, then a code of 4 bits for each
///    8 Q8_0   32 weights: a scale of 2 bytes, then a code of 8 bits for each
///   14 Q6_K   256 weights: a code of 6 bits for each, 16 scales of 1 byte, one of 2 bytes
inline double gguf_bits_per_weight(int type) { todo(type); }

/// The bytes of a matrix of one of these types, up to many GB; -1 where a row is not a whole
/// number of blocks, and for a type that is not here.
inline std::int64_t gguf_bytes(int type, std::int64_t rows, std::int64_t cols) {
    todo(type, rows, cols);
}

/// { bits, method, container } for a model of so many billion weights.
///   bits        0 where a hosted API does the task: nothing of ours is rounded: {0, 0, 0}
///               else the first of these whose weights take 0.8 of the memory or less:
///               16, unless cost hurts; 8, stored like Q8_0; 4, stored like Q4_0
///               -1 where not even they fit: a smaller model: {-1, 0, 0}
///   method      0 nothing to round (16 bits)   1 round to nearest
///               2 GPTQ or AWQ: for 4 bits, and only with samples to calibrate on
///   container   1 safetensors, on a GPU        2 GGUF, on a CPU
inline std::vector<int> choose_quantization(bool hosted_api, double billions, double memory_gb,
                                            bool cost_hurts, bool has_samples, bool on_cpu) {
    todo(hosted_api, billions, memory_gb, cost_hurts, has_samples, on_cpu);
}

} // namespace learner

// SPDX-License-Identifier: MIT
// Exercise 2.4, "Why bf16 training is usually better than fp16": read
// chapters/2-formats/README.md#s2-4, then write these two.
// Judge it with  ./qad check 2.4   stuck?  ./qad hint 2.4
#pragma once
#include <cmath> // isfinite
#include <span>  // span
#include "todo.hpp"

namespace learner {

/// A format, as what it makes of a number: nearest(1.001f) is 1.0009766 in fp16 and 1 in bf16.
/// Too small becomes 0, too large becomes infinity.
using rounding = float (*)(float);

/// How many of the gradients that are not 0 become 0 in a format, when the loss, and with it
/// every gradient, has been multiplied by `loss_scale` before the format sees it.
inline int lost(std::span<float const> gradients, rounding nearest, float loss_scale) {
    todo(gradients, nearest, loss_scale);
}

/// One step of training. The backward pass has run in a narrow format with a scaled loss: of
/// each gradient g only nearest(g * loss_scale) is left. If one of these is not finite
/// (infinity, NaN), change nothing and return false. Otherwise take the scale out again, move
/// the fp32 weights,
///     master = master - rate * gradient,
/// and return true. They stay in fp32: the narrow copy for the next forward pass is made of
/// them.
inline bool sgd_step(std::span<float> master, std::span<float const> gradients, float rate,
                     rounding nearest, float loss_scale) {
    todo(master, gradients, rate, nearest, loss_scale);
}

} // namespace learner

// SPDX-License-Identifier: MIT
// What section 2.4, "Why bf16 training is usually better than fp16", asks for.
CONTRACT(lost, (std::span<float const> gradients, float (*nearest)(float), float loss_scale),
         int);
CONTRACT(sgd_step,
         (std::span<float> master, std::span<float const> gradients, float rate,
          float (*nearest)(float), float loss_scale),
         bool);

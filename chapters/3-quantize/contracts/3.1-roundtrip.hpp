// SPDX-License-Identifier: MIT
// What section 3.1, "The core trick", asks for.
CONTRACT(step, (std::span<float const> w, int qmax), float);
CONTRACT(quantize, (std::span<float const> w, float s, int qmax), std::vector<int>);
CONTRACT(dequantize, (std::span<int const> q, float s), std::vector<float>);

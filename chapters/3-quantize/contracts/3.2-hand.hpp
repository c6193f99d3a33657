// SPDX-License-Identifier: MIT
// What section 3.2, "A rounding example with real numbers", asks for.
CONTRACT(codes, (std::span<float const> w, int qmax), std::vector<int>);
CONTRACT(errors, (std::span<float const> w, int qmax), std::vector<float>);
CONTRACT(victim, (std::span<float const> w, int qmax), std::size_t);

// SPDX-License-Identifier: MIT
// What section 3.3, "Per-tensor vs per-channel", asks for.
CONTRACT(row_scales, (std::span<float const> w, std::size_t cols, int qmax),
         std::vector<float>);
CONTRACT(group_scales,
         (std::span<float const> w, std::size_t cols, std::size_t group, int qmax),
         std::vector<float>);
CONTRACT(codes,
         (std::span<float const> w, std::size_t cols, std::span<float const> scales, int qmax),
         std::vector<int>);

// SPDX-License-Identifier: MIT
// What section 2.5, "Worked memory calculations", asks for.
CONTRACT(weight_bytes,
         (std::int64_t rows, std::int64_t cols, int bits, std::int64_t group, int scale_bits),
         std::int64_t);
CONTRACT(bits_per_weight, (int bits, std::int64_t group, int scale_bits), double);
CONTRACT(bits_double_quantized,
         (int bits, std::int64_t group, int scale_bits, std::int64_t outer_group,
          int outer_bits),
         double);

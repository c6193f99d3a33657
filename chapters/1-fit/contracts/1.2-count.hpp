// SPDX-License-Identifier: MIT
// What section 1.2, "The first memory math", asks for.
CONTRACT(block_params, (std::span<std::int64_t const> shape, bool qkv_bias), std::int64_t);
CONTRACT(param_count, (std::span<std::int64_t const> shape, bool tied, bool qkv_bias),
         std::int64_t);
CONTRACT(effective_bits, (int bits, int group), double);

// SPDX-License-Identifier: MIT
// What section 2.2, "fp32, fp16, bf16, int8, int4", asks for.
CONTRACT(from_bf16, (std::uint16_t code), float);
CONTRACT(to_bf16, (float x), std::uint16_t);
CONTRACT(from_fp16, (std::uint16_t code), float);

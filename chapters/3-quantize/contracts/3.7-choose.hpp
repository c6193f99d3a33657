// SPDX-License-Identifier: MIT
// What section 3.7, "How to choose in practice", asks for.
CONTRACT(gguf_bits_per_weight, (int type), double);
CONTRACT(gguf_bytes, (int type, std::int64_t rows, std::int64_t cols), std::int64_t);
CONTRACT(choose_quantization,
         (bool hosted_api, double billions, double memory_gb, bool cost_hurts, bool has_samples,
          bool on_cpu),
         std::vector<int>);

// SPDX-License-Identifier: MIT
// What section 3.6, "What usually breaks first", asks for.
CONTRACT(margins, (std::span<float const> logits, std::size_t classes), std::vector<float>);
CONTRACT(count_flips,
         (std::span<float const> before, std::span<float const> after,
          std::span<std::size_t const> right, std::size_t classes),
         std::vector<std::size_t>);
CONTRACT(flip_report,
         (std::span<float const> before, std::span<float const> after, std::size_t classes,
          std::size_t bins),
         std::vector<std::size_t>);

// SPDX-License-Identifier: MIT
// What section 3.5, "AWQ", asks for.
CONTRACT(salience, (std::span<float const> x, std::size_t inputs), std::vector<double>);
CONTRACT(scaled_quantize, (std::span<float const> w, std::span<float const> s),
         std::vector<float>);
CONTRACT(search_scale, (std::span<float const> w, std::span<float const> x, std::size_t inputs),
         std::vector<float>);

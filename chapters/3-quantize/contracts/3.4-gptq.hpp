// SPDX-License-Identifier: MIT
// What section 3.4, "GPTQ", asks for.
CONTRACT(hessian, (std::span<float const> x, std::size_t inputs, double damping),
         std::vector<double>);
CONTRACT(round_and_push,
         (std::span<double> w, std::span<double const> u, std::size_t i, float s, int qmax),
         int);
CONTRACT(gptq_row, (std::span<double const> w, std::span<double const> u, float s, int qmax),
         std::vector<int>);

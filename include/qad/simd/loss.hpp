// SPDX-License-Identifier: MIT
// Cross entropy and its gradient on the vector unit.
#ifndef QAD_SIMD_LOSS_HPP
#define QAD_SIMD_LOSS_HPP

#include <qad/core/backend.hpp> // simd_t
#include <qad/simd/softmax.hpp> // largest_of, exponentials

#include <cmath>    // log
#include <concepts> // same_as
#include <span>     // span

namespace qad {

/// One row of logits becomes its gradient, as the readable loop (layers/loss.hpp): n terms of a
/// relative error below 2⁻²² and their float sum in as many parts as a register has places.
template <std::same_as<float> T>
double cross_entropy_row(simd_t, std::span<T> row, std::int32_t target, double share) {
    auto const at = static_cast<std::size_t>(target);
    auto const count = static_cast<index_t>(row.size());
    float const largest = largest_of(row.data(), count), gold = row[at];
    float const total = exponentials(row.data(), count, largest);
    auto const factor = static_cast<float>(share / total);
    for (float& x : row) { x *= factor; }
    row[at] -= static_cast<float>(share);
    return std::log(static_cast<double>(total)) + static_cast<double>(largest) - gold;
}

} // namespace qad

#endif

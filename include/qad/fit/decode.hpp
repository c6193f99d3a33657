// SPDX-License-Identifier: MIT
// Chapter 4.6, "Serving mental models" — chapters/4-attend/README.md#s4-6
#ifndef QAD_FIT_DECODE_HPP
#define QAD_FIT_DECODE_HPP

#include <qad/fit/units.hpp> // byte_count, amount

namespace qad {

/// How much memory a machine reads in a second: `bandwidth(3350_GB)`.
struct bandwidth {
    double bytes_per_second = 0;

    template <index_t Unit>
    explicit constexpr bandwidth(amount<Unit> each_second)
        : bytes_per_second(each_second.value * static_cast<double>(Unit)) {}
};

/// The most tokens a second that one sequence can decode: bandwidth / bytes read for a token.
/// Every token reads all weights (with their scales) and the sequence's KV cache once; what is
/// computed on the way costs more time, never less.
constexpr double decode_ceiling(byte_count read_per_token, bandwidth memory) {
    if (read_per_token <= byte_count(0)) {
        fail("a token reads at least the weights: give their bytes (chapter 4.6)");
    }
    return memory.bytes_per_second / static_cast<double>(read_per_token.count);
}

/// How many times faster a whole step becomes when a `share` of its time becomes `factor` times
/// faster: 1 / (1 − share + share/factor)  (Amdahl 1967). Reading weights for 70 % of a step,
/// 4 times fewer bytes give 2.1×, not 4×.
constexpr double amdahl(double share, double factor) {
    if (!(share >= 0 && share <= 1 && factor > 0)) {
        fail("share is between 0 and 1 and factor is positive, not ", share, " and ", factor,
             " (chapter 4.6)");
    }
    return 1 / (1 - share + share / factor);
}

} // namespace qad

#endif

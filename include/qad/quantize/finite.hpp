// SPDX-License-Identifier: MIT
// Chapter 3.1, "The core trick" — chapters/3-quantize/README.md#s3-1
#ifndef QAD_QUANTIZE_FINITE_HPP
#define QAD_QUANTIZE_FINITE_HPP

#include <qad/core/matrix.hpp> // matrix_view

#include <bit>         // bit_cast
#include <cstdint>     // uint32_t
#include <string_view> // string_view

namespace qad {

/// Refuses NaN and infinity: no scale can hold them, and one of them spoils its whole group
/// (or, in calibration inputs, the whole Hessian). The message names the first one:
/// "<what> at <row> 3, <column> 7 is nan: <advice>".
inline void
check_finite(matrix_view<float const> m, std::string_view what = "the weight",
             std::string_view row = "row", std::string_view column = "column",
             std::string_view advice = "this checkpoint is damaged; nothing can stand "
                                       "for such a weight (chapter 3.1)") {
    constexpr std::uint32_t exponent = 0x7f800000; // all ones: neither a number nor zero
    for (index_t i = 0; i < m.rows(); ++i) {
        // Look at the row at once, and for the culprit only when there is one.
        bool finite = true;
        for (float x : m.row(i)) {
            finite &= (std::bit_cast<std::uint32_t>(x) & exponent) != exponent;
        }
        if (finite) { continue; }
        index_t j = 0;
        while ((std::bit_cast<std::uint32_t>(m(i, j)) & exponent) != exponent) { ++j; }
        fail<shape_error>(what, " at ", row, " ", i, ", ", column, " ", j, " is ", m(i, j),
                          ": ", advice);
    }
}

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// Chapter 3.1, "The core trick" — chapters/3-quantize/README.md#s3-1
#ifndef QAD_QUANTIZE_RULER_HPP
#define QAD_QUANTIZE_RULER_HPP

#include <qad/core/matrix.hpp>          // matrix_view
#include <qad/formats/format.hpp>       // code_format
#include <qad/quantize/granularity.hpp> // granularity
#include <qad/quantize/scale_array.hpp> // scale_array

#include <cmath>       // fabs
#include <cstdint>     // int8_t
#include <type_traits> // is_same_v
#include <vector>      // vector

namespace qad {

/// Where the marks of a ruler lie. b bits, Q = 2^(b−1) − 1 (7 for int4):
///
///   symmetric    s = max|w| / Q           codes −Q … Q       the chapter's; −w is as good as w
///   centred      s = max|w| / (Q + ½)     codes −Q−1 … Q     GPTQ "sym", compressed-tensors
///   asymmetric   s = (max − min) / (2Q+1) codes −Q−1 … Q     zero point z; 0 is in the range,
///                                                            so that 0 stays exactly 0
enum class grid { symmetric, centred, asymmetric };

/// Formats whose codes are consecutive integers; the others (nf4) are tables of levels.
template <class Code> concept integer_code = code_format<Code> && requires {
    { Code::lowest } -> std::convertible_to<int>;
    { Code::highest } -> std::convertible_to<int>;
};

/// The least and the greatest weight of a group, and 0.
struct extent {
    float least = 0, greatest = 0;
    constexpr void include(float w) {
        least = w < least ? w : least;
        greatest = w > greatest ? w : greatest;
    }
    constexpr float magnitude() const { return -least > greatest ? -least : greatest; }
};

/// The nearest integer, ties to even, for |x| < 2²²: adding 1½ times the weight of the last
/// mantissa bit that is left of the point leaves no bits right of it, so the sum itself rounds.
template <class T> constexpr T round_even(T x) {
    constexpr T shift = std::is_same_v<T, float> ? T(0x1.8p23) : T(0x1.8p52);
    return (x + shift) - shift;
}

/// What one group's codes stand for: ŵ = s · k, where k = q − z counts steps from zero.
template <code_format Code> struct ruler {
    float scale = 1;                                  // s
    float low = -Code::largest, high = Code::largest; // the range of k
    float zero = 0;                                   // z

    //[steps]
    /// k of the mark nearest to w: clamp, then round, which is the same as the other way around
    /// because both ends are marks.
    template <class T> constexpr T steps(T w) const {
        T k = w / T(scale);
        if constexpr (integer_code<Code>) {
            k = k > T(low) ? k : T(low);
            k = k < T(high) ? k : T(high);
            return round_even(k);
        } else {
            return T(static_cast<float>(Code::nearest(static_cast<float>(k))));
        }
    }
    /// ŵ.
    template <class T> constexpr T nearest(T w) const { return T(scale) * steps(w); }
    //[steps]
    /// The code q of a mark.
    template <class T> constexpr Code code(T k) const {
        if constexpr (integer_code<Code>) {
            return Code{static_cast<std::int8_t>(k + T(zero))};
        } else {
            return Code::nearest(static_cast<float>(k));
        }
    }

    /// The scale that a group of this extent wishes for; 0 when all of it is zero.
    static float wanted_scale(extent w, grid marks) {
        if constexpr (integer_code<Code>) {
            if (marks == grid::centred) { return w.magnitude() / (Code::largest + 0.5f); }
            if (marks == grid::asymmetric) {
                return static_cast<float>((double(w.greatest) - double(w.least)) /
                                          (Code::highest - Code::lowest));
            }
        } else if (marks != grid::symmetric) {
            fail<shape_error>("a table of levels has no zero point and one range; use "
                              "grid::symmetric (chapter 5.4)");
        }
        return w.magnitude() / Code::largest;
    }
    /// The ruler with the scale as it is stored.
    static ruler with_scale(float scale, extent w, grid marks) {
        ruler result{.scale = scale};
        if constexpr (integer_code<Code>) {
            if (marks == grid::symmetric) { return result; }
            if (marks == grid::asymmetric) {
                // z, the code of 0: the least weight gets the lowest code, or nearly so.
                auto const down = static_cast<float>(Code::highest - Code::lowest);
                float steps_below = round_even(-w.least / scale);
                steps_below = steps_below < down ? steps_below : down;
                result.zero = static_cast<float>(Code::lowest) + steps_below;
            }
            result.low = static_cast<float>(Code::lowest) - result.zero;
            result.high = static_cast<float>(Code::highest) - result.zero;
        }
        return result;
    }
    /// Both at once, the scale rounded to its stored format first.
    static ruler fit(extent w, grid marks, scale_format format) {
        return with_scale(scale_array::stored(divisor(wanted_scale(w, marks), format), format),
                          w, marks);
    }
    /// An all-zero group gets the scale 1: one may divide by it, and its output is zero. (Among
    /// doubly quantized scales it stays 0, because a 1 would coarsen its neighbours.)
    static float divisor(float scale, scale_format format) {
        return scale > 0 || format == scale_format::double_quantized ? scale : 1.0f;
    }
};

} // namespace qad

#endif

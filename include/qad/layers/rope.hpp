// SPDX-License-Identifier: MIT
// Rotary position embedding: a position is an angle for each pair of coordinates.
#ifndef QAD_LAYERS_ROPE_HPP
#define QAD_LAYERS_ROPE_HPP

#include <qad/core/backend.hpp> // ref
#include <qad/core/matrix.hpp>  // matrix_view

#include <algorithm> // clamp
#include <cmath>     // pow, cos, sin
#include <concepts>  // floating_point
#include <numbers>   // pi
#include <span>      // span
#include <vector>    // vector

namespace qad {

/// How fast each pair turns, in radians per position. A scaling for longer contexts is nothing
/// but other frequencies and perhaps a factor on the turned values: `rotate` knows none by
/// name.
struct rope {
    std::vector<double> frequency; ///< one for each pair; twice as many coordinates turn
    double attention_factor = 1;   ///< multiplies cos and sin (yarn, longrope)
};

/// f[i] = θ^(−2i/d) for i < d/2, where d is the number of coordinates of a head that turn: all
/// of them, or fewer (partial rotary). Su et al. 2021, "RoFormer", §3.2.2.
inline rope make_rope(double theta, index_t rotary_dims) {
    if (rotary_dims < 2 || rotary_dims % 2 != 0 || !(theta > 0)) {
        fail<shape_error>("RoPE turns pairs: ", rotary_dims, " rotary dimensions with theta ",
                          theta, "; needs an even number of at least 2, and theta above 0");
    }
    rope result;
    for (index_t i = 0; i < rotary_dims / 2; ++i) {
        auto const share = static_cast<double>(2 * i) / static_cast<double>(rotary_dims);
        result.frequency.push_back(std::pow(theta, -share));
    }
    return result;
}

/// Every position counts as 1/factor of one (Chen et al. 2023, "Position Interpolation", §3.2).
struct linear_scaling {
    double factor = 1;
};
inline rope make_rope(double theta, index_t rotary_dims, linear_scaling const& scaling) {
    rope result = make_rope(theta, rotary_dims);
    for (double& f : result.frequency) { f /= scaling.factor; }
    return result;
}

/// Llama 3.1: pairs that turn often within the original context keep their frequency, those
/// that hardly turn are stretched by the factor, the ones between are blended. A pair of
/// wavelength 2π/f makes n = original·f/2π turns in the original context:
///
///   n > high: f     n < low: f/factor     else: (1−b)·f/factor + b·f,  b = (n−low)/(high−low)
struct llama3_scaling {
    double factor = 8, low = 1, high = 4;
    index_t original = 8192; ///< positions of pretraining
};
inline rope make_rope(double theta, index_t rotary_dims, llama3_scaling const& scaling) {
    rope result = make_rope(theta, rotary_dims);
    for (double& f : result.frequency) {
        double const turns = static_cast<double>(scaling.original) * f / (2 * std::numbers::pi);
        double const slow = f / scaling.factor;
        double const blend = (turns - scaling.low) / (scaling.high - scaling.low);
        if (turns < scaling.low) {
            f = slow;
        } else if (turns <= scaling.high) {
            f = (1 - blend) * slow + blend * f;
        }
    }
    return result;
}

/// Every frequency divided by a number of its own: how GGUF stores llama3 scaling, and what
/// LongRoPE searches for (Ding et al. 2024, "LongRoPE", §3.1).
inline rope make_rope(double theta, index_t rotary_dims, std::span<double const> divisors) {
    rope result = make_rope(theta, rotary_dims);
    if (divisors.size() != result.frequency.size()) {
        fail<shape_error>("RoPE: ", divisors.size(), " divisors for ", result.frequency.size(),
                          " pairs of coordinates");
    }
    for (std::size_t i = 0; i < divisors.size(); ++i) { result.frequency[i] /= divisors[i]; }
    return result;
}

/// YaRN: pairs that turn more than `fast` times within the original context keep their
/// frequency, those that turn less than `slow` times are stretched by the factor, and between
/// the coordinates where that happens the blend is a straight line:
///
///   c(n) = d·ln(original / (2π·n)) / (2·ln θ)      the coordinate pair that turns n times
///   f[i] ← r·f[i]/factor + (1−r)·f[i],   r = clamp((i − ⌊c(fast)⌋) / (⌈c(slow)⌉ − ⌊c(fast)⌋))
///
/// Peng et al. 2023, "YaRN", §3.2; attention_factor is the caller's (eq. 22).
struct yarn_scaling {
    double factor = 1, fast = 32, slow = 1;
    index_t original = 0;
    bool truncate = true; ///< whole numbers at the ends of the blend, as written above
};
inline rope make_rope(double theta, index_t rotary_dims, yarn_scaling const& scaling) {
    rope result = make_rope(theta, rotary_dims);
    auto const d = static_cast<double>(rotary_dims);
    auto const pair_turning = [&](double n) {
        double const original = static_cast<double>(scaling.original);
        return d * std::log(original / (n * 2 * std::numbers::pi)) / (2 * std::log(theta));
    };
    double low = pair_turning(scaling.fast), high = pair_turning(scaling.slow);
    if (scaling.truncate) { low = std::floor(low), high = std::ceil(high); }
    low = std::max(low, 0.0), high = std::min(high, d - 1);
    if (low == high) { high += 0.001; } // as transformers does
    for (std::size_t i = 0; i < result.frequency.size(); ++i) {
        double& f = result.frequency[i];
        double const r = std::clamp((static_cast<double>(i) - low) / (high - low), 0.0, 1.0);
        f = r * f / scaling.factor + (1 - r) * f;
    }
    return result;
}

namespace detail {
/// Turns every head of every row by direction · position · f, pair (i, i + d/2) together.
template <std::floating_point T> void turn(matrix_view<T> x, index_t head_dim,
                                           std::span<index_t const> positions, rope const& how,
                                           double direction) {
    auto const half = static_cast<index_t>(how.frequency.size());
    if (head_dim < 1 || x.cols() % head_dim != 0 || 2 * half > head_dim ||
        positions.size() != static_cast<std::size_t>(x.rows())) {
        fail<shape_error>("RoPE: ", x.rows(), " x ", x.cols(), " in heads of ", head_dim, ", ",
                          2 * half, " rotary dimensions, ", positions.size(),
                          " positions; needs whole heads at least that wide, and one "
                          "position for each row");
    }
    std::vector<T> cosine(how.frequency.size()), sine(how.frequency.size());
    for (index_t t = 0; t < x.rows(); ++t) {
        // The angles of a row serve all its heads. In double: a float angle at position 100,000
        // would be off by 0.004.
        for (std::size_t i = 0; i < cosine.size(); ++i) {
            auto const position = static_cast<double>(positions[static_cast<std::size_t>(t)]);
            double const angle = position * how.frequency[i];
            cosine[i] = static_cast<T>(std::cos(angle) * how.attention_factor);
            sine[i] = static_cast<T>(direction * std::sin(angle) * how.attention_factor);
        }
        for (index_t head = 0; head < x.cols(); head += head_dim) {
            for (index_t i = 0; i < half; ++i) {
                // In double, in which products of floats are exact: one rounding, at the end.
                double const c = cosine[static_cast<std::size_t>(i)];
                double const s = sine[static_cast<std::size_t>(i)];
                double const a = x(t, head + i), b = x(t, head + half + i);
                x(t, head + i) = static_cast<T>(a * c - b * s);
                x(t, head + half + i) = static_cast<T>(b * c + a * s);
            }
        }
    }
}
} // namespace detail

/// LongRoPE has two sets of frequencies: one for sequences within the original context, another
/// for all positions of a longer one. So positions alone do not decide; the length does.
struct rope_by_length {
    rope usual;
    rope beyond = {};  ///< for sequences of more than `limit` positions
    index_t limit = 0; ///< 0: there is only one set

    rope const& of(index_t length) const {
        return limit > 0 && length > limit ? beyond : usual;
    }
};

/// Turns queries or keys in place: x is tokens × (heads · head_dim), row t at positions[t].
///
///   (x[i], x[i+d/2]) ← (x[i]·cos α − x[i+d/2]·sin α,  x[i+d/2]·cos α + x[i]·sin α)
///   α = position · f[i],  i < d/2
///
/// Coordinates of a head beyond the rotary ones stay. Halves, not neighbours, form the pairs,
/// as in Hugging Face checkpoints (GGUF files of the Llama family are permuted to neighbours).
template <std::floating_point T> void rotate(matrix_view<T> x, index_t head_dim,
                                             std::span<index_t const> positions,
                                             rope const& how) {
    detail::turn<T>(x, head_dim, positions, how, 1);
}
template <std::floating_point T> void rotate(ref_t, matrix_view<T> x, index_t head_dim,
                                             std::span<index_t const> positions,
                                             rope const& how) {
    rotate<T>(x, head_dim, positions, how);
}

/// The gradient of a rotation is the rotation back: turns dy = ∂L/∂(rotated x) into ∂L/∂x, in
/// place as the forward is (nothing is added).
template <std::floating_point T> void rotate_gradient(matrix_view<T> dx, index_t head_dim,
                                                      std::span<index_t const> positions,
                                                      rope const& how) {
    detail::turn<T>(dx, head_dim, positions, how, -1);
}
template <std::floating_point T>
void rotate_gradient(ref_t, matrix_view<T> dx, index_t head_dim,
                     std::span<index_t const> positions, rope const& how) {
    rotate_gradient<T>(dx, head_dim, positions, how);
}

} // namespace qad

#endif

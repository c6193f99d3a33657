// SPDX-License-Identifier: MIT
// Chapter 3.1, "The core trick" — chapters/3-quantize/README.md#s3-1
#ifndef QAD_QUANTIZE_DYNAMIC_INT8_HPP
#define QAD_QUANTIZE_DYNAMIC_INT8_HPP

#include <qad/core/backend.hpp>              // ref
#include <qad/core/team.hpp>                 // parallel
#include <qad/formats/integer.hpp>           // int8
#include <qad/quantize/finite.hpp>           // check_finite
#include <qad/quantize/quantized_matrix.hpp> // quantized_matrix
#include <qad/quantize/ruler.hpp>            // ruler, extent

#include <cstdint> // int8_t, int32_t
#include <vector>  // vector

namespace qad {

/// Activations as int8, each token with the scale that it needs (tokens × inputs).
struct quantized_tokens {
    matrix<std::int8_t> codes;
    std::vector<float> scales;
};

/// s[t] = max|x[t]| / 127, q = round(x / s), measured anew for each token ("dynamic"): nothing
/// is calibrated and nothing can leave the range. A token of zeros gets the scale 1.
inline quantized_tokens quantize_tokens(matrix_view<float const> x) {
    check_finite(x, "the activation", "token", "channel",
                 "the model diverges before this layer (chapter 3.1)");
    quantized_tokens result{matrix<std::int8_t>(x.rows(), x.cols()), {}};
    for (index_t t = 0; t < x.rows(); ++t) {
        extent range;
        for (float value : x.row(t)) { range.include(value); }
        auto const marks = ruler<int8>::fit(range, grid::symmetric, scale_format::fp32);
        for (index_t j = 0; j < x.cols(); ++j) {
            result.codes(t, j) = static_cast<std::int8_t>(marks.steps(x(t, j)));
        }
        result.scales.push_back(marks.scale);
    }
    return result;
}

/// The longest sum of products of int8 codes that int32 can hold: 2³¹ / (127·128).
inline constexpr index_t longest_int8_sum = 132'104;
static_assert(longest_int8_sum * 127 * 128 < (index_t{1} << 31));

/// W8A8 (weights and activations in 8 bits):
///
///   y[t][o] = s[t] · Σ_g s[o][g] · Σ_{j in g} x[t][j]·w[o][j]     inner sum exact, in int32
///
/// x: tokens × inputs, w: outputs × inputs, symmetric; y: tokens × outputs. A scale per *input*
/// could not leave the integer sum: that is why weights have theirs per output and activations
/// theirs per token.
inline void multiply(ref_t, matrix_view<float> y, quantized_matrix<int8> const& w,
                     quantized_tokens const& x) {
    if (x.codes.cols() != w.cols() || y.rows() != x.codes.rows() || y.cols() != w.rows()) {
        fail<shape_error>("y = x W^T with x ", x.codes.rows(), " x ", x.codes.cols(), " and W ",
                          w.rows(), " x ", w.cols(), " is not ", y.rows(), " x ", y.cols());
    }
    if (!w.symmetric() || !w.group_of_column().empty() || w.group_size() > longest_int8_sum) {
        fail<shape_error>(
            "int8 activations want symmetric weights in groups of neighbours, at most ",
            longest_int8_sum, " columns each, or int32 overflows (chapter 3.1)");
    }
    parallel(w.rows(), 1, [&](index_t begin, index_t end) {
        std::vector<std::int8_t> row(static_cast<std::size_t>(w.cols()));
        for (index_t o = begin; o < end; ++o) {
            for (index_t j = 0; j < w.cols(); ++j) {
                row[static_cast<std::size_t>(j)] = w.code(o, j).value;
            }
            for (index_t t = 0; t < y.rows(); ++t) {
                float sum = 0;
                for (index_t group = 0; group < w.groups(); ++group) {
                    index_t const first = group * w.group_size();
                    std::int32_t exact = 0;
                    for (index_t j = first; j < first + w.group_size(); ++j) {
                        exact += x.codes(t, j) * row[static_cast<std::size_t>(j)];
                    }
                    sum += w.scale(o, group) * static_cast<float>(exact);
                }
                y(t, o) = x.scales[static_cast<std::size_t>(t)] * sum;
            }
        }
    });
}

} // namespace qad

#endif

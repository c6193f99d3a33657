// SPDX-License-Identifier: MIT
// Chapter 3.1, "The core trick" — chapters/3-quantize/README.md#s3-1
#ifndef QAD_QUANTIZE_MULTIPLY_HPP
#define QAD_QUANTIZE_MULTIPLY_HPP

#include <qad/core/backend.hpp> // ref
#include <qad/core/matrix.hpp>  // matrix_view
#include <qad/core/team.hpp>    // parallel

#include <algorithm> // fill
#include <concepts>  // convertible_to
#include <span>      // span
#include <vector>    // vector

namespace qad {

/// A weight that can decode its rows: a quantized_matrix, a matrix of GGUF blocks.
template <class W>
concept decodable_rows = requires(W const& w, index_t i, std::span<float> out) {
    { w.rows() } -> std::convertible_to<index_t>;
    { w.cols() } -> std::convertible_to<index_t>;
    w.decode_row(i, out);
};
/// A weight whose rows are there as numbers: float, double, bf16 or fp16.
template <class W> concept plain_rows = requires(W const& w, index_t i) {
    static_cast<float>(w.row(i)[0]);
};

template <class W> concept weight_rows = decodable_rows<W> || plain_rows<W>;

/// Row i of w in the scalar T.
template <class T, weight_rows W> void read_row(W const& w, index_t i, std::span<T> out) {
    if constexpr (decodable_rows<W>) {
        w.decode_row(i, out);
    } else {
        auto const row = w.row(i);
        for (std::size_t j = 0; j < out.size(); ++j) {
            if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(row[j])>>) {
                out[j] = static_cast<T>(row[j]);
            } else {
                out[j] = static_cast<float>(row[j]);
            }
        }
    }
}

///   y[t][o] = Σ_j x[t][j] · w[o][j]
///
/// x: tokens × inputs, w: outputs × inputs, y: tokens × outputs.
/// The sum runs from left to right in T and is the same whatever tokens stand beside t: a row
/// of a batch has the bits that it would have alone. Every fast backend is measured against
/// this loop.
template <class T, weight_rows W>
void multiply_rows(matrix_view<T> y, W const& w, matrix_view<T const> x) {
    if (x.cols() != w.cols() || y.cols() != w.rows() || y.rows() != x.rows()) {
        fail<shape_error>("y = x W^T with x ", x.rows(), " x ", x.cols(), " and W ", w.rows(),
                          " x ", w.cols(), " is ", x.rows(), " x ", w.rows(), ", not ",
                          y.rows(), " x ", y.cols());
    }
    // Bundle 16 tokens and turn each bundle, so that one weight meets 16 inputs side by side.
    constexpr index_t width = 16;
    index_t const tokens = x.rows(), bundles = ceil_div(tokens, width);
    matrix<T> turned(bundles * x.cols(), width);
    for (index_t t = 0; t < tokens; ++t) {
        for (index_t j = 0; j < x.cols(); ++j) {
            turned(t / width * x.cols() + j, t % width) = x(t, j);
        }
    }

    // Decode a row of W once, then let every bundle meet it.
    parallel(w.rows(), 1, [&](index_t begin, index_t end) {
        std::vector<T> row(static_cast<std::size_t>(w.cols()));
        for (index_t o = begin; o < end; ++o) {
            read_row<T>(w, o, row);
            for (index_t bundle = 0; bundle < bundles; ++bundle) {
                T sum[width] = {};
                T const* inputs = turned.data() + bundle * x.cols() * width;
                for (T const weight : row) {
                    for (index_t lane = 0; lane < width; ++lane) {
                        sum[lane] += weight * inputs[lane];
                    }
                    inputs += width;
                }
                for (index_t t = bundle * width; t < tokens && t < (bundle + 1) * width; ++t) {
                    y(t, o) = sum[t % width];
                }
            }
        }
    });
}

/// multiply(ref, y, w, x) for batches of tokens and for one token, in float and in double.
template <weight_rows W>
void multiply(ref_t, matrix_view<float> y, W const& w, matrix_view<float const> x) {
    multiply_rows<float>(y, w, x);
}
template <weight_rows W>
void multiply(ref_t, matrix_view<double> y, W const& w, matrix_view<double const> x) {
    multiply_rows<double>(y, w, x);
}
template <weight_rows W>
void multiply(ref_t, std::span<float> y, W const& w, std::span<float const> x) {
    multiply_rows<float>(matrix_view(y), w, matrix_view(x));
}
template <weight_rows W>
void multiply(ref_t, std::span<double> y, W const& w, std::span<double const> x) {
    multiply_rows<double>(matrix_view(y), w, matrix_view(x));
}

} // namespace qad

#endif

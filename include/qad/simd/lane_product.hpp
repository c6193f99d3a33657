// SPDX-License-Identifier: MIT
// A small matrix product whose columns are lanes: what attention over blocks is made of.
#ifndef QAD_SIMD_LANE_PRODUCT_HPP
#define QAD_SIMD_LANE_PRODUCT_HPP

#include <qad/core/matrix.hpp> // matrix_view
#include <qad/simd/batch.hpp>  // batch

namespace qad {

/// A matrix read one element at a time: element (i, k) lies at data + i·row + k·col, so that a
/// transpose costs nothing.
struct scattered_view {
    float const* data = nullptr;
    index_t row = 0, col = 0;
};

namespace detail {
/// Rows × (Width registers) of c.
template <int Rows, int Width, bool Add> void lane_tile(float* c, index_t c_stride,
                                                        scattered_view a, float const* b,
                                                        index_t b_stride, index_t inner) {
    batch sums[Rows][Width];
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 8
        for (int l = 0; l < Width; ++l) {
            sums[i][l] = Add ? load(c + i * c_stride + l * batch_size) : batch(0.0f);
        }
    }
    for (index_t k = 0; k < inner; ++k) {
        batch lanes[Width];
#pragma GCC unroll 8
        for (int l = 0; l < Width; ++l) { lanes[l] = load(b + k * b_stride + l * batch_size); }
#pragma GCC unroll 8
        for (int i = 0; i < Rows; ++i) {
            batch const factor(a.data[i * a.row + k * a.col]);
#pragma GCC unroll 8
            for (int l = 0; l < Width; ++l) {
                sums[i][l] = multiply_add(factor, lanes[l], sums[i][l]);
            }
        }
    }
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 8
        for (int l = 0; l < Width; ++l) {
            store(c + i * c_stride + l * batch_size, sums[i][l]);
        }
    }
}
/// Width registers of all rows of c.
template <int Width, bool Add> void lane_column(matrix_view<float> c, scattered_view a,
                                                matrix_view<float const> b, index_t lane) {
    index_t i = 0;
    for (; i + 4 <= c.rows(); i += 4) {
        lane_tile<4, Width, Add>(&c(i, lane), c.stride(), {a.data + i * a.row, a.row, a.col},
                                 &b(0, lane), b.stride(), b.rows());
    }
    for (; i < c.rows(); ++i) {
        lane_tile<1, Width, Add>(&c(i, lane), c.stride(), {a.data + i * a.row, a.row, a.col},
                                 &b(0, lane), b.stride(), b.rows());
    }
}
} // namespace detail

/// c = a·b, or c += a·b with Add. c: rows × lanes, b: inner × lanes, a: rows × inner; lanes a
/// multiple of batch_size. Each sum runs over `inner` in its order, one multiply-add at a time.
template <bool Add>
void lane_product(matrix_view<float> c, scattered_view a, matrix_view<float const> b) {
    // As many registers of lanes as leave the sums of four rows in registers.
    constexpr int wide = batch_size >= 16 ? 6 : 2;
    index_t lane = 0;
    for (; lane + wide * batch_size <= c.cols(); lane += wide * batch_size) {
        detail::lane_column<wide, Add>(c, a, b, lane);
    }
    for (; lane < c.cols(); lane += batch_size) { detail::lane_column<1, Add>(c, a, b, lane); }
}

} // namespace qad

#endif

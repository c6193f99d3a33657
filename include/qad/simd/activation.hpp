// SPDX-License-Identifier: MIT
// Activations as int8 codes, made anew for every product.
#ifndef QAD_SIMD_ACTIVATION_HPP
#define QAD_SIMD_ACTIVATION_HPP

#include <qad/core/matrix.hpp> // matrix, matrix_view
#include <qad/core/team.hpp>   // parallel
#include <qad/simd/isa.hpp>    // isa::native

#include <algorithm> // max, fill
#include <bit>       // bit_cast
#include <cstdint>   // int8_t
#include <limits>    // numeric_limits
#include <vector>    // vector

namespace qad {

/// Quantizes `count` ≤ block columns of one token, s = max|x| / 127, code = round(x / s): |x − s·code|
/// ≤ s/2. Codes beyond `count` become 0; `sum` is the sum of the codes. NaN and infinity have no code:
/// they make the scale NaN, and with it every product. Below 10⁻³⁶, where 1/s overflows, a block is 0.
template <class Isa>
void quantize_block(float const* x, index_t count, index_t block, std::int8_t* codes, float& scale,
                    std::int32_t& sum) {
    // Magnitudes of floats compare as their bits do, and integers need no special order.
    std::int32_t bits = 0;
    for (index_t j = 0; j < count; ++j) {
        bits = std::max(bits, std::bit_cast<std::int32_t>(x[j]) & 0x7fffffff);
    }
    float const largest = std::bit_cast<float>(bits);
    bool const finite = bits < 0x7f800000;
    sum = 0;
    if (!finite || largest < 1e-36f) {
        std::fill(codes, codes + block, std::int8_t{0});
        scale = finite ? 0 : std::numeric_limits<float>::quiet_NaN();
        return;
    }
    scale = largest / 127;
    float const inverse = 127 / largest;
    for (index_t j = 0; j < count; ++j) {
        // Adding 1.5·2²³ rounds to nearest even, and leaves the integer in the lowest bits.
        auto const shifted = std::bit_cast<std::uint32_t>(x[j] * inverse + 0x1.8p23f);
        codes[j] = static_cast<std::int8_t>(static_cast<std::uint8_t>(shifted));
    }
    std::fill(codes + count, codes + block, std::int8_t{0});
    for (index_t j = 0; j < count; ++j) { sum += codes[j]; }
}

/// The rows of x (tokens × columns) in int8, one scale for each block of 32 or 64 columns.
template <class Isa> class activation {
  public:
    index_t rows() const { return rows_; }
    index_t block() const { return block_; }
    index_t blocks() const { return blocks_; }     // in a row
    index_t stride() const { return blocks_ * block_; }
    std::int8_t const* codes(index_t row) const { return codes_.data() + row * stride(); }
    float const* scales(index_t row) const { return scales_.data() + row * blocks_; }
    std::int32_t const* sums(index_t row) const { return sums_.data() + row * blocks_; }

    /// Quantizes x. With an `order`, column j of the result is column order[j] of x.
    void quantize(matrix_view<float const> x, index_t block, std::span<std::int32_t const> order = {}) {
        rows_ = x.rows();
        block_ = block;
        blocks_ = ceil_div(x.cols(), block);
        if (rows_ * stride() > codes_.size()) { codes_ = matrix<std::int8_t>(1, rows_ * stride()); }
        if (rows_ * blocks_ > scales_.size()) {
            scales_ = matrix<float>(1, rows_ * blocks_);
            sums_ = matrix<std::int32_t>(1, rows_ * blocks_);
        }
        // A fork costs as much as some 20,000 columns.
        parallel(rows_, std::max<index_t>(1, 20000 / std::max<index_t>(1, x.cols())),
                 [&](index_t begin, index_t end) {
                     for (index_t t = begin; t < end; ++t) { quantize_row(x.row(t), t, order); }
                 });
    }

  private:
    void quantize_row(std::span<float const> x, index_t t, std::span<std::int32_t const> order) {
        std::vector<float> ordered(order.size());
        for (std::size_t j = 0; j < order.size(); ++j) {
            ordered[j] = x[static_cast<std::size_t>(order[j])];
        }
        float const* from = order.empty() ? x.data() : ordered.data();
        auto const cols = static_cast<index_t>(x.size());
        for (index_t b = 0; b < blocks_; ++b) {
            quantize_block<Isa>(from + b * block_, std::min(block_, cols - b * block_), block_,
                                codes_.data() + t * stride() + b * block_,
                                scales_.data()[t * blocks_ + b], sums_.data()[t * blocks_ + b]);
        }
    }

    index_t rows_ = 0, block_ = 0, blocks_ = 0;
    matrix<std::int8_t> codes_;
    matrix<float> scales_;
    matrix<std::int32_t> sums_;
};

} // namespace qad

#endif

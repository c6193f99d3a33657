// SPDX-License-Identifier: MIT
// A weight matrix in the blocks of GGUF, used as it is stored.
#ifndef QAD_IO_GGUF_MATRIX_HPP
#define QAD_IO_GGUF_MATRIX_HPP

#include <qad/core/matrix.hpp>    // matrix, matrix_view
#include <qad/io/ggml_blocks.hpp> // q8_0_block, q4_0_block
#include <qad/io/ggml_type.hpp>   // ggml_type

#include <cstring> // memcpy
#include <limits>  // numeric_limits
#include <memory>  // shared_ptr
#include <vector>  // vector

namespace qad {

/// rows × cols weights, each row whole blocks of one type. The bytes belong to `owner`: a
/// mapped file or a buffer. Copies are cheap and see the same bytes.
class gguf_matrix {
  public:
    gguf_matrix() = default;

    /// Throws `format_error` when rows are no whole blocks or the bytes do not suffice.
    gguf_matrix(ggml_type type, index_t rows, index_t cols, std::span<std::byte const> bytes,
                std::shared_ptr<void const> owner)
        : type_(type), rows_(rows), cols_(cols), row_bytes_(bytes_of_row(type, cols)),
          bytes_(bytes), owner_(std::move(owner)) {
        if (checked_mul(rows, row_bytes_) != static_cast<index_t>(bytes.size())) {
            fail<format_error>("a ", rows, " x ", cols, " matrix of ", facts(type).name,
                               " has ", rows * row_bytes_, " bytes, not ", bytes.size());
        }
    }

    ggml_type type() const { return type_; }
    std::string_view type_name() const { return facts(type_).name; }
    index_t rows() const { return rows_; }
    index_t cols() const { return cols_; }
    index_t row_bytes() const { return row_bytes_; }
    index_t bytes() const { return rows_ * row_bytes_; }
    double bits_per_weight() const {
        return 8.0 * static_cast<double>(bytes()) / static_cast<double>(rows_ * cols_);
    }

    std::span<std::byte const> data() const { return bytes_; }
    std::span<std::byte const> raw_row(index_t i) const {
        return bytes_.subspan(static_cast<std::size_t>(i * row_bytes_),
                              static_cast<std::size_t>(row_bytes_));
    }
    std::shared_ptr<void const> const& owner() const { return owner_; }

    /// The weights of row i as float or double, exactly what the blocks mean.
    template <class T> void decode_row(index_t i, std::span<T> out) const {
        switch (type_) {
        case ggml_type::f32:
            return copy<float>(i, out);
        case ggml_type::f16:
            return copy<fp16>(i, out);
        case ggml_type::bf16:
            return copy<bf16>(i, out);
        case ggml_type::q8_0:
            return decode<q8_0_block>(i, out);
        case ggml_type::q4_0:
            return decode<q4_0_block>(i, out);
        }
        fail<format_error>("GGUF weights of type ", facts(type_).name,
                           " cannot be computed with; supported: F32, F16, BF16, Q8_0, Q4_0");
    }

    static index_t bytes_of_row(ggml_type type, index_t cols) {
        if (cols < 0 || cols % facts(type).block != 0) {
            fail<format_error>("rows of ", cols, " weights are no whole blocks of ",
                               facts(type).block, " ", facts(type).name, " weights");
        }
        return checked_mul(cols / facts(type).block, facts(type).bytes);
    }

  private:
    template <class E, class T> void copy(index_t i, std::span<T> out) const {
        std::byte const* at = raw_row(i).data();
        for (T& value : out) {
            E element;
            std::memcpy(&element, at, sizeof element);
            value = static_cast<float>(element);
            at += sizeof element;
        }
    }
    template <class Block, class T> void decode(index_t i, std::span<T> out) const {
        std::byte const* at = raw_row(i).data();
        for (std::size_t first = 0; first < out.size(); first += ggml_block) {
            Block block;
            std::memcpy(&block, at, sizeof block);
            for (std::size_t j = 0; j < ggml_block; ++j) { out[first + j] = block[j]; }
            at += sizeof block;
        }
    }

    ggml_type type_ = ggml_type::f32;
    index_t rows_ = 0, cols_ = 0, row_bytes_ = 0;
    std::span<std::byte const> bytes_;
    std::shared_ptr<void const> owner_;
};

inline matrix<float> dequantize(gguf_matrix const& stored) {
    matrix<float> w(stored.rows(), stored.cols());
    for (index_t i = 0; i < w.rows(); ++i) { stored.decode_row(i, w.row(i)); }
    return w;
}

namespace detail {

template <class Block>
void encode_blocks(std::span<std::byte> out, std::span<float const> row) {
    for (std::size_t first = 0; first < row.size(); first += ggml_block) {
        Block const block = Block::nearest(row.subspan(first).template first<ggml_block>());
        std::memcpy(out.data() + first / ggml_block * sizeof block, &block, sizeof block);
    }
}
template <class E> void encode_each(std::span<std::byte> out, std::span<float const> row) {
    for (std::size_t j = 0; j < row.size(); ++j) {
        E const element = E::nearest(row[j]);
        std::memcpy(out.data() + j * sizeof element, &element, sizeof element);
    }
}

} // namespace detail

/// One row of weights in the blocks of `type`. NaN, infinity and what fp16 cannot hold are a
/// `shape_error`: a block scale that overflows would spoil its neighbours.
inline void encode_row(ggml_type type, std::span<std::byte> out, std::span<float const> row) {
    float const limit = type == ggml_type::f16    ? 65504.0f
                        : type == ggml_type::q4_0 ? 8 * 65504.0f
                        : type == ggml_type::q8_0 ? 127 * 65504.0f
                                                  : std::numeric_limits<float>::max();
    for (std::size_t j = 0; j < row.size(); ++j) {
        if (!(std::abs(row[j]) <= limit)) {
            fail<shape_error>("weight ", j, " of a row is ", row[j], ", which ",
                              facts(type).name,
                              " cannot hold; repair the weights, or keep this matrix in F32");
        }
    }
    switch (type) {
    case ggml_type::f32:
        std::memcpy(out.data(), row.data(), row.size_bytes());
        return;
    case ggml_type::f16:
        return detail::encode_each<fp16>(out, row);
    case ggml_type::bf16:
        return detail::encode_each<bf16>(out, row);
    case ggml_type::q8_0:
        return detail::encode_blocks<q8_0_block>(out, row);
    case ggml_type::q4_0:
        return detail::encode_blocks<q4_0_block>(out, row);
    }
    fail<shape_error>("cannot write GGUF weights of type ", facts(type).name,
                      "; supported: F32, F16, BF16, Q8_0, Q4_0");
}

/// A whole matrix in the blocks of `type`.
inline gguf_matrix encode(ggml_type type, matrix_view<float const> w) {
    index_t const row_bytes = gguf_matrix::bytes_of_row(type, w.cols());
    auto const size = static_cast<std::size_t>(checked_mul(w.rows(), row_bytes));
    auto const bytes = std::make_shared<std::vector<std::byte>>(size);
    for (index_t i = 0; i < w.rows(); ++i) {
        auto const first = static_cast<std::size_t>(i * row_bytes);
        encode_row(type, std::span(*bytes).subspan(first, static_cast<std::size_t>(row_bytes)),
                   w.row(i));
    }
    return {type, w.rows(), w.cols(), *bytes, bytes};
}

} // namespace qad

#endif

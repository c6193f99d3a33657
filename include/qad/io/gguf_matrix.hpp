// SPDX-License-Identifier: MIT
// A weight matrix in the blocks of GGUF, used as it is stored.
#ifndef QAD_IO_GGUF_MATRIX_HPP
#define QAD_IO_GGUF_MATRIX_HPP

#include <qad/core/matrix.hpp>      // matrix, matrix_view
#include <qad/formats/bf16.hpp>     // bf16
#include <qad/io/ggml_blocks.hpp>   // q8_0_block, q4_0_block …
#include <qad/io/ggml_k_blocks.hpp> // q4_k_block …
#include <qad/io/ggml_type.hpp>     // ggml_type

#include <cstring> // memcpy
#include <limits>  // numeric_limits
#include <memory>  // shared_ptr
#include <vector>  // vector

namespace qad {

/// Calls f.template operator()<E>(), E what a row of this type is a sequence of: float, fp16,
/// bf16 or a block. This is the one place where a type becomes its layout.
template <class F> decltype(auto) with_layout(ggml_type type, F&& f) {
    switch (type) {
    case ggml_type::f32: return f.template operator()<float>();
    case ggml_type::f16: return f.template operator()<fp16>();
    case ggml_type::bf16: return f.template operator()<bf16>();
    case ggml_type::q4_0: return f.template operator()<q4_0_block>();
    case ggml_type::q4_1: return f.template operator()<q4_1_block>();
    case ggml_type::q5_0: return f.template operator()<q5_0_block>();
    case ggml_type::q5_1: return f.template operator()<q5_1_block>();
    case ggml_type::q8_0: return f.template operator()<q8_0_block>();
    case ggml_type::iq4_nl: return f.template operator()<iq4_nl_block>();
    case ggml_type::mxfp4: return f.template operator()<mxfp4_block>();
    case ggml_type::q2_k: return f.template operator()<q2_k_block>();
    case ggml_type::q3_k: return f.template operator()<q3_k_block>();
    case ggml_type::q4_k: return f.template operator()<q4_k_block>();
    case ggml_type::q5_k: return f.template operator()<q5_k_block>();
    case ggml_type::q6_k: return f.template operator()<q6_k_block>();
    case ggml_type::iq4_xs: return f.template operator()<iq4_xs_block>();
    }
    fail<format_error>("GGUF weights of type ", facts(type).name,
                       " cannot be computed with; supported: F32, F16, BF16, Q8_0, Q4_0, Q4_1, "
                       "Q5_0, Q5_1, Q2_K to Q6_K, IQ4_NL, IQ4_XS, MXFP4; convert the original "
                       "weights to one of these");
}

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
        with_layout(type_, [&]<class E>() {
            std::byte const* at = raw_row(i).data();
            if constexpr (ggml_block_format<E>) {
                for (std::size_t first = 0; first < out.size(); first += E::size) {
                    decode_block(read<E>(at), out.subspan(first, E::size));
                }
            } else {
                for (T& value : out) { value = static_cast<float>(read<E>(at)); }
            }
        });
    }

    static index_t bytes_of_row(ggml_type type, index_t cols) {
        if (cols < 0 || cols % facts(type).block != 0) {
            fail<format_error>("rows of ", cols, " weights are no whole blocks of ",
                               facts(type).block, " ", facts(type).name, " weights");
        }
        return checked_mul(cols / facts(type).block, facts(type).bytes);
    }

  private:
    /// The element at `at`, which moves behind it. Files need not be aligned.
    template <class E> static E read(std::byte const*& at) {
        E element;
        std::memcpy(&element, at, sizeof element);
        at += sizeof element;
        return element;
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

/// One row of weights in the blocks of `type`. NaN, infinity and what fp16 cannot hold are a
/// `shape_error`: a block scale that overflows would spoil its neighbours.
inline void encode_row(ggml_type type, std::span<std::byte> out, std::span<float const> row) {
    with_layout(type, [&]<class E>() {
        float limit = std::numeric_limits<float>::max();
        if constexpr (std::is_same_v<E, fp16>) { limit = 65504; }
        if constexpr (requires { E::limit; }) { limit = E::limit; }
        for (std::size_t j = 0; j < row.size(); ++j) {
            if (!(std::abs(row[j]) <= limit)) {
                fail<shape_error>(
                    "weight ", j, " of a row is ", row[j], ", which ", facts(type).name,
                    " cannot hold; repair the weights, or keep this matrix in F32");
            }
        }
        auto put = [at = out.data()](auto const& element) mutable {
            std::memcpy(at, &element, sizeof element);
            at += sizeof element;
        };
        if constexpr (std::is_same_v<E, float>) {
            for (float x : row) { put(x); }
        } else if constexpr (!ggml_block_format<E>) {
            for (float x : row) { put(E::nearest(x)); }
        } else if constexpr (requires { E::limit; }) {
            for (std::size_t first = 0; first < row.size(); first += E::size) {
                put(E::nearest(row.subspan(first).template first<E::size>()));
            }
        } else {
            fail<shape_error>("cannot write GGUF weights of type ", facts(type).name,
                              "; supported: F32, F16, BF16, Q8_0, Q4_0");
        }
    });
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

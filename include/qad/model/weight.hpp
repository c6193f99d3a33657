// SPDX-License-Identifier: MIT
// A weight of a model: one of eight kinds, visited here and nowhere else.
#ifndef QAD_MODEL_WEIGHT_HPP
#define QAD_MODEL_WEIGHT_HPP

#include <qad/core/backend.hpp>              // ref
#include <qad/core/shared_matrix.hpp>        // shared_matrix
#include <qad/formats/bf16.hpp>              // bf16
#include <qad/formats/fp16.hpp>              // fp16
#include <qad/formats/integer.hpp>           // int8, int4, int3
#include <qad/formats/nf4.hpp>               // nf4
#include <qad/io/gguf_matrix.hpp>            // gguf_matrix
#include <qad/quantize/multiply.hpp>         // multiply, read_row
#include <qad/quantize/quantized_matrix.hpp> // quantized_matrix

#include <span>    // span
#include <string>  // string
#include <variant> // variant

namespace qad {

/// A matrix of a model as it is stored, rows = outputs. Which kind it is, is known at run time:
/// a file decides, and layers may differ.
using weight = std::variant<shared_matrix<float>, shared_matrix<bf16>, shared_matrix<fp16>,
                            quantized_matrix<int8>, quantized_matrix<int4>,
                            quantized_matrix<int3>, quantized_matrix<nf4>, gguf_matrix>;

inline index_t rows(weight const& w) {
    return std::visit([](auto const& m) { return m.rows(); }, w);
}
inline index_t cols(weight const& w) {
    return std::visit([](auto const& m) { return m.cols(); }, w);
}
/// Bytes that the weight occupies with its scales.
inline index_t bytes(weight const& w) {
    return std::visit([](auto const& m) { return m.bytes(); }, w);
}

/// Row i as numbers: the embedding of token i, or what a row of a layer stands for.
template <class T> void decode_row(weight const& w, index_t i, std::span<T> out) {
    std::visit([&](auto const& m) { read_row<T>(m, i, out); }, w);
}
template <class T, weight_rows W> void decode_row(W const& w, index_t i, std::span<T> out) {
    read_row<T>(w, i, out);
}

/// The weight as a float matrix.
inline matrix<float> to_float(weight const& w) {
    matrix<float> out(rows(w), cols(w));
    for (index_t i = 0; i < out.rows(); ++i) { decode_row<float>(w, i, out.row(i)); }
    return out;
}

/// y = x·Wᵀ for whatever kind W is.
inline void multiply(ref_t, matrix_view<float> y, weight const& w, matrix_view<float const> x) {
    std::visit([&](auto const& m) { multiply(ref, y, m, x); }, w);
}

/// y_i = x·W_iᵀ for weights that share their input; a backend may do them at once.
template <class T, class Weight> void multiply(ref_t, std::span<matrix_view<T> const> y,
                                               std::span<Weight const* const> w,
                                               matrix_view<T const> x) {
    for (std::size_t i = 0; i < y.size(); ++i) { multiply(ref, y[i], *w[i], x); }
}

/// What the kind is called where people read it.
inline std::string kind(weight const& w) {
    struct name_of {
        std::string operator()(shared_matrix<float> const&) const { return "fp32"; }
        std::string operator()(shared_matrix<bf16> const&) const { return "bf16"; }
        std::string operator()(shared_matrix<fp16> const&) const { return "fp16"; }
        std::string operator()(quantized_matrix<int8> const& m) const {
            return "int8 " + m.cut().name();
        }
        std::string operator()(quantized_matrix<int4> const& m) const {
            return "int4 " + m.cut().name();
        }
        std::string operator()(quantized_matrix<int3> const& m) const {
            return "int3 " + m.cut().name();
        }
        std::string operator()(quantized_matrix<nf4> const& m) const {
            return "nf4 " + m.cut().name();
        }
        std::string operator()(gguf_matrix const& m) const {
            return std::string(m.type_name());
        }
    };
    return std::visit(name_of{}, w);
}

} // namespace qad

#endif

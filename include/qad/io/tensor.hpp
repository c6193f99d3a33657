// SPDX-License-Identifier: MIT
// A named tensor inside a file, and its elements as a matrix.
#ifndef QAD_IO_TENSOR_HPP
#define QAD_IO_TENSOR_HPP

#include <qad/core/file.hpp>          // mapped_file
#include <qad/core/shared_matrix.hpp> // shared_matrix
#include <qad/io/data_type.hpp>       // data_type

#include <bit>     // endian
#include <cstddef> // byte
#include <cstdint> // uintptr_t
#include <cstring> // memcpy
#include <memory>  // shared_ptr
#include <span>    // span
#include <string>  // string
#include <vector>  // vector

namespace qad {

static_assert(std::endian::native == std::endian::little, "the files are little-endian");

/// Shapes as messages show them: [32, 64].
inline std::string shape_text(std::span<index_t const> shape) {
    std::string result = "[";
    for (index_t size : shape) { result += text(result.size() > 1 ? ", " : "", size); }
    return result + "]";
}

/// One tensor of a checkpoint: what the file says about it, and its bytes. `owner` keeps them
/// alive, so an entry may outlive the reader that gave it. Elements are row-major; the
/// bytes need not be aligned, hence `stored_matrix` and `float_matrix` below instead of a cast.
struct tensor_entry {
    std::string name;
    data_type dtype = data_type::f32;
    std::vector<index_t> shape;
    std::span<std::byte const> bytes;
    std::shared_ptr<void const> owner;
    std::string file;                                ///< for messages
    std::shared_ptr<mapped_file const> mapping = {}; ///< where the bytes are those of a file

    /// Its pages of the file are not needed for now.
    void forget() const {
        if (mapping) { mapping->forget(bytes); }
    }

    /// As a matrix a tensor has its first dimension as rows and all others as columns; a vector
    /// is one row. So a bias or a norm weight is `.row(0)`.
    index_t rows() const { return shape.size() < 2 ? 1 : shape[0]; }
    index_t cols() const {
        index_t product = 1;
        for (std::size_t i = shape.size() < 2 ? 0 : 1; i < shape.size(); ++i) {
            product = checked_mul(product, shape[i]);
        }
        return product;
    }
};

/// `format_error` unless the tensor has exactly this shape.
inline void require_shape(tensor_entry const& tensor, std::vector<index_t> const& shape) {
    if (tensor.shape != shape) {
        fail<format_error>(tensor.file, ": tensor '", tensor.name, "' has shape ",
                           shape_text(tensor.shape), " but config.json asks for ",
                           shape_text(shape), "; do config and weights belong together?");
    }
}

/// The elements as they are stored, without a copy when they are aligned. T must be the file's
/// type: bf16 for BF16, fp16 for F16, float for F32 …
template <class T> shared_matrix<T> stored_matrix(tensor_entry const& tensor) {
    if (tensor.dtype != data_type_of<T>()) {
        fail<format_error>(tensor.file, ": tensor '", tensor.name, "' is ",
                           facts(tensor.dtype).name, ", not ", facts(data_type_of<T>()).name);
    }
    if (reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % alignof(T) == 0) {
        auto const* data = reinterpret_cast<T const*>(tensor.bytes.data());
        return {matrix_view<T const>(data, tensor.rows(), tensor.cols()), tensor.owner};
    }
    matrix<T> copy(tensor.rows(), tensor.cols());
    std::memcpy(copy.data(), tensor.bytes.data(), tensor.bytes.size());
    return shared_matrix<T>(std::move(copy));
}

/// The elements as float, from F32, BF16 or F16; all of these are exact.
inline matrix<float> float_matrix(tensor_entry const& tensor) {
    auto const convert = [](auto const& stored) {
        matrix<float> out(stored.rows(), stored.cols());
        auto const* from = stored.view().data(); // elements, not rows: of those without
        for (index_t k = 0; k < out.size(); ++k) { // columns a file can announce any number
            out.data()[k] = static_cast<float>(from[k]);
        }
        return out;
    };
    switch (tensor.dtype) {
    case data_type::f32:
        return convert(stored_matrix<float>(tensor));
    case data_type::bf16:
        return convert(stored_matrix<bf16>(tensor));
    case data_type::f16:
        return convert(stored_matrix<fp16>(tensor));
    default:
        fail<format_error>(tensor.file, ": tensor '", tensor.name, "' is ",
                           facts(tensor.dtype).name, "; weights must be F32, BF16 or F16");
    }
}

} // namespace qad

#endif

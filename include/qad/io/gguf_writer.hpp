// SPDX-License-Identifier: MIT
// GGUF, written: keys and tensors are declared first, then the bytes of the tensors stream.
#ifndef QAD_IO_GGUF_WRITER_HPP
#define QAD_IO_GGUF_WRITER_HPP

#include <qad/io/gguf.hpp>          // gguf_value, ggml_type
#include <qad/io/tensor_stream.hpp> // tensor_stream

namespace qad {

/// A tensor to be written: dims from the contiguous one outwards, {cols, rows} for a matrix.
struct gguf_declaration {
    std::string name;
    ggml_type type = ggml_type::f32;
    std::vector<index_t> dims;

    index_t bytes() const {
        index_t size = gguf_matrix::bytes_of_row(type, dims.empty() ? 1 : dims[0]);
        for (std::size_t i = 1; i < dims.size(); ++i) { size = checked_mul(size, dims[i]); }
        return size;
    }
};

/// Writes one GGUF file of version 3, alignment 32:
///
///     gguf_writer file(path, {{"general.architecture", std::string("llama")}, …},
///                      {{"w", type, {cols, rows}}, …});
///     file.write("w", encode(type, w).data()); …      in any order
///     file.commit();
///
/// Without `commit` nothing appears.
class gguf_writer {
  public:
    gguf_writer(std::filesystem::path const& path, gguf_values const& values,
                std::vector<gguf_declaration> const& tensors)
        : stream_(path, header(values, tensors), slots(tensors), alignment) {}

    void write(std::string_view name, std::span<std::byte const> bytes) {
        stream_.write(name, bytes);
    }
    void commit() { stream_.commit(); }

    /// What stands before the bytes of the tensors.
    static std::string header(gguf_values const& values,
                              std::vector<gguf_declaration> const& tensors) {
        std::string out = "GGUF";
        put<std::uint32_t>(out, 3);
        put<std::uint64_t>(out, tensors.size());
        put<std::uint64_t>(out, values.size());
        std::unordered_set<std::string> names;
        for (auto const& [key, value] : values) {
            if (key.empty() || key == "general.alignment" || !names.insert(key).second) {
                fail<shape_error>("GGUF key '", key, "' is empty, reserved or given twice");
            }
            put(out, key);
            put(out, static_cast<std::uint32_t>(value.index()));
            std::visit([&](auto const& content) { put(out, content); }, value);
        }
        names.clear();
        index_t offset = 0;
        for (gguf_declaration const& tensor : tensors) {
            if (tensor.name.size() >= 64 || !names.insert(tensor.name).second) {
                fail<shape_error>("GGUF tensor '", tensor.name,
                                  "' exceeds 63 bytes or is given twice");
            }
            put(out, tensor.name);
            put(out, static_cast<std::uint32_t>(tensor.dims.size()));
            for (index_t size : tensor.dims) { put(out, static_cast<std::uint64_t>(size)); }
            put(out, static_cast<std::uint32_t>(tensor.type));
            put(out, static_cast<std::uint64_t>(offset));
            index_t const blocks = ceil_div(tensor.bytes(), alignment);
            offset = checked_add(offset, checked_mul(blocks, alignment));
        }
        out.resize(static_cast<std::size_t>(
            ceil_div(static_cast<index_t>(out.size()), alignment) * alignment));
        return out;
    }

  private:
    static constexpr index_t alignment = 32;

    template <class T> static void put(std::string& out, T const& value) {
        if constexpr (std::is_same_v<T, bool>) {
            out += static_cast<char>(value);
        } else if constexpr (std::is_arithmetic_v<T>) {
            out.append(reinterpret_cast<char const*>(&value), sizeof value);
        } else if constexpr (std::is_same_v<T, std::string>) {
            put<std::uint64_t>(out, value.size());
            out += value;
        } else if constexpr (std::is_same_v<T, gguf_array>) {
            put(out, static_cast<std::uint32_t>(value.index()));
            std::visit([&](auto const& elements) { put_all(out, elements); }, value);
        }
    }
    static void put_all(std::string&, gguf_none) {
        fail<shape_error>("GGUF has no nested arrays");
    }
    template <class E> static void put_all(std::string& out, std::vector<E> const& elements) {
        put<std::uint64_t>(out, elements.size());
        for (auto const& element : elements) { put<E>(out, element); }
    }
    static std::vector<tensor_stream::slot>
    slots(std::vector<gguf_declaration> const& tensors) {
        std::vector<tensor_stream::slot> result;
        for (auto const& tensor : tensors) { result.push_back({tensor.name, tensor.bytes()}); }
        return result;
    }

    tensor_stream stream_;
};

} // namespace qad

#endif

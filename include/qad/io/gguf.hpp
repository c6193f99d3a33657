// SPDX-License-Identifier: MIT
// GGUF, read: keys, tensor descriptions, aligned tensors.
#ifndef QAD_IO_GGUF_HPP
#define QAD_IO_GGUF_HPP

#include <qad/core/file.hpp>      // mapped_file
#include <qad/io/gguf_cursor.hpp> // gguf_cursor
#include <qad/io/gguf_matrix.hpp> // gguf_matrix

#include <functional>    // less
#include <map>           // map
#include <unordered_set> // unordered_set

namespace qad {

/// One tensor of a GGUF file. Dimensions run from the contiguous one outwards, so that a matrix
/// that Hugging Face calls [out, in] has dims {in, out}.
struct gguf_tensor {
    std::string name;
    ggml_type type = ggml_type::f32;
    std::vector<index_t> dims;
    std::span<std::byte const> bytes;

    index_t elements() const { return rows() * cols(); }
    index_t cols() const { return dims.empty() ? 1 : dims[0]; }
    index_t rows() const {
        index_t product = 1;
        for (std::size_t i = 1; i < dims.size(); ++i) {
            product = checked_mul(product, dims[i]);
        }
        return product;
    }
};

struct gguf_content {
    gguf_values values;
    std::vector<gguf_tensor> tensors;
    index_t alignment = 32;
};

namespace detail {

inline gguf_tensor read_tensor_info(gguf_cursor& file, index_t& offset) {
    gguf_tensor tensor;
    tensor.name = file.string("a tensor name");
    if (tensor.name.size() >= 64) {
        file.damaged("tensor name '", tensor.name, "' has more than 63 bytes");
    }
    auto const dims = file.take<std::uint32_t>("a number of dimensions");
    if (dims > 4) {
        file.damaged("tensor '", tensor.name, "' has ", dims, " dimensions, at most 4");
    }
    index_t elements = 1;
    for (std::uint32_t i = 0; i < dims; ++i) {
        auto const size = file.take<std::uint64_t>("a dimension");
        tensor.dims.push_back(static_cast<index_t>(size));
        if (size == 0) { file.damaged("tensor '", tensor.name, "' has a dimension of 0"); }
        if (size > INT64_MAX ||
            __builtin_mul_overflow(elements, tensor.dims.back(), &elements)) {
            file.damaged("the size of tensor '", tensor.name, "' overflows 64 bits");
        }
    }
    tensor.type = static_cast<ggml_type>(file.take<std::uint32_t>("a tensor type"));
    if (!find_facts(tensor.type)) {
        file.damaged("tensor '", tensor.name, "' has the unknown type ",
                     static_cast<std::uint32_t>(tensor.type));
    }
    if (tensor.cols() % facts(tensor.type).block != 0) {
        file.damaged("tensor '", tensor.name, "' has rows of ", tensor.cols(),
                     " weights, no whole blocks of ", facts(tensor.type).name);
    }
    index_t const blocks = elements / facts(tensor.type).block;
    if (index_t bytes; __builtin_mul_overflow(blocks, facts(tensor.type).bytes, &bytes)) {
        file.damaged("the size of tensor '", tensor.name, "' overflows 64 bits");
    }
    auto const where = file.take<std::uint64_t>("a tensor offset");
    if (where > INT64_MAX) {
        file.damaged("the offset of tensor '", tensor.name, "' overflows");
    }
    offset = static_cast<index_t>(where);
    return tensor;
}

} // namespace detail

/// Reads a GGUF file that lies in memory and checks all of it, as strictly as llama.cpp:
///
///   "GGUF" · version 2 or 3 · counts · key/value pairs · tensor descriptions · zeros up to the
///   alignment · tensors, each padded to the alignment, in the order of their descriptions
///
/// `where` names the file in messages. Everything else is a `format_error` naming the byte.
inline gguf_content parse_gguf(std::span<std::byte const> bytes, std::string const& where) {
    gguf_cursor file(bytes, where);
    if (file.take<std::uint32_t>("the magic") != 0x46554747) {
        fail<format_error>(where,
                           ": does not begin with GGUF; not a GGUF file, or a git-lfs pointer");
    }
    auto const version = file.take<std::uint32_t>("the version");
    if (version < 2 || version > 3) {
        file.damaged("GGUF version ", version,
                     (version & 0xffff) == 0 ? " (of a big-endian file)" : "",
                     " is not supported; convert the model to version 3");
    }
    index_t const tensors = file.count(INT64_MAX, 24, "the tensor count");
    index_t const pairs = file.count(INT64_MAX, 13, "the key count");

    // Keys and values.
    gguf_content content;
    std::unordered_set<std::string> names;
    for (index_t i = 0; i < pairs; ++i) {
        std::string key = file.string("a key");
        if (key.empty() || !names.insert(key).second) {
            file.damaged(key.empty() ? "an empty key" : "key '" + key + "' occurs twice");
        }
        auto const type = file.take<std::uint32_t>("a value type");
        content.values.emplace_back(std::move(key), read_as<gguf_value>(file, type));
    }
    using u32 = std::uint32_t;
    if (u32 const* align = find_value_as<u32>(content.values, "general.alignment", where)) {
        content.alignment = *align;
    }
    if (content.alignment == 0 || (content.alignment & (content.alignment - 1)) != 0) {
        file.damaged("general.alignment is ", content.alignment, ", not a power of two");
    }

    // Tensor descriptions.
    names.clear();
    std::vector<index_t> offsets;
    for (index_t i = 0; i < tensors; ++i) {
        offsets.push_back(0);
        content.tensors.push_back(detail::read_tensor_info(file, offsets.back()));
        if (!names.insert(content.tensors.back().name).second) {
            file.damaged("tensor '", content.tensors.back().name, "' occurs twice");
        }
    }
    if (tensors == 0) { return content; }

    // Each tensor begins where the padding of the previous one ends.
    auto const padded = [&](index_t size) {
        return checked_mul(ceil_div(size, content.alignment), content.alignment);
    };
    index_t const data = padded(file.at());
    index_t expected = 0;
    for (std::size_t i = 0; i < content.tensors.size(); ++i) {
        gguf_tensor& tensor = content.tensors[i];
        index_t const row = gguf_matrix::bytes_of_row(tensor.type, tensor.cols());
        index_t const size = checked_mul(tensor.rows(), row);
        if (offsets[i] != expected) {
            fail<format_error>(where, ": tensor '", tensor.name, "' has offset ", offsets[i],
                               ", expected ", expected, "; tensors overlap or leave a hole");
        }
        if (data + expected > static_cast<index_t>(bytes.size()) - size) {
            fail<format_error>(where, ": tensor '", tensor.name, "' of ", size,
                               " bytes begins at byte ", data + expected, " of ", bytes.size(),
                               "; the file is truncated, fetch it again");
        }
        tensor.bytes = bytes.subspan(static_cast<std::size_t>(data + expected),
                                     static_cast<std::size_t>(size));
        expected = checked_add(expected, padded(size));
    }
    return content;
}

/// A GGUF file, mapped and checked.
class gguf_file {
  public:
    explicit gguf_file(std::filesystem::path const& path)
        : gguf_file(std::make_shared<mapped_file const>(path)) {}
    /// One that lies in memory, which `owner` keeps alive; `where` names it in messages.
    gguf_file(std::span<std::byte const> bytes, std::shared_ptr<void const> owner,
              std::string where)
        : owner_(std::move(owner)), where_(std::move(where)),
          content_(parse_gguf(bytes, where_)) {
        for (gguf_tensor const& tensor : content_.tensors) { place_[tensor.name] = &tensor; }
    }
    gguf_file(gguf_file&&) = default; // the tensors stay where they are

    std::string const& where() const { return where_; }
    gguf_values const& values() const { return content_.values; }
    std::span<gguf_tensor const> tensors() const { return content_.tensors; }

    /// The value of `key` as exactly T; without it `otherwise`.
    template <class T> T get(std::string_view key, T otherwise) const {
        T const* value = find_value_as<T>(values(), key, where());
        return value ? *value : std::move(otherwise);
    }
    /// The value of `key` as exactly T; without it a `format_error`.
    template <class T> T const& get(std::string_view key) const {
        T const* value = find_value_as<T>(values(), key, where());
        if (!value) { fail<format_error>(where(), ": key ", key, " is missing"); }
        return *value;
    }

    bool contains(std::string_view name) const { return place_.find(name) != place_.end(); }
    gguf_tensor const& tensor(std::string_view name) const {
        auto const found = place_.find(name);
        if (found == place_.end()) {
            fail<format_error>(where(), ": no tensor '", name, "' among ", place_.size());
        }
        return *found->second;
    }
    /// The tensor as a matrix of blocks; it keeps the file mapped, and its pages leave with it.
    gguf_matrix at(std::string_view name) const {
        gguf_tensor const& found = tensor(name);
        return {found.type, found.rows(), found.cols(), found.bytes,
                mapping_ ? pages_of(found.bytes, mapping_) : owner_};
    }
    /// Its pages of the file are not needed for now.
    void forget(std::string_view name) const {
        if (mapping_) { mapping_->forget(tensor(name).bytes); }
    }

  private:
    explicit gguf_file(std::shared_ptr<mapped_file const> const& file)
        : gguf_file(file->bytes(), file, file->path().string()) {
        mapping_ = file;
    }

    std::shared_ptr<void const> owner_;
    std::shared_ptr<mapped_file const> mapping_;
    std::string where_;
    gguf_content content_;
    std::map<std::string, gguf_tensor const*, std::less<>> place_;
};

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// safetensors, written: tensors are declared first, then their bytes stream.
#ifndef QAD_IO_SAFETENSORS_WRITER_HPP
#define QAD_IO_SAFETENSORS_WRITER_HPP

#include <qad/io/json.hpp>          // json
#include <qad/io/tensor.hpp>        // data_type, shape_text
#include <qad/io/tensor_stream.hpp> // tensor_stream

#include <algorithm> // sort
#include <map>       // map

namespace qad {

/// What is to be written under a name.
struct tensor_declaration {
    std::string name;
    data_type dtype = data_type::f32;
    std::vector<index_t> shape;

    /// Size in the file; `shape_error` when it overflows or is no whole number of bytes.
    index_t bytes() const {
        index_t bits = facts(dtype).bits;
        for (index_t size : shape) { bits = checked_mul(bits, size); }
        if (bits % 8 != 0) {
            fail<shape_error>("tensor '", name, "' does not end on a whole byte");
        }
        return bits / 8;
    }
};

/// Writes one safetensors file:
///
///     safetensors_writer file(path, {{"w", data_type::f32, {2, 3}}, …});
///     file.write("w", bytes of w); …      in any order
///     file.commit();
///
/// The file orders by alignment, then name, so that every tensor is aligned in it. Without
/// `commit` nothing appears. The metadata say
/// "format": "pt", without which transformers does not read the file.
class safetensors_writer {
  public:
    using metadata_map = std::map<std::string, std::string>;

    safetensors_writer(std::filesystem::path const& path,
                       std::vector<tensor_declaration> tensors,
                       metadata_map metadata = {{"format", "pt"}})
        : order_(sorted(std::move(tensors))),
          stream_(path, header(order_, metadata), slots(order_)) {}

    std::span<tensor_declaration const> order() const { return order_; }
    void write(std::string_view name, std::span<std::byte const> bytes) {
        stream_.write(name, bytes);
    }
    template <class T> void write(std::string_view name, matrix_view<T const> rows) {
        for (index_t i = 0; i < rows.rows(); ++i) { write(name, std::as_bytes(rows.row(i))); }
    }
    void commit() { stream_.commit(); }

    /// The order of the file: by alignment, then name.
    static std::vector<tensor_declaration> sorted(std::vector<tensor_declaration> tensors) {
        std::sort(tensors.begin(), tensors.end(), [](auto const& a, auto const& b) {
            return a.dtype != b.dtype ? a.dtype < b.dtype : a.name < b.name;
        });
        return tensors;
    }
    /// What stands before the bytes of the tensors.
    static std::string header(std::vector<tensor_declaration> const& order,
                              metadata_map const& metadata) {
        nlohmann::ordered_json object = {
            {"__metadata__", metadata}}; // in the order written here
        index_t end = 0;
        for (tensor_declaration const& tensor : order) {
            if (object.contains(tensor.name)) {
                fail<shape_error>("two tensors are called '", tensor.name, "'");
            }
            index_t const begin = end;
            end = checked_add(begin, tensor.bytes());
            object[tensor.name] = {{"dtype", facts(tensor.dtype).name},
                                   {"shape", tensor.shape},
                                   {"data_offsets", {begin, end}}};
        }
        // Pad with spaces, so that the data begin at a multiple of 8.
        std::string text = object.dump();
        text.resize((text.size() + 7) / 8 * 8, ' ');
        std::uint64_t const length = text.size();
        return std::string(reinterpret_cast<char const*>(&length), 8) + text;
    }

  private:
    static std::vector<tensor_stream::slot>
    slots(std::vector<tensor_declaration> const& order) {
        std::vector<tensor_stream::slot> result;
        for (auto const& tensor : order) { result.push_back({tensor.name, tensor.bytes()}); }
        return result;
    }

    std::vector<tensor_declaration> order_;
    tensor_stream stream_;
};

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// safetensors, read: a length, a JSON header, the bytes.
#ifndef QAD_IO_SAFETENSORS_HPP
#define QAD_IO_SAFETENSORS_HPP

#include <qad/core/file.hpp>       // mapped_file
#include <qad/io/json.hpp>         // parse_json
#include <qad/io/tensor_table.hpp> // tensor_table

#include <algorithm> // sort
#include <map>       // map

namespace qad {

/// What a safetensors file holds, tensors in the order of their bytes.
struct safetensors_content {
    std::vector<tensor_entry> tensors;
    std::map<std::string, std::string> metadata;
};

namespace detail {

struct placed_tensor {
    tensor_entry entry;
    index_t begin = 0, end = 0; // bytes, relative to the end of the header
};

inline placed_tensor read_entry(std::string const& name, json const& value,
                                std::string const& where) {
    std::string const what = text(where, ": tensor '", name, "'");
    if (!value.is_object()) { fail<format_error>(what, " must be a JSON object"); }
    placed_tensor placed;
    placed.entry.name = name;
    placed.entry.file = where;

    std::string const& dtype = string_of(member(value, "dtype"), what + " dtype");
    auto const known = data_type_named(dtype);
    if (!known) { fail<format_error>(what, " has the unknown dtype ", dtype); }
    placed.entry.dtype = *known;

    json const& shape = member(value, "shape");
    if (!shape.is_array()) { fail<format_error>(what, " has no shape"); }
    for (json const& size : shape) {
        placed.entry.shape.push_back(integer_in(size, 0, INT64_MAX, what + " shape"));
    }
    json const& offsets = member(value, "data_offsets");
    if (!offsets.is_array() || offsets.size() != 2) {
        fail<format_error>(what, " needs two data_offsets");
    }
    placed.begin = integer_in(offsets[0], 0, INT64_MAX, what + " data_offsets");
    placed.end = integer_in(offsets[1], 0, INT64_MAX, what + " data_offsets");
    return placed;
}

/// Bytes that the shape asks for, in checked arithmetic; also the sizes beside a zero must not
/// overflow, because readers multiply them.
inline index_t bytes_wanted(tensor_entry const& tensor, std::string const& where) {
    index_t bits = facts(tensor.dtype).bits, most = bits;
    for (index_t size : tensor.shape) {
        if (__builtin_mul_overflow(most, std::max<index_t>(size, 1), &most)) {
            fail<format_error>(where, ": tensor '", tensor.name, "' of shape ",
                               shape_text(tensor.shape),
                               " overflows 64 bits; the file is damaged");
        }
        bits *= size; // no more than `most`
    }
    if (bits % 8 != 0) {
        fail<format_error>(where, ": tensor '", tensor.name, "' does not end on a whole byte");
    }
    return bits / 8;
}

} // namespace detail

/// Reads the header of a safetensors file that lies in memory and checks all of it:
///
///   8 bytes N, little-endian, at most 10⁸ · N bytes of JSON · the bytes of the tensors, which
///   cover the rest of the file without holes, overlaps or a tail
///
/// `where` names the file in messages. Everything else is a `format_error`.
inline safetensors_content parse_safetensors(std::span<std::byte const> file,
                                             std::string const& where) {
    std::string_view const chars(reinterpret_cast<char const*>(file.data()), file.size());
    if (chars.starts_with("version https://git-lfs")) {
        fail<format_error>(where,
                           ": a git-lfs pointer, not the weights themselves; run `git lfs "
                           "pull` in its folder or download the file");
    }
    if (file.size() < 8) {
        fail<format_error>(where, ": ", file.size(),
                           " bytes; a safetensors file begins with 8 "
                           "bytes of header length, so this one is truncated");
    }

    // Find the header.
    std::uint64_t length = 0;
    std::memcpy(&length, file.data(), 8);
    if (length > 100'000'000 || length + 8 > file.size()) {
        fail<format_error>(where, ": bytes 0 to 7 announce a header of ", length,
                           " bytes (at most 100000000), but ", file.size() - 8,
                           " follow; truncated, or not a safetensors file");
    }
    json const header = parse_json(chars.substr(8, length), where, 8);
    if (!header.is_object()) {
        fail<format_error>(where, ": the header must be a JSON object");
    }

    // Read each entry as it is written.
    safetensors_content content;
    std::vector<detail::placed_tensor> placed;
    for (auto const& [name, value] : header.items()) {
        if (name != "__metadata__") {
            placed.push_back(detail::read_entry(name, value, where));
            continue;
        }
        if (!value.is_object()) {
            fail<format_error>(where, ": __metadata__ must be an object");
        }
        for (auto const& [key, word] : value.items()) {
            content.metadata[key] = string_of(word, text(where, ": __metadata__ '", key, "'"));
        }
    }

    // Lay the entries side by side: each must begin where the previous one ended.
    std::sort(placed.begin(), placed.end(), [](auto const& a, auto const& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
    });
    auto const data = file.subspan(8 + length);
    index_t previous = 0;
    for (auto& [entry, begin, end] : placed) {
        if (begin != previous || end < begin) {
            fail<format_error>(where, ": tensor '", entry.name, "' has data_offsets ", begin,
                               " to ", end, ", expected to begin at ", previous,
                               "; tensors overlap or leave a hole");
        }
        index_t const wanted = detail::bytes_wanted(entry, where);
        if (end - begin != wanted) {
            fail<format_error>(where, ": tensor '", entry.name, "' has ", end - begin,
                               " bytes, but ", facts(entry.dtype).name, " ",
                               shape_text(entry.shape), " needs ", wanted);
        }
        if (end > static_cast<index_t>(data.size())) {
            fail<format_error>(where, ": tensor '", entry.name, "' ends at byte ", end, " of ",
                               data.size(), "; the file is truncated, fetch it again");
        }
        entry.bytes =
            data.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(wanted));
        previous = end;
        content.tensors.push_back(std::move(entry));
    }
    if (previous != static_cast<index_t>(data.size())) {
        fail<format_error>(where, ": ", static_cast<index_t>(data.size()) - previous,
                           " bytes after the last tensor; the file is damaged");
    }
    return content;
}

/// A safetensors file, mapped and checked. The pages of a tensor are read when it is touched,
/// and need not stay when nobody looks at it any more.
class safetensors_file {
  public:
    explicit safetensors_file(std::filesystem::path const& path)
        : file_(std::make_shared<mapped_file const>(path)), table_(path.string()) {
        auto content = parse_safetensors(file_->bytes(), path.string());
        metadata_ = std::move(content.metadata);
        for (tensor_entry& tensor : content.tensors) {
            tensor.owner = pages_of(tensor.bytes, file_);
            tensor.mapping = file_;
            table_.add(std::move(tensor));
        }
    }

    std::filesystem::path const& path() const { return file_->path(); }
    std::span<tensor_entry const> tensors() const { return table_.tensors(); }
    std::map<std::string, std::string> const& metadata() const { return metadata_; }

    bool contains(std::string_view name) const { return table_.contains(name); }
    tensor_entry const& at(std::string_view name) const { return table_.at(name); }

  private:
    std::shared_ptr<mapped_file const> file_;
    tensor_table table_;
    std::map<std::string, std::string> metadata_;
};

} // namespace qad

#endif

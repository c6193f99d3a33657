// SPDX-License-Identifier: MIT
// Codes of a few bits in 32-bit words, as the quantizers of Python's world store them.
#ifndef QAD_MODEL_PACKED_WORDS_HPP
#define QAD_MODEL_PACKED_WORDS_HPP

#include <qad/io/checkpoint.hpp>             // checkpoint
#include <qad/model/weight.hpp>              // weight
#include <qad/quantize/quantized_matrix.hpp> // quantized_matrix

#include <cmath>  // isfinite
#include <string> // string

namespace qad {

/// Codes in a run of words, lowest bit first and without gaps: code i occupies the bits
/// [i·b, (i + 1)·b) of the run, whose words lie `stride` apart. Where b divides 32 that is 32/b
/// codes a word; three bits straddle words.
struct word_stream {
    std::uint32_t const* words;
    index_t stride;
    int bits;

    unsigned operator[](index_t i) const {
        index_t const bit = i * bits, word = bit / 32, shift = bit % 32;
        std::uint64_t pair = words[word * stride];
        if (shift + bits > 32) { pair |= std::uint64_t{words[(word + 1) * stride]} << 32; }
        return static_cast<unsigned>(pair >> shift) & ((1u << bits) - 1);
    }
    /// Words that `count` codes need.
    static index_t length(index_t count, int bits) {
        return ceil_div(checked_mul(count, bits), 32);
    }
};

namespace detail {

/// "model.layers.0.mlp.up_proj" of "model.layers.0.mlp.up_proj.weight".
inline std::string module_of(std::string const& name) {
    constexpr std::string_view suffix = ".weight";
    return name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : name;
}

/// A part of a quantized matrix, of the type and shape that its format wants.
inline tensor_entry const& part_of(checkpoint const& tensors, std::string const& name,
                                   data_type type, std::vector<index_t> const& shape) {
    tensor_entry const& part = tensors.at(name);
    if (part.dtype != type) {
        fail<format_error>(part.file, ": tensor '", name, "' is ", facts(part.dtype).name,
                           ", not ", facts(type).name, "; was this file converted by hand?");
    }
    require_shape(part, shape);
    return part;
}
/// A part in words.
inline matrix<std::uint32_t> words_of(checkpoint const& tensors, std::string const& name,
                                      std::vector<index_t> const& shape) {
    tensor_entry const& part = part_of(tensors, name, data_type::i32, shape);
    matrix<std::uint32_t> words(part.rows(), part.cols());
    std::memcpy(words.data(), part.bytes.data(), part.bytes.size());
    return words;
}

/// The scales of a matrix, row after row. `turned`: the tensor is [groups, rows]. A scale that
/// is no number would turn its group into NaN: it is refused here.
inline scale_array scales_of(tensor_entry const& tensor, bool turned = false) {
    auto const stored = float_matrix(tensor);
    index_t const rows = turned ? stored.cols() : stored.rows(),
                  groups = turned ? stored.rows() : stored.cols();
    std::vector<float> values;
    for (index_t i = 0; i < rows; ++i) {
        for (index_t g = 0; g < groups; ++g) {
            float const scale = turned ? stored(g, i) : stored(i, g);
            if (!std::isfinite(scale)) {
                fail<format_error>(tensor.file, ": tensor '", tensor.name,
                                   "': the scale of row ", i, ", group ", g, " is ", scale,
                                   "; quantize the layer anew, or keep it in float");
            }
            values.push_back(scale);
        }
    }
    return scale_array(values, tensor.dtype == data_type::f16    ? scale_format::fp16
                               : tensor.dtype == data_type::bf16 ? scale_format::bf16
                                                                 : scale_format::fp32);
}

/// Which group each column belongs to, from a tensor g_idx; empty when they are in order.
inline std::vector<std::int32_t> column_groups(tensor_entry const& tensor, index_t groups) {
    auto const stored = stored_matrix<std::int32_t>(tensor);
    auto const index = stored.row(0);
    index_t const size = groups == 0 ? 1 : static_cast<index_t>(index.size()) / groups;
    bool in_order = true;
    for (std::size_t j = 0; j < index.size(); ++j) {
        if (index[j] < 0 || index[j] >= groups) {
            fail<format_error>(tensor.file, ": tensor '", tensor.name, "': column ", j,
                               " belongs to group ", index[j], " of ", groups,
                               "; the file is damaged, fetch it again");
        }
        in_order = in_order && index[j] == static_cast<std::int32_t>(j) / size;
    }
    if (in_order) { return {}; }
    return {index.begin(), index.end()};
}

/// The number of groups that a table of scales says, checked against the columns.
inline granularity cut_of(tensor_entry const& scales, index_t groups, index_t cols) {
    if (groups <= 0 || cols % groups != 0) {
        fail<format_error>(scales.file, ": tensor '", scales.name, "' has ", groups,
                           " groups for ", cols,
                           " columns, which they do not divide; quantize "
                           "with a group that divides the columns (chapter 3.3)");
    }
    return groups == 1 ? per_channel() : per_group(cols / groups);
}

/// Fills in the codes: code(i, j) for each row and column, rows side by side.
template <code_format Code, class CodeOf>
void set_codes(quantized_matrix<Code>& q, CodeOf code) {
    parallel(q.rows(), 16, [&](index_t begin, index_t end) {
        for (index_t i = begin; i < end; ++i) {
            for (index_t j = 0; j < q.cols(); ++j) { q.set_code(i, j, code(i, j)); }
        }
    });
}

/// No zero points where all are zero: the matrix is symmetric, whatever its file says.
template <code_format Code> std::vector<Code> unless_all_zero(std::vector<Code> zeros) {
    for (Code zero : zeros) {
        if (static_cast<float>(zero) != 0) { return zeros; }
    }
    return {};
}

/// The float weight and its quantized form beside each other: nobody can know which is meant.
inline void refuse_both(checkpoint const& tensors, std::string const& name,
                        std::string const& quantized) {
    if (tensors.contains(name) && tensors.contains(quantized)) {
        fail<format_error>(tensors.at(name).file, ": has both '", name, "' and '", quantized,
                           "'; remove the one that is out of date");
    }
}

} // namespace detail

} // namespace qad

#endif

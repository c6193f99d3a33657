// SPDX-License-Identifier: MIT
// Matrices of AWQ checkpoints (AutoAWQ, version "gemm"), with their own codes and scales.
#ifndef QAD_MODEL_AWQ_FORM_HPP
#define QAD_MODEL_AWQ_FORM_HPP

#include <qad/model/packed_words.hpp> // words_of, scales_of

namespace qad {

/// What a linear layer X of I inputs and O outputs becomes, four bits, in groups of inputs:
///
///   X.qweight  I32 [I, O/8]        word (i, c) holds the codes of the outputs 8c … 8c + 7
///   X.qzeros   I32 [groups, O/8]   zero points in the same order, nothing subtracted
///   X.scales   F16 [groups, O]
///
///   W[o][i] = scales[g][o] · (code − zero)          codes and zero points 0 … 15
///
/// Output 8c + j lies in nibble 0, 4, 1, 5, 2, 6, 3, 7 for j = 0 … 7: the order in which a
/// kernel of the GPU unpacks pairs of halves. (Eight *outputs* a word; GPTQ has eight inputs.)
struct awq_form {
    index_t group = 128; ///< inputs that share a scale; −1: all

    static constexpr int nibble[8] = {0, 4, 1, 5, 2, 6, 3, 7};

    static bool holds(checkpoint const& tensors, std::string const& name) {
        return tensors.contains(detail::module_of(name) + ".qweight");
    }
    static std::vector<std::string> parts(std::string const& name) {
        auto const x = detail::module_of(name);
        return {x + ".qweight", x + ".qzeros", x + ".scales"};
    }

    weight read(checkpoint const& tensors, std::string const& name, index_t rows,
                index_t cols) const {
        auto const x = detail::module_of(name);
        detail::refuse_both(tensors, name, x + ".qweight");
        auto const& scales = tensors.at(x + ".scales");
        index_t const size = group > 0 ? group : cols;
        if (rows % 8 != 0 || cols % size != 0) {
            fail<format_error>(scales.file, ": ", x, " has ", rows, " outputs and ", cols,
                               " inputs; AWQ packs 8 outputs a word and groups of ", size,
                               " inputs");
        }
        index_t const groups = cols / size;
        require_shape(scales, {groups, rows});
        auto const unpacked = [](matrix<std::uint32_t> const& words, index_t i, index_t o) {
            return int4(static_cast<int>(words(i, o / 8) >> 4 * nibble[o % 8] & 15) - 8);
        };

        std::vector<int4> zeros;
        auto const zero_words = detail::words_of(tensors, x + ".qzeros", {groups, rows / 8});
        for (index_t o = 0; o < rows; ++o) {
            for (index_t g = 0; g < groups; ++g) {
                zeros.push_back(unpacked(zero_words, g, o));
            }
        }
        quantized_matrix<int4> q(rows, cols, groups == 1 ? per_channel() : per_group(size),
                                 detail::scales_of(scales, true),
                                 detail::unless_all_zero(std::move(zeros)));
        auto const words = detail::words_of(tensors, x + ".qweight", {cols, rows / 8});
        detail::set_codes(q, [&](index_t o, index_t i) { return unpacked(words, i, o); });
        return q;
    }
};

} // namespace qad

#endif

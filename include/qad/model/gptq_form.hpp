// SPDX-License-Identifier: MIT
// Matrices of GPTQ checkpoints (AutoGPTQ, GPTQModel), with their own codes and scales.
#ifndef QAD_MODEL_GPTQ_FORM_HPP
#define QAD_MODEL_GPTQ_FORM_HPP

#include <qad/model/packed_words.hpp> // word_stream

namespace qad {

/// What a linear layer X of I inputs and O outputs becomes with b bits, in groups of inputs:
///
///   X.qweight  I32 [I·b/32, O]       column o is a word_stream of codes, 0 … 2^b − 1
///   X.qzeros   I32 [groups, O·b/32]  row g is a word_stream of the outputs' zero points
///   X.scales   F16 [groups, O]
///   X.g_idx    I32 [I]               group of each input; absent or in order without desc_act
///
///   W[o][i] = scales[g][o] · (code − zero)          zero = stored + 1, or stored in "gptq_v2"
///
/// The added 1 is where files go wrong. Version 1 takes 1 from every *word* (0x11111111 for
/// four bits), which borrows from the neighbour where a zero point is 0, so it must be given
/// back to the whole word, as GPTQModel does. And a symmetric file whose zero points are all
/// 2^(b−1) − 1 under the name of version 2, or 2^(b−1) under that of version 1, has the wrong
/// name: every weight would be one step off, so that is an error.
///
/// Bits and groups are those that the shapes say, because `dynamic` may give each layer its
/// own; without it, config.json must say the same.
struct gptq_form {
    index_t bits = 4, group = 128; ///< as config.json says; group −1: one
    bool symmetric = true, second_version = false, dynamic = false;

    static bool holds(checkpoint const& tensors, std::string const& name) {
        return tensors.contains(detail::module_of(name) + ".qweight");
    }
    static std::vector<std::string> parts(std::string const& name) {
        auto const x = detail::module_of(name);
        return {x + ".qweight", x + ".qzeros", x + ".scales", x + ".g_idx"};
    }

    weight read(checkpoint const& tensors, std::string const& name, index_t rows,
                index_t cols) const {
        auto const x = detail::module_of(name);
        detail::refuse_both(tensors, name, x + ".qweight");
        auto const& codes = tensors.at(x + ".qweight");
        int const stored = bits_of(codes, cols);
        if (stored == 8) { return read<int8>(tensors, x, rows, cols, stored); }
        if (stored == 4) { return read<int4>(tensors, x, rows, cols, stored); }
        return read<int3>(tensors, x, rows, cols, stored); // holds two bits as well
    }

  private:
    int bits_of(tensor_entry const& codes, index_t cols) const {
        for (int b : {2, 3, 4, 8}) {
            if (codes.shape.size() == 2 && checked_mul(codes.shape[0], 32) == cols * b &&
                (dynamic || b == bits)) {
                return b;
            }
        }
        fail<format_error>(
            codes.file, ": tensor '", codes.name, "' of shape ", shape_text(codes.shape),
            " does not hold ", bits, " bits for ", cols,
            " inputs; supported are 2, 3, 4 and 8 bits, the same in config.json");
    }

    template <class Code> weight read(checkpoint const& tensors, std::string const& x,
                                      index_t rows, index_t cols, int stored) const {
        int const middle = 1 << (stored - 1);
        auto const& scales = tensors.at(x + ".scales");
        index_t const groups = scales.shape.empty() ? 0 : scales.shape[0];
        require_shape(scales, {groups, rows});
        auto const cut = detail::cut_of(scales, groups, cols);
        if (!dynamic && cols / groups != (group > 0 ? group : cols)) {
            fail<format_error>(scales.file, ": tensor '", scales.name, "' has groups of ",
                               cols / groups, ", config.json says group_size ", group);
        }

        // The zero points, the 1 of version 1 given back.
        auto zero_words = detail::words_of(tensors, x + ".qzeros",
                                           {groups, word_stream::length(rows, stored)});
        check_version(zero_words, stored, rows, tensors.at(x + ".qzeros"));
        std::uint32_t ones = 0;
        for (int shift = 0; shift < 32; shift += stored) { ones |= 1u << shift; }
        bool const by_word = !second_version && stored != 3; // three bits straddle words
        for (index_t k = 0; by_word && k < zero_words.size(); ++k) {
            zero_words.data()[k] += ones;
        }
        unsigned const add = !second_version && stored == 3 ? 1 : 0;
        std::vector<Code> zeros;
        for (index_t o = 0; o < rows; ++o) {
            for (index_t g = 0; g < groups; ++g) {
                word_stream const row{&zero_words(g, 0), 1, stored};
                auto const zero = (row[o] + add) & ((1u << stored) - 1);
                zeros.push_back(Code(static_cast<int>(zero) - middle));
            }
        }

        std::vector<std::int32_t> order;
        if (tensors.contains(x + ".g_idx")) {
            order = detail::column_groups(
                detail::part_of(tensors, x + ".g_idx", data_type::i32, {cols}), groups);
        }
        quantized_matrix<Code> q(rows, cols, cut, detail::scales_of(scales, true),
                                 detail::unless_all_zero(std::move(zeros)), std::move(order));
        auto const words = detail::words_of(tensors, x + ".qweight",
                                            {word_stream::length(cols, stored), rows});
        detail::set_codes(q, [&](index_t o, index_t i) {
            word_stream const column{&words(0, o), rows, stored};
            return Code(static_cast<int>(column[i]) - middle);
        });
        return q;
    }

    void check_version(matrix<std::uint32_t> const& words, int stored, index_t rows,
                       tensor_entry const& tensor) const {
        unsigned const middle = 1u << (stored - 1),
                       wrong = second_version ? middle - 1 : middle;
        bool all_wrong = symmetric && words.size() > 0;
        for (index_t g = 0; g < words.rows() && all_wrong; ++g) {
            word_stream const row{&words(g, 0), 1, stored};
            for (index_t o = 0; o < rows && all_wrong; ++o) { all_wrong = row[o] == wrong; }
        }
        if (all_wrong) {
            fail<format_error>(
                tensor.file, ": tensor '", tensor.name, "': every zero point is ", wrong,
                ", as symmetric files of version ", second_version ? 1 : 2,
                " have them, but config.json says checkpoint_format ",
                second_version ? "gptq_v2" : "gptq", "; write ",
                second_version ? "gptq" : "gptq_v2", " there, or every weight is one step off");
        }
    }
};

} // namespace qad

#endif

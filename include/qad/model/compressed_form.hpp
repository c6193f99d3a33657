// SPDX-License-Identifier: MIT
// Matrices of compressed-tensors checkpoints (llm-compressor), with their own codes and scales.
#ifndef QAD_MODEL_COMPRESSED_FORM_HPP
#define QAD_MODEL_COMPRESSED_FORM_HPP

#include <qad/model/packed_words.hpp> // word_stream

namespace qad {

/// What a linear layer X of I inputs and O outputs becomes with b = 4 or 8 bits:
///
///   pack-quantized
///     X.weight_packed      I32 [O, ⌈I·b/32⌉]     row o is a word_stream of code + 2^(b−1)
///     X.weight_shape       I64 [2]               O, I
///     X.weight_zero_point  I32 [⌈O·b/32⌉, groups]  column g is a word_stream, too; absent
///                                                when symmetric
///     X.weight_g_idx       I32 [I]               absent or in order but with actorder "group"
///   int-quantized
///     X.weight             I8 [O, I]             codes
///     X.weight_zero_point  I8 [O, groups]        absent when symmetric
///   both
///     X.weight_scale       [O, groups]           in the type of the model
///
///   W[o][i] = scale[o][g] · (code − zero)        codes and zero points −2^(b−1) … 2^(b−1) − 1
///
/// A scale per channel has one group, one per tensor has [1]. Activations that the scheme wants
/// in 8 bits, scaled for each token as they come ("dynamic"), are no part of the file: on `ref`
/// they stay float, on `simd` they have a scale for each block of a token, which is finer.
struct compressed_form {
    static bool is_packed(checkpoint const& tensors, std::string const& name) {
        return tensors.contains(name + "_packed");
    }
    static bool holds(checkpoint const& tensors, std::string const& name) {
        return is_packed(tensors, name) ||
               (tensors.contains(name) && tensors.at(name).dtype == data_type::i8);
    }
    static std::vector<std::string> parts(std::string const& name) {
        return {name,
                name + "_packed",
                name + "_shape",
                name + "_zero_point",
                name + "_g_idx",
                name + "_scale"};
    }

    weight read(checkpoint const& tensors, std::string const& name, index_t rows,
                index_t cols) const {
        if (!is_packed(tensors, name)) {
            detail::part_of(tensors, name, data_type::i8, {rows, cols});
            return read<int8>(tensors, name, rows, cols);
        }
        detail::refuse_both(tensors, name, name + "_packed");
        auto const& packed = tensors.at(name + "_packed");
        auto const shape = stored_matrix<std::int64_t>(
            detail::part_of(tensors, name + "_shape", data_type::i64, {2}));
        if (shape.row(0)[0] != rows || shape.row(0)[1] != cols) {
            fail<format_error>(packed.file, ": tensor '", name, "_shape' says ",
                               shape.row(0)[0], " x ", shape.row(0)[1],
                               " but config.json asks for ", rows, " x ", cols);
        }
        auto const is = [&](int bits) {
            return packed.shape == std::vector{rows, word_stream::length(cols, bits)};
        };
        if (is(4)) { return read<int4>(tensors, name, rows, cols); }
        if (is(8)) { return read<int8>(tensors, name, rows, cols); }
        fail<format_error>(packed.file, ": tensor '", packed.name, "' of shape ",
                           shape_text(packed.shape), " holds neither 4 nor 8 bits for ", rows,
                           " x ", cols, " weights; other widths are not supported");
    }

  private:
    template <class Code> weight read(checkpoint const& tensors, std::string const& name,
                                      index_t rows, index_t cols) const {
        constexpr int bits = Code::bits, middle = 1 << (bits - 1);
        bool const packed = is_packed(tensors, name);
        auto const& scales = tensors.at(name + "_scale");
        bool const one = scales.rows() * scales.cols() == 1 && rows > 1;
        index_t const groups = one || scales.shape.size() < 2 ? 1 : scales.shape[1];
        if (!one && scales.shape != std::vector{rows, groups} &&
            scales.shape != std::vector{rows}) {
            require_shape(scales, {rows, groups});
        }
        auto const cut = one ? per_tensor() : detail::cut_of(scales, groups, cols);
        auto values = detail::scales_of(scales, scales.shape.size() == 1);

        std::vector<Code> zeros;
        if (std::string const part = name + "_zero_point"; tensors.contains(part)) {
            index_t const zero_rows = one ? 1 : rows;
            if (packed && !one) {
                auto const words =
                    detail::words_of(tensors, part, {word_stream::length(rows, bits), groups});
                for (index_t o = 0; o < rows; ++o) {
                    for (index_t g = 0; g < groups; ++g) {
                        word_stream const column{&words(0, g), groups, bits};
                        zeros.push_back(Code(static_cast<int>(column[o]) - middle));
                    }
                }
            } else {
                auto const stored = stored_matrix<std::int8_t>(
                    detail::part_of(tensors, part, data_type::i8, tensors.at(part).shape));
                if (stored.view().size() != zero_rows * groups) {
                    require_shape(tensors.at(part), {zero_rows, groups});
                }
                for (index_t k = 0; k < zero_rows * groups; ++k) {
                    zeros.push_back(Code(stored.view().data()[k]));
                }
            }
        }

        std::vector<std::int32_t> order;
        if (std::string const part = name + "_g_idx"; tensors.contains(part)) {
            order = detail::column_groups(
                detail::part_of(tensors, part, data_type::i32, {cols}), groups);
        }
        quantized_matrix<Code> q(rows, cols, cut, std::move(values),
                                 detail::unless_all_zero(std::move(zeros)), std::move(order));
        if (packed) {
            auto const words = detail::words_of(tensors, name + "_packed",
                                                {rows, word_stream::length(cols, bits)});
            detail::set_codes(q, [&](index_t o, index_t i) {
                word_stream const row{&words(o, 0), 1, bits};
                return Code(static_cast<int>(row[i]) - middle);
            });
        } else {
            auto const codes = stored_matrix<std::int8_t>(tensors.at(name));
            detail::set_codes(q,
                              [&](index_t o, index_t i) { return Code(codes.view()(o, i)); });
        }
        return q;
    }
};

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// Matrices of bitsandbytes checkpoints (NF4 and LLM.int8), with their own codes and scales.
#ifndef QAD_MODEL_BITSANDBYTES_FORM_HPP
#define QAD_MODEL_BITSANDBYTES_FORM_HPP

#include <qad/formats/nf4.hpp>        // nf4
#include <qad/io/json.hpp>            // parse_json
#include <qad/model/packed_words.hpp> // scales_of

#include <numeric> // gcd

namespace qad {

/// What the weight X of a linear layer of I inputs and O outputs becomes in four bits. Its
/// elements, row after row, are cut into blocks of 64 that do not stop at the end of a row:
///
///   X                               U8 [O·I/2, 1]   two codes a byte, the first one *high*
///   X.absmax                        F32 [blocks]    scale of each; U8 when quantized again:
///   X.nested_absmax                 F32 [⌈blocks/256⌉], with nested_offset of the state:
///                                   scale = nested_absmax · dynamic8 + offset
///   X.quant_map, nested_quant_map   F32 [16], [256] the levels, which must be those of nf4 and
///                                   dynamic8
///   X.quant_state.bitsandbytes__nf4 U8              JSON: blocksize, shape, nested_…
///
/// and in eight bits ("LLM.int8", whose outliers are chosen among the activations, not here):
///
///   X  I8 [O, I]      X' = module of X: X'.SCB  F32 [O]   W = code · SCB / 127
///
/// Where blocks do not divide rows, their greatest common divisor does: then a group is a part
/// of a block, and its scale is written down once for each part. bitsandbytes rounds the
/// weights to its compute type after this; here they stay what codes and scales say.
struct bitsandbytes_form {
    static std::string state_of(std::string const& name) {
        return name + ".quant_state.bitsandbytes__nf4";
    }
    static bool holds(checkpoint const& tensors, std::string const& name) {
        return tensors.contains(name) && (tensors.at(name).dtype == data_type::u8 ||
                                          tensors.at(name).dtype == data_type::i8);
    }
    static std::vector<std::string> parts(std::string const& name) {
        auto const x = detail::module_of(name);
        return {name,
                name + ".absmax",
                name + ".quant_map",
                name + ".nested_absmax",
                name + ".nested_quant_map",
                state_of(name),
                x + ".SCB",
                x + ".weight_format"};
    }

    weight read(checkpoint const& tensors, std::string const& name, index_t rows,
                index_t cols) const {
        return tensors.at(name).dtype == data_type::i8 ? read_int8(tensors, name, rows, cols)
                                                       : read_nf4(tensors, name, rows, cols);
    }

  private:
    static weight read_int8(checkpoint const& tensors, std::string const& name, index_t rows,
                            index_t cols) {
        auto const x = detail::module_of(name);
        auto const& stored = detail::part_of(tensors, name, data_type::i8, {rows, cols});
        auto const& largest = detail::part_of(tensors, x + ".SCB", data_type::f32, {rows});
        if (tensors.contains(x + ".weight_format")) {
            auto const& layout = tensors.at(x + ".weight_format");
            if (layout.bytes.size() != 1 || layout.bytes[0] != std::byte{0}) {
                fail<format_error>(layout.file, ": tensor '", layout.name,
                                   "' names a layout for one kind of GPU; supported: 0, rows. "
                                   "Save the model anew with a newer bitsandbytes");
            }
        }
        std::vector<float> scales;
        auto const maxima = detail::scales_of(largest, true);
        for (index_t i = 0; i < rows; ++i) { scales.push_back(maxima[i] * (1.0f / 127)); }
        quantized_matrix<int8> q(rows, cols, per_channel(), scale_array(scales));
        auto const codes = stored_matrix<std::int8_t>(stored);
        detail::set_codes(q, [&](index_t o, index_t i) { return int8(codes.view()(o, i)); });
        return q;
    }

    /// The levels of a file must be ours: codes are kept, not looked up.
    template <class Format>
    static void check_map(checkpoint const& tensors, std::string const& name) {
        index_t const count = index_t{1} << Format::bits;
        auto const& map = detail::part_of(tensors, name, data_type::f32, {count});
        auto const levels = stored_matrix<float>(map);
        for (index_t k = 0; k < count; ++k) {
            auto const at = static_cast<std::size_t>(k);
            if (levels.row(0)[at] != Format::levels[at]) {
                fail<format_error>(map.file, ": tensor '", name, "': level ", k, " is ",
                                   levels.row(0)[at], ", not ", Format::levels[at],
                                   "; supported are NF4 and its own 8-bit map of scales");
            }
        }
    }

    static weight read_nf4(checkpoint const& tensors, std::string const& name, index_t rows,
                           index_t cols) {
        if (!tensors.contains(state_of(name))) {
            fail<format_error>(tensors.at(name).file, ": tensor '", name, "' is U8 but has no ",
                               state_of(name),
                               "; FP4 and other types are not supported, save "
                               "the model with bnb_4bit_quant_type nf4");
        }
        auto const& text_of_state = tensors.at(state_of(name));
        std::string_view const characters(
            reinterpret_cast<char const*>(text_of_state.bytes.data()),
            text_of_state.bytes.size());
        std::string const where =
            text(text_of_state.file, ": tensor '", text_of_state.name, "'");
        json const state = parse_json(characters, where);
        index_t const elements = checked_mul(rows, cols);
        index_t const size =
            integer_in(member(state, "blocksize"), 1, INT32_MAX, where + ": blocksize");
        if (member(state, "shape") != json{rows, cols}) {
            fail<format_error>(where, ": shape is ", describe(member(state, "shape")),
                               " but config.json asks for ", rows, " x ", cols);
        }
        check_map<nf4>(tensors, name + ".quant_map");
        index_t const blocks = ceil_div(elements, size);

        // One scale for each block, then for each group: a part of a block within a row.
        auto const group = std::gcd(size, cols);
        auto scales = block_scales(tensors, name, state, where, blocks);
        if (group != size || elements % size != 0) {
            std::vector<float> repeated;
            for (index_t first = 0; first < elements; first += group) {
                repeated.push_back(scales[first / size]);
            }
            scales = scale_array(repeated);
        }
        quantized_matrix<nf4> q(rows, cols, per_group(group), std::move(scales));
        auto const& packed =
            detail::part_of(tensors, name, data_type::u8, {ceil_div(elements, 2), 1});
        detail::set_codes(q, [&](index_t o, index_t i) {
            index_t const at = o * cols + i;
            auto const byte =
                std::to_integer<unsigned>(packed.bytes[static_cast<std::size_t>(at / 2)]);
            return nf4::from_code(at % 2 == 0 ? byte >> 4 : byte);
        });
        return q;
    }

    static scale_array block_scales(checkpoint const& tensors, std::string const& name,
                                    json const& state, std::string const& where,
                                    index_t blocks) {
        auto const& absmax = tensors.at(name + ".absmax");
        require_shape(absmax, {blocks});
        if (absmax.dtype != data_type::u8) { return detail::scales_of(absmax, true); }
        check_map<dynamic8>(tensors, name + ".nested_quant_map");
        index_t const size = integer_in(member(state, "nested_blocksize"), 1, INT32_MAX,
                                        where + ": nested_blocksize");
        json const& offset = member(state, "nested_offset");
        if (size != double_quantized::block || !offset.is_number()) {
            fail<format_error>(where, ": nested_blocksize ", size, " and nested_offset ",
                               describe(offset), "; supported: ", double_quantized::block,
                               " and a number");
        }
        auto const& nested = detail::part_of(tensors, name + ".nested_absmax", data_type::f32,
                                             {ceil_div(blocks, size)});
        std::vector<float> factors;
        auto const values = detail::scales_of(nested, true);
        for (index_t k = 0; k < ceil_div(blocks, size); ++k) { factors.push_back(values[k]); }
        std::vector<dynamic8> codes;
        for (std::byte code : absmax.bytes) {
            codes.push_back(dynamic8::from_code(std::to_integer<unsigned>(code)));
        }
        return scale_array(
            double_quantized(std::move(codes), std::move(factors), offset.get<float>()));
    }
};

} // namespace qad

#endif

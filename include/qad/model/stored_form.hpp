// SPDX-License-Identifier: MIT
// Quantized matrices as plain safetensors, to the last code and scale.
#ifndef QAD_MODEL_STORED_FORM_HPP
#define QAD_MODEL_STORED_FORM_HPP

#include <qad/io/checkpoint.hpp>     // checkpoint
#include <qad/model/gguf_blocks.hpp> // from_gguf
#include <qad/model/scheme.hpp>      // weight_format, parse_format, parse_granularity

namespace qad {

/// The tensors that a quantized matrix called `name` becomes:
///
///   name.codes          U8 [rows, bytes of a row]  packed as in packed_codes
///   name.scales         F32, F16 or BF16 [scale rows, groups]; U8 when doubly quantized, with
///   name.scales.blocks  F32 [blocks of 256]  and  name.scales.offset  F32 [1]
///   name.zeros          U8 [scale rows, groups]  bare codes; absent when symmetric
///   name.groups         I32 [cols]  group of each column; absent when in order
///
/// and the entry {"format": "int4", "group": 64, "channel" or "tensor"} of config.json under
/// quantization_config.tensors.name. Other weights are written as they are.
///
/// store(name, weight, f) calls f(name, data_type, shape, bytes) for each of these tensors; the
/// bytes are there while f runs.
template <class F> void store(std::string const& name, std::span<float const> vector, F&& f) {
    f(name, data_type::f32, std::vector{static_cast<index_t>(vector.size())},
      std::as_bytes(vector));
}
template <class F> void store(std::string const& name, weight const& w, F&& f);

namespace detail {

template <class T, class F>
void store_kind(std::string const& name, shared_matrix<T> const& w, F&& f) {
    std::span const elements(w.view().data(), static_cast<std::size_t>(w.view().size()));
    f(name, data_type_of<T>(), std::vector{w.rows(), w.cols()}, std::as_bytes(elements));
}
template <class F> void store_kind(std::string const& name, gguf_matrix const& m, F&& f) {
    weight const plain = from_gguf(m); // the kind that says the same
    if (std::holds_alternative<gguf_matrix>(plain)) {
        fail<shape_error>(name, " is in ", m.type_name(),
                          " blocks, which a directory cannot hold as they are; write a .gguf "
                          "file, or quantize the model to a format of this library");
    }
    store(name, plain, f);
}
template <code_format Code, class F>
void store_kind(std::string const& name, quantized_matrix<Code> const& q, F&& f) {
    std::vector const table = {q.cut().scale_rows(q.rows()), q.groups()};
    f(name + ".codes", data_type::u8, std::vector{q.rows(), q.codes().row_bytes()},
      std::as_bytes(q.codes().bytes()));
    if (auto const* twice = q.scales().doubly()) {
        f(name + ".scales", data_type::u8, table, std::as_bytes(twice->codes()));
        store(name + ".scales.blocks", twice->block_scales(), f);
        float const offset = twice->offset();
        store(name + ".scales.offset", std::span(&offset, 1), f);
    } else {
        q.scales().visit_values([&]<class T>(std::span<T const> values) {
            f(name + ".scales", data_type_of<T>(), table, std::as_bytes(values));
        });
    }
    if (!q.symmetric()) {
        std::vector<std::uint8_t> zeros;
        for (Code zero : q.zeros()) { zeros.push_back(static_cast<std::uint8_t>(zero.code())); }
        f(name + ".zeros", data_type::u8, table, std::as_bytes(std::span(zeros)));
    }
    if (!q.group_of_column().empty()) {
        f(name + ".groups", data_type::i32, std::vector{q.cols()},
          std::as_bytes(q.group_of_column()));
    }
}

} // namespace detail

template <class F> void store(std::string const& name, weight const& w, F&& f) {
    std::visit([&](auto const& kind) { detail::store_kind(name, kind, f); }, w);
}

/// The entry of config.json, null for a weight that is written as it is.
inline json stored_entry(weight const& w);

namespace detail {

template <class T> json entry_of(shared_matrix<T> const&) { return {}; }
template <code_format Code> json entry_of(quantized_matrix<Code> const& q) {
    return {{"format", format_name<Code>()},
            {"group", q.cut().is_per_tensor()    ? json("tensor")
                      : q.cut().is_per_channel() ? json("channel")
                                                 : json(q.group_size())}};
}
inline json entry_of(gguf_matrix const& m) { // one row shows what all are
    weight const plain = from_gguf({m.type(), 1, m.cols(), m.raw_row(0), m.owner()});
    return std::holds_alternative<gguf_matrix>(plain) ? json() : stored_entry(plain);
}

} // namespace detail

inline json stored_entry(weight const& w) {
    return std::visit([](auto const& kind) { return detail::entry_of(kind); }, w);
}

namespace detail {

template <class T> std::vector<T> values_of(tensor_entry const& tensor) {
    auto const stored = stored_matrix<T>(tensor);
    std::vector<T> values;
    for (index_t i = 0; i < stored.rows(); ++i) {
        values.insert(values.end(), stored.row(i).begin(), stored.row(i).end());
    }
    return values;
}

inline scale_array read_scales(checkpoint const& tensors, std::string const& name,
                               std::vector<index_t> const& table) {
    auto const& scales = tensors.at(name);
    require_shape(scales, table);
    switch (scales.dtype) {
    case data_type::f32:
        return scale_array(values_of<float>(scales), scale_format::fp32);
    case data_type::f16:
    case data_type::bf16: {
        auto const values = float_matrix(scales);
        return scale_array({values.data(), static_cast<std::size_t>(values.size())},
                           scales.dtype == data_type::f16 ? scale_format::fp16
                                                          : scale_format::bf16);
    }
    case data_type::u8: {
        std::vector<dynamic8> codes;
        for (std::uint8_t code : values_of<std::uint8_t>(scales)) {
            codes.push_back(dynamic8::from_code(code));
        }
        auto const& offset = tensors.at(name + ".offset");
        require_shape(offset, {1});
        return scale_array(double_quantized(std::move(codes),
                                            values_of<float>(tensors.at(name + ".blocks")),
                                            values_of<float>(offset)[0]));
    }
    default:
        fail<format_error>(scales.file, ": tensor '", name, "' is ", facts(scales.dtype).name,
                           "; scales are F32, F16, BF16 or U8");
    }
}

} // namespace detail

/// The matrix that `store` wrote under `name`; `entry` is its entry in config.json.
inline weight read_stored_form(checkpoint const& tensors, json const& entry,
                               std::string const& name, index_t rows, index_t cols) {
    json const& group = member(entry, "group");
    granularity const cut = group.is_number()
                                ? per_group(integer_in(group, 1, INT32_MAX, name + ": group"))
                                : parse_granularity(string_of(group, name + ": group"));
    auto const format = parse_format(string_of(member(entry, "format"), name + ": format"));
    return with_code(format, [&]<class Code>() -> weight {
        std::vector<index_t> const table = {cut.scale_rows(rows), cut.groups(cols)};
        std::vector<Code> zeros;
        if (tensors.contains(name + ".zeros")) {
            require_shape(tensors.at(name + ".zeros"), table);
            for (std::uint8_t code :
                 detail::values_of<std::uint8_t>(tensors.at(name + ".zeros"))) {
                zeros.push_back(Code::from_code(code));
            }
        }
        std::vector<std::int32_t> groups;
        if (tensors.contains(name + ".groups")) {
            require_shape(tensors.at(name + ".groups"), {cols});
            groups = detail::values_of<std::int32_t>(tensors.at(name + ".groups"));
        }
        quantized_matrix<Code> q(rows, cols, cut,
                                 detail::read_scales(tensors, name + ".scales", table),
                                 std::move(zeros), std::move(groups));
        auto const& codes = tensors.at(name + ".codes");
        require_shape(codes, {rows, q.codes().row_bytes()});
        std::copy(codes.bytes.begin(), codes.bytes.end(), q.codes().bytes().begin());
        return q;
    });
}

} // namespace qad

#endif

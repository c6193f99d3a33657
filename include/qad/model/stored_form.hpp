// SPDX-License-Identifier: MIT
// Quantized matrices as plain safetensors, to the last code and scale.
#ifndef QAD_MODEL_STORED_FORM_HPP
#define QAD_MODEL_STORED_FORM_HPP

#include <qad/io/checkpoint.hpp>         // checkpoint
#include <qad/io/safetensors_writer.hpp> // safetensors_writer
#include <qad/model/scheme.hpp>          // weight_format, parse_format, parse_granularity

#include <deque> // deque

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
class stored_form {
  public:
    void add(std::string const& name, weight const& w) {
        std::visit([&](auto const& kind) { add_kind(name, kind); }, w);
    }
    void add(std::string const& name, std::span<float const> vector) {
        put(name, {static_cast<index_t>(vector.size())}, vector);
    }

    /// Entries for config.json; an empty object when nothing is quantized.
    json const& quantized() const { return quantized_; }

    void write(std::filesystem::path const& path) const {
        std::vector<tensor_declaration> declarations;
        for (auto const& [name, part] : parts_) {
            declarations.push_back({name, part.type, part.shape});
        }
        safetensors_writer file(path, declarations);
        for (auto const& tensor : file.order()) {
            file.write(tensor.name, parts_.at(tensor.name).bytes);
        }
        file.commit();
    }

  private:
    struct part {
        data_type type;
        std::vector<index_t> shape;
        std::span<std::byte const> bytes; // the weight must outlive this object
    };

    template <class T>
    void put(std::string const& name, std::vector<index_t> shape, std::span<T const> values) {
        parts_[name] = {data_type_of<T>(), std::move(shape), std::as_bytes(values)};
    }
    template <class T> void add_kind(std::string const& name, shared_matrix<T> const& w) {
        put(name, {w.rows(), w.cols()},
            std::span<T const>(w.view().data(), static_cast<std::size_t>(w.view().size())));
    }
    void add_kind(std::string const& name, gguf_matrix const& m) {
        fail<shape_error>(name, " is in ", m.type_name(),
                          " blocks, which a directory cannot hold as they are; write a .gguf "
                          "file, or quantize the model to a format of this library");
    }
    template <code_format Code>
    void add_kind(std::string const& name, quantized_matrix<Code> const& q) {
        std::vector<index_t> const table = {q.cut().scale_rows(q.rows()), q.groups()};
        parts_[name + ".codes"] = {
            data_type::u8, {q.rows(), q.codes().row_bytes()}, q.codes().bytes()};
        if (auto const* twice = q.scales().doubly()) {
            parts_[name + ".scales"] = {data_type::u8, table, std::as_bytes(twice->codes())};
            put(name + ".scales.blocks", {static_cast<index_t>(twice->block_scales().size())},
                twice->block_scales());
            put(name + ".scales.offset", {1},
                std::span<float const>(&kept_floats_.emplace_back(twice->offset()), 1));
        } else {
            q.scales().visit_values([&]<class T>(std::span<T const> values) {
                put(name + ".scales", table, values);
            });
        }
        if (!q.symmetric()) {
            auto& zeros = kept_bytes_.emplace_back();
            for (Code zero : q.zeros()) {
                zeros.push_back(static_cast<std::uint8_t>(zero.code()));
            }
            put(name + ".zeros", table, std::span<std::uint8_t const>(zeros));
        }
        if (!q.group_of_column().empty()) {
            put(name + ".groups", {q.cols()}, q.group_of_column());
        }
        quantized_[name] = {{"format", format_name<Code>()},
                            {"group", q.cut().is_per_tensor()    ? json("tensor")
                                      : q.cut().is_per_channel() ? json("channel")
                                                                 : json(q.group_size())}};
    }

    std::map<std::string, part> parts_;
    std::deque<std::vector<std::uint8_t>>
        kept_bytes_; // a deque does not move what parts_ looks at
    std::deque<float> kept_floats_;
    json quantized_ = json::object();
};

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

/// The matrix that `add` wrote under `name`; `entry` is its entry in config.json.
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

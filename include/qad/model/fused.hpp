// SPDX-License-Identifier: MIT
// Matrices that some files hold as one: q, k, v and gate, up in Phi-3.
#ifndef QAD_MODEL_FUSED_HPP
#define QAD_MODEL_FUSED_HPP

#include <qad/io/model_config.hpp> // model_config
#include <qad/model/weight.hpp>    // weight

#include <map>      // map
#include <optional> // optional

namespace qad {

/// Where a matrix lies in the fused one of its file: rows [first, first + its own).
struct fused_place {
    std::string name; ///< of the fused matrix, with ".weight"
    index_t first = 0, all = 0;
};

/// Phi-3 stacks the rows of query, key and value in this order, and gate upon up:
///
///   self_attn.qkv_proj  (heads + 2·kv_heads)·dim × hidden      mlp.gate_up_proj  2·ff × hidden
///
/// Nothing for matrices that stand alone.
inline std::optional<fused_place> find_fused(model_config const& c, std::string const& name) {
    if (!c.family().fused) { return std::nullopt; }
    index_t const q = c.heads * c.head_dim, kv = c.kv_heads * c.head_dim;
    auto const at = [&](char const* part, char const* whole, index_t first,
                        index_t all) -> std::optional<fused_place> {
        auto const found = name.find(part);
        if (found == name.npos) { return std::nullopt; }
        std::string fused = name;
        fused.replace(found, std::string_view(part).size(), whole);
        return fused_place{fused, first, all};
    };
    for (auto const& place : {at(".q_proj.", ".qkv_proj.", 0, q + 2 * kv),
                              at(".k_proj.", ".qkv_proj.", q, q + 2 * kv),
                              at(".v_proj.", ".qkv_proj.", q + kv, q + 2 * kv),
                              at(".gate_proj.", ".gate_up_proj.", 0, 2 * c.ff),
                              at(".up_proj.", ".gate_up_proj.", c.ff, 2 * c.ff)}) {
        if (place) { return place; }
    }
    return std::nullopt;
}

// Rows [first, first + count) of a weight. What lies in a file stays there; codes are copied.
template <class T>
shared_matrix<T> rows_of(shared_matrix<T> const& w, index_t first, index_t count) {
    return {w.view().rows(first, count), std::make_shared<shared_matrix<T>>(w)};
}
inline gguf_matrix rows_of(gguf_matrix const& w, index_t first, index_t count) {
    return {w.type(), count, w.cols(),
            w.data().subspan(static_cast<std::size_t>(first * w.row_bytes()),
                             static_cast<std::size_t>(count * w.row_bytes())),
            w.owner()};
}
/// Doubly quantized scales become the floats that they stand for: their blocks cross rows.
template <code_format Code>
quantized_matrix<Code> rows_of(quantized_matrix<Code> const& w, index_t first, index_t count) {
    bool const shared = w.cut().is_per_tensor();
    std::vector<float> scales;
    std::vector<Code> zeros;
    for (index_t i = first; i < (shared ? first + 1 : first + count); ++i) {
        for (index_t g = 0; g < w.groups(); ++g) {
            scales.push_back(w.scale(i, g));
            if (!w.symmetric()) { zeros.push_back(w.zero(i, g)); }
        }
    }
    auto const format = w.scales().doubly() ? scale_format::fp32 : w.scales().format();
    quantized_matrix<Code> part(count, w.cols(), w.cut(), scale_array(scales, format),
                                std::move(zeros),
                                {w.group_of_column().begin(), w.group_of_column().end()});
    auto const bytes = static_cast<std::size_t>(w.codes().row_bytes());
    auto const from = w.codes().bytes().subspan(static_cast<std::size_t>(first) * bytes,
                                                static_cast<std::size_t>(count) * bytes);
    std::copy(from.begin(), from.end(), part.codes().bytes().begin());
    return part;
}
inline weight rows_of(weight const& w, index_t first, index_t count) {
    return std::visit([&](auto const& m) -> weight { return rows_of(m, first, count); }, w);
}

// The rows of all parts, one below the other; `shape_error` where one matrix cannot hold them.
// Where each part has one scale, its rows have it: the whole is cut per channel.
template <class T> shared_matrix<T> stack_rows(std::span<shared_matrix<T> const* const> parts) {
    index_t rows = 0;
    for (auto const* part : parts) { rows += part->rows(); }
    matrix<T> all(rows, parts[0]->cols());
    index_t to = 0;
    for (auto const* part : parts) {
        for (index_t i = 0; i < part->rows(); ++i, ++to) {
            std::copy(part->row(i).begin(), part->row(i).end(), all.row(to).begin());
        }
    }
    return shared_matrix<T>(std::move(all));
}
inline gguf_matrix stack_rows(std::span<gguf_matrix const* const> parts) {
    auto const bytes = std::make_shared<std::vector<std::byte>>();
    index_t rows = 0;
    for (auto const* part : parts) {
        if (part->type() != parts[0]->type()) {
            fail<shape_error>("blocks of ", parts[0]->type_name(), " and of ",
                              part->type_name(), " cannot be one matrix");
        }
        bytes->insert(bytes->end(), part->data().begin(), part->data().end());
        rows += part->rows();
    }
    return {parts[0]->type(), rows, parts[0]->cols(), *bytes, bytes};
}
template <code_format Code>
quantized_matrix<Code> stack_rows(std::span<quantized_matrix<Code> const* const> parts) {
    auto const& first = *parts[0];
    std::vector<float> scales;
    std::vector<Code> zeros;
    index_t rows = 0;
    for (auto const* part : parts) {
        bool const alike =
            part->cut() == first.cut() && part->symmetric() == first.symmetric() &&
            part->scales().format() == first.scales().format() &&
            std::equal(part->group_of_column().begin(), part->group_of_column().end(),
                       first.group_of_column().begin(), first.group_of_column().end());
        if (!alike) {
            fail<shape_error>("matrices cut ", first.cut().name(), " and ", part->cut().name(),
                              " cannot be one matrix, which this model's files hold them as; "
                              "quantize per channel or per group, in order");
        }
        for (index_t i = 0; i < part->rows(); ++i) {
            for (index_t g = 0; g < part->groups(); ++g) {
                scales.push_back(part->scale(i, g));
                if (!part->symmetric()) { zeros.push_back(part->zero(i, g)); }
            }
        }
        rows += part->rows();
    }
    auto const format = first.scales().doubly() ? scale_format::fp32 : first.scales().format();
    quantized_matrix<Code> all(
        rows, first.cols(), first.cut().is_per_tensor() ? per_channel() : first.cut(),
        scale_array(scales, format), std::move(zeros),
        {first.group_of_column().begin(), first.group_of_column().end()});
    auto to = all.codes().bytes().begin();
    for (auto const* part : parts) {
        to = std::copy(part->codes().bytes().begin(), part->codes().bytes().end(), to);
    }
    return all;
}
inline weight stack_rows(std::span<weight const* const> parts) {
    return std::visit(
        [&]<class M>(M const&) -> weight {
            std::vector<M const*> same;
            for (weight const* part : parts) {
                same.push_back(std::get_if<M>(part));
                if (same.back() == nullptr) {
                    fail<shape_error>(kind(*parts[0]), " and ", kind(*part),
                                      " cannot be one matrix, which this model's files hold "
                                      "them as");
                }
            }
            return stack_rows(std::span<M const* const>(same));
        },
        *parts[0]);
}

/// A source of tensors (assemble.hpp) of a family whose files fuse some: gives the parts.
template <class Source> class unfused_source {
  public:
    unfused_source(Source const& from, model_config const& config)
        : from_(from), config_(config) {}

    weight matrix(std::string const& name, index_t rows, index_t cols) const {
        auto const place = find_fused(config_, name);
        if (!place) { return from_.matrix(name, rows, cols); }
        if (last_name_ != place->name) { // its parts are asked for one after the other
            last_ = from_.matrix(place->name, place->all, cols);
            last_name_ = place->name;
        }
        return rows_of(last_, place->first, rows);
    }
    std::vector<float> vector(std::string const& name, index_t size) const {
        auto const place = find_fused(config_, name);
        if (!place) { return from_.vector(name, size); }
        auto const all = from_.vector(place->name, place->all);
        return {all.begin() + place->first, all.begin() + place->first + size};
    }
    void release(std::string const& name) const {
        if constexpr (requires { from_.release(name); }) {
            auto const place = find_fused(config_, name);
            from_.release(place ? place->name : name);
        }
    }

  private:
    Source const& from_;
    model_config const& config_;
    mutable weight last_;
    mutable std::string last_name_;
};

/// A sink for the tensors of a model whose files fuse some: gives f(name, tensor) the whole
/// ones, as soon as their last part has come.
template <class F> class fusing_sink {
  public:
    fusing_sink(model_config const& config, F f) : config_(config), f_(std::move(f)) {}

    void operator()(std::string const& name, weight const& w) {
        auto const place = find_fused(config_, name);
        if (!place) { return f_(name, w); }
        auto& parts = parts_[place->name];
        parts.push_back(&w);
        if (place->first + rows(w) == place->all) {
            f_(place->name, stack_rows(parts));
            parts.clear();
        }
    }
    void operator()(std::string const& name, std::vector<float> const& vector) {
        f_(name, vector); // no family that fuses has biases
    }

  private:
    model_config const& config_;
    F f_;
    std::map<std::string, std::vector<weight const*>> parts_;
};

} // namespace qad

#endif

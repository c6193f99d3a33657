// SPDX-License-Identifier: MIT
// Chapter 5.1, "Why full fine-tuning hurts" — chapters/5-adapt/README.md#s5-1
#ifndef QAD_TRAIN_BACKWARD_HPP
#define QAD_TRAIN_BACKWARD_HPP

#include <qad/attend/attend_gradient.hpp> // attend_gradient
#include <qad/layers/rms_norm.hpp>        // rms_norm, rms_norm_gradient
#include <qad/layers/rope.hpp>            // rotate_gradient
#include <qad/layers/swiglu.hpp>          // swiglu, swiglu_gradient
#include <qad/model/transformer.hpp>      // transformer
#include <qad/train/kept_block.hpp>       // kept_block
#include <qad/train/trained_weight.hpp>   // trained_weight, linear_gradient

#include <span>   // span
#include <vector> // vector

namespace qad {

template <std::floating_point T> using trained_model = transformer<T, trained_weight<T>>;

/// The gradients of a block's activations, kept from block to block; tokens × width each.
template <std::floating_point T> struct backward_room {
    matrix<T> normed, dnormed, dquery, dkey, dvalue, dattended, mlp_hidden, dmlp_hidden, dgate,
        dup, dprojected;

    void make_room(trained_model<T> const& model, index_t tokens) {
        auto const& c = model.config;
        for (auto* m : {&normed, &dnormed}) { qad::make_room(*m, tokens, c.hidden); }
        for (auto* m : {&dquery, &dattended}) {
            qad::make_room(*m, tokens, model.heads.query_width());
        }
        for (auto* m : {&dkey, &dvalue}) { qad::make_room(*m, tokens, model.heads.kv_width()); }
        for (auto* m : {&mlp_hidden, &dmlp_hidden, &dgate, &dup}) {
            qad::make_room(*m, tokens, c.ff);
        }
    }
};

/// Rows that are sequences of their own: where each row stands in its sequence, and how many
/// rows each sequence has.
struct sequence_rows {
    std::span<index_t const> positions, lengths;
};

namespace detail {
/// `rows` rows of m, all zero: gradients are added to.
template <class T> matrix_view<T> zeroed(matrix<T>& m, index_t rows) {
    std::fill_n(m.data(), rows * m.cols(), T{0});
    return m.rows(0, rows);
}
/// One linear layer: dx += what dy says about x, and the parameters' part into `gradient`.
template <class T>
void layer_gradient(matrix_view<T> dx, linear<T, trained_weight<T>>& gradient,
                    matrix_view<T const> dy, linear<T, trained_weight<T>> const& layer,
                    matrix_view<T const> x) {
    linear_gradient<T>(dx, gradient.weight, dy, layer.weight, x);
    if (!gradient.bias.empty()) { bias_gradient<T>(gradient.bias, dy); }
}
/// rotate_sequences backwards.
template <std::floating_point T, class Backend>
void rotate_back(Backend backend, matrix_view<T> dx, index_t head_dim,
                 sequence_rows const& rows, rope_by_length const& how) {
    if (how.limit == 0) {
        return rotate_gradient<T>(backend, dx, head_dim, rows.positions, how.usual);
    }
    index_t first = 0;
    for (index_t n : rows.lengths) {
        rotate_gradient<T>(backend, dx.rows(first, n), head_dim,
                           rows.positions.subspan(static_cast<std::size_t>(first),
                                                  static_cast<std::size_t>(n)),
                           how.of(n));
        first += n;
    }
}
/// The norm of every head backwards: dx becomes the gradient of what the projection made.
template <std::floating_point T, class Backend>
void head_norm_gradient(Backend backend, matrix_view<T> dx, std::vector<T>& dweight,
                        matrix<T> const& projected, std::vector<T> const& weight, T eps,
                        matrix<T>& room) {
    auto const dim = static_cast<index_t>(weight.size()), heads = dx.size() / dim;
    qad::make_room(room, heads, dim);
    auto const dbefore = zeroed(room, heads);
    rms_norm_gradient<T>(backend, dbefore, dweight, matrix_view<T const>(dx.data(), heads, dim),
                         matrix_view<T const>(projected.data(), heads, dim), weight, eps);
    std::copy_n(dbefore.data(), dbefore.size(), dx.data());
}
} // namespace detail

/// run_block (model/forward.hpp) backwards. dx, tokens × hidden, comes in as the gradient of
/// the block's output and goes out as that of its input; read it from the last line of
/// run_block to the first. With y for the feed-forward's branch, a for attention's:
///
///   x₂ = x₁ + y(norm₂(x₁)):   dx₁ = dx₂ + norm₂'·y'·dx₂        x₁ = x + a(norm₁(x)): the same
///
/// The residual stream hands its gradient on unchanged, and each branch adds to it. Gradients
/// of what is learned are added to `gradient`, a model of the same shape.
template <class Backend, std::floating_point T>
void backward_block(Backend backend, trained_model<T> const& model, trained_model<T>& gradient,
                    index_t index, matrix_view<T> dx, kept_block<T> const& kept,
                    sequence_rows const& rows, backward_room<T>& room) {
    auto const& layer = model.blocks[static_cast<std::size_t>(index)];
    auto& learned = gradient.blocks[static_cast<std::size_t>(index)];
    auto const eps = static_cast<T>(model.config.rms_eps);
    index_t const n = dx.rows(), dim = model.heads.head_dim;
    using constant = matrix_view<T const>;
    constant const gate = kept.gate.rows(0, n), up = kept.up.rows(0, n);
    constant const x1 = kept.mlp_input.rows(0, n), x0 = kept.input.rows(0, n);
    auto const normed = room.normed.rows(0, n);

    // The gated feed-forward: through down, the gate, gate and up, the norm.
    auto const mlp_hidden = room.mlp_hidden.rows(0, n);
    swiglu<T>(backend, mlp_hidden, gate, up);
    auto const dmlp_hidden = detail::zeroed(room.dmlp_hidden, n);
    detail::layer_gradient<T>(dmlp_hidden, learned.down, dx, layer.down, mlp_hidden);
    auto const dgate = detail::zeroed(room.dgate, n), dup = detail::zeroed(room.dup, n);
    swiglu_gradient<T>(backend, dgate, dup, dmlp_hidden, gate, up);
    rms_norm<T>(backend, normed, x1, layer.mlp_norm, eps);
    auto dnormed = detail::zeroed(room.dnormed, n);
    detail::layer_gradient<T>(dnormed, learned.gate, dgate, layer.gate, normed);
    detail::layer_gradient<T>(dnormed, learned.up, dup, layer.up, normed);
    rms_norm_gradient<T>(backend, dx, learned.mlp_norm, dnormed, x1, layer.mlp_norm, eps);

    // Attention: through output, attention itself, the rotation, query, key and value, the
    // norm.
    auto const dattended = detail::zeroed(room.dattended, n);
    detail::layer_gradient<T>(dattended, learned.output, dx, layer.output,
                              kept.attended.rows(0, n));
    auto const dquery = detail::zeroed(room.dquery, n);
    auto const dkey = detail::zeroed(room.dkey, n), dvalue = detail::zeroed(room.dvalue, n);
    attend_gradient<T>(backend, dquery, dkey, dvalue, dattended, kept.query.rows(0, n),
                       kept.key.rows(0, n), kept.value.rows(0, n), rows.lengths, model.heads,
                       {.window = layer.window});
    for (auto const& turned : {dquery, dkey}) {
        detail::rotate_back<T>(backend, turned, dim, rows, model.rotary);
    }
    if (!layer.query_norm.empty()) {
        detail::head_norm_gradient<T>(backend, dquery, learned.query_norm, kept.projected_query,
                                      layer.query_norm, eps, room.dprojected);
        detail::head_norm_gradient<T>(backend, dkey, learned.key_norm, kept.projected_key,
                                      layer.key_norm, eps, room.dprojected);
    }
    rms_norm<T>(backend, normed, x0, layer.attention_norm, eps);
    dnormed = detail::zeroed(room.dnormed, n);
    detail::layer_gradient<T>(dnormed, learned.query, dquery, layer.query, normed);
    detail::layer_gradient<T>(dnormed, learned.key, dkey, layer.key, normed);
    detail::layer_gradient<T>(dnormed, learned.value, dvalue, layer.value, normed);
    rms_norm_gradient<T>(backend, dx, learned.attention_norm, dnormed, x0, layer.attention_norm,
                         eps);
}

} // namespace qad

#endif

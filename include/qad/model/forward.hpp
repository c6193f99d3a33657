// SPDX-License-Identifier: MIT
// The one forward of the library: inference, calibration and training all run this.
#ifndef QAD_MODEL_FORWARD_HPP
#define QAD_MODEL_FORWARD_HPP

#include <qad/attend/attend.hpp>     // attend
#include <qad/layers/linear.hpp>     // add_bias
#include <qad/layers/rms_norm.hpp>   // rms_norm
#include <qad/layers/rope.hpp>       // rotate
#include <qad/layers/swiglu.hpp>     // swiglu
#include <qad/model/tape.hpp>        // site, no_tape
#include <qad/model/transformer.hpp> // transformer, block

#include <array>  // array
#include <span>   // span
#include <vector> // vector

namespace qad {

/// Consecutive rows of a batch that continue one sequence: their keys and values are appended
/// to `past`. Decoding is a batch of stretches of one token, prefill and training of longer
/// ones.
template <class Store> struct stretch {
    Store* past;
    index_t tokens;
    index_t reach = 0; ///< how long the sequence is known to become; 0: as long as it is then
};

/// Rows tokens × (heads · dim) as rows of one head each.
template <class T> matrix_view<T> heads_of(matrix_view<T> x, index_t head_dim) {
    return {x.data(), x.size() / head_dim, head_dim};
}

/// Turns the rows of every sequence by the frequencies for its length.
template <class T, class Backend, class Store>
void rotate_sequences(Backend backend, matrix_view<T> x, index_t head_dim,
                      std::span<index_t const> positions,
                      std::span<stretch<Store> const> stretches, rope_by_length const& how) {
    if (how.limit == 0) { return rotate<T>(backend, x, head_dim, positions, how.usual); }
    index_t first = 0;
    for (auto const& part : stretches) {
        auto const at = positions.subspan(static_cast<std::size_t>(first),
                                          static_cast<std::size_t>(part.tokens));
        if (at.empty()) { continue; }
        rotate<T>(backend, x.rows(first, part.tokens), head_dim, at,
                  how.of(std::max(part.reach, at.back() + 1)));
        first += part.tokens;
    }
}

/// The activations of a forward, kept from call to call; tokens × width each.
template <class T> struct workspace {
    matrix<T> hidden, normed, query, key, value, attended, gate, up;
    std::vector<index_t> positions;

    template <class Weight>
    void make_room(transformer<T, Weight> const& model, index_t tokens) {
        auto const& c = model.config;
        if (tokens <= hidden.rows() && c.hidden == hidden.cols()) { return; }
        hidden = matrix<T>(tokens, c.hidden);
        normed = matrix<T>(tokens, c.hidden);
        query = matrix<T>(tokens, model.heads.query_heads * model.heads.head_dim);
        attended = matrix<T>(tokens, model.heads.query_heads * model.heads.head_dim);
        key = matrix<T>(tokens, model.heads.kv_heads * model.heads.head_dim);
        value = matrix<T>(tokens, model.heads.kv_heads * model.heads.head_dim);
        gate = matrix<T>(tokens, c.ff);
        up = matrix<T>(tokens, c.ff);
    }
};

/// y_i = x·W_iᵀ + b_i for layers that share their input.
template <class Backend, class T, class Weight, std::size_t N>
void project(Backend backend, std::array<matrix_view<T>, N> y,
             std::array<linear<T, Weight> const*, N> layers, matrix_view<T const> x) {
    std::array<Weight const*, N> weights;
    for (std::size_t i = 0; i < N; ++i) { weights[i] = &layers[i]->weight; }
    multiply(backend, std::span<matrix_view<T> const>(y),
             std::span<Weight const* const>(weights), x);
    for (std::size_t i = 0; i < N; ++i) {
        if (!layers[i]->bias.empty()) { add_bias<T>(y[i], layers[i]->bias); }
    }
}

/// Layer `index` of the model, in place on x (tokens × hidden):
///
///   h = norm₁(x);  q, k, v = rope(h·Wq), rope(h·Wk), h·Wv;  x += attend(q, past k, past v)·Wo
///                  where heads have norms of their own: rope(norm_q(h·Wq)), rope(norm_k(h·Wk))
///   h = norm₂(x);  x += (silu(h·Wgate) ∘ h·Wup)·Wdown
///
/// `positions` are those of the rows in their sequences. Keys and values are appended to the
/// stores of the stretches, whose rows follow each other in x.
template <class Backend, class T, class Weight, class Store, class Tape>
void run_block(Backend backend, transformer<T, Weight> const& model, index_t index,
               matrix_view<T> x, std::span<index_t const> positions,
               std::span<stretch<Store> const> stretches, workspace<T>& room, Tape&& tape) {
    auto const& layer = model.blocks[static_cast<std::size_t>(index)];
    auto const eps = static_cast<T>(model.config.rms_eps);
    index_t const tokens = x.rows();
    auto const normed = room.normed.rows(0, tokens);

    // Attention: every token looks at those before it in its sequence.
    tape(index, site::block_input, x);
    rms_norm<T>(backend, normed, x, layer.attention_norm, eps);
    tape(index, site::attention_input, normed);
    auto const query = room.query.rows(0, tokens), attended = room.attended.rows(0, tokens);
    auto const key = room.key.rows(0, tokens), value = room.value.rows(0, tokens);
    project(backend, std::array{query, key, value},
            std::array{&layer.query, &layer.key, &layer.value}, matrix_view<T const>(normed));
    if (!layer.query_norm.empty()) {
        tape(index, site::projected_query, query);
        tape(index, site::projected_key, key);
        auto const each_query = heads_of(query, model.heads.head_dim);
        auto const each_key = heads_of(key, model.heads.head_dim);
        rms_norm<T>(backend, each_query, each_query, layer.query_norm, eps);
        rms_norm<T>(backend, each_key, each_key, layer.key_norm, eps);
    }
    for (auto const& turned : {query, key}) {
        rotate_sequences<T>(backend, turned, model.heads.head_dim, positions, stretches,
                            model.rotary);
    }
    tape(index, site::query, query);
    tape(index, site::key, key);
    tape(index, site::value, value);
    index_t first = 0;
    for (auto const& [past, count, reach] : stretches) {
        past->append(index, matrix_view<T const>(key.rows(first, count)),
                     matrix_view<T const>(value.rows(first, count)));
        attend<T>(backend, attended.rows(first, count), query.rows(first, count), *past, index,
                  model.heads, {.window = layer.window});
        first += count;
    }
    tape(index, site::attended, attended);
    project(backend, std::array{normed}, std::array{&layer.output},
            matrix_view<T const>(attended));
    add<T>(x, normed);

    // The gated feed-forward: every token by itself.
    tape(index, site::mlp_block_input, x);
    rms_norm<T>(backend, normed, x, layer.mlp_norm, eps);
    tape(index, site::mlp_input, normed);
    auto const gate = room.gate.rows(0, tokens), up = room.up.rows(0, tokens);
    project(backend, std::array{gate, up}, std::array{&layer.gate, &layer.up},
            matrix_view<T const>(normed));
    tape(index, site::gate, gate);
    tape(index, site::up, up);
    swiglu<T>(backend, gate, gate, up);
    tape(index, site::mlp_hidden, gate);
    project(backend, std::array{normed}, std::array{&layer.down}, matrix_view<T const>(gate));
    add<T>(x, normed);
}

/// Runs the rows of `tokens` (those of the first stretch first) through the model; returns the
/// residual stream after the last block, tokens × hidden, which lives in `room`.
template <class Backend, class T, class Weight, class Store, class Tape = no_tape>
matrix_view<T> forward(Backend backend, transformer<T, Weight> const& model,
                       std::span<std::int32_t const> tokens,
                       std::span<stretch<Store> const> stretches, workspace<T>& room,
                       Tape&& tape = {}) {
    // Check what the blocks rely on.
    auto const count = static_cast<index_t>(tokens.size());
    room.make_room(model, count);
    room.positions.clear();
    for (auto const& [past, rows, reach] : stretches) {
        for (index_t r = 0; r < rows; ++r) { room.positions.push_back(past->length() + r); }
    }
    if (room.positions.size() != tokens.size()) {
        fail<shape_error>("the stretches have ", room.positions.size(), " rows for ", count,
                          " tokens");
    }
    auto const x = room.hidden.rows(0, count);
    for (index_t r = 0; r < count; ++r) {
        std::int32_t const token = tokens[static_cast<std::size_t>(r)];
        if (token < 0 || token >= model.config.vocab) {
            fail<shape_error>("token ", token, " is not in the vocabulary of ",
                              model.config.vocab,
                              "; was the text encoded with this model's tokenizer?");
        }
        decode_row<T>(model.embedding, token, x.row(r));
    }
    for (index_t i = 0; i < model.config.layers; ++i) {
        run_block(backend, model, i, x, room.positions, stretches, room, tape);
    }
    return x;
}

/// logits = norm(hidden)·W_headᵀ, one row for each row of `hidden`; which rows is up to the
/// caller, because the logits of a long text are the largest thing a model can make.
template <class Backend, class T, class Weight>
void logits(Backend backend, transformer<T, Weight> const& model, matrix_view<T> out,
            matrix_view<T const> hidden) {
    matrix<T> normed(hidden.rows(), hidden.cols());
    rms_norm<T>(backend, normed, hidden, model.final_norm,
                static_cast<T>(model.config.rms_eps));
    multiply(backend, out, model.head(), matrix_view<T const>(normed));
}

} // namespace qad

#endif

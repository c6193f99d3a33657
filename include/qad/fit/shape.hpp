// SPDX-License-Identifier: MIT
// Chapter 1.2, "The first memory math" — chapters/1-fit/README.md#s1-2
#ifndef QAD_FIT_SHAPE_HPP
#define QAD_FIT_SHAPE_HPP

#include <qad/core/size.hpp> // index_t, checked_mul, checked_add

#include <array>            // array
#include <initializer_list> // for over the parts

namespace qad {

/// What decides how many parameters a decoder-only transformer has, and how large its KV cache
/// becomes. The defaults are Llama's: RMSNorm, no biases, a gated feed-forward network, rotary
/// positions, and a head of its own.
struct model_shape {
    index_t hidden = 0, layers = 0;
    index_t heads = 0, kv_heads = 0, head_dim = 0;
    index_t feed_forward = 0;
    index_t vocabulary = 0;
    bool tied = false;            ///< the head is the embedding: its parameters exist once
    bool qkv_bias = false;        ///< on the query, key and value projections (Qwen2.5)
    bool output_bias = false;     ///< on the attention's output projection
    bool feed_forward_bias = false;
    bool qk_norm = false;         ///< a norm for the heads of queries, one for keys (Qwen3)
    bool norm_bias = false;       ///< LayerNorm has scale and shift, RMSNorm the scale only
    bool gated = true;            ///< gate beside up; false: up and down only (GPT-2)
    bool fused = false;           ///< q, k, v are one matrix, gate and up another (Phi-3)
    index_t positions = 0;        ///< learned position embeddings (GPT-2)
    /// Where only a round number is known ("70B"), it stands for all parameters; 0: count them.
    index_t nominal = 0;

    constexpr bool operator==(model_shape const&) const = default;
};

/// The linear layers of a block, as a set: `linears::q | linears::v`.
enum class linears : unsigned {
    none = 0, q = 1, k = 2, v = 4, o = 8, gate = 16, up = 32, down = 64,
    attention = 15, feed_forward = 112, all = 127,
};
constexpr linears operator|(linears a, linears b) {
    return static_cast<linears>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool meet(linears a, linears b) {
    return (static_cast<unsigned>(a) & static_cast<unsigned>(b)) != 0;
}

/// One linear layer of a block: weight out × in, and a bias of `out` or none.
struct linear_shape {
    linears which = linears::none;
    index_t in = 0, out = 0;
    bool bias = false;

    constexpr index_t weights() const { return checked_mul(in, out); }
};

/// The linear layers of one block, in the order of the computation; absent ones are 0 × 0.
constexpr std::array<linear_shape, 7> block_linears(model_shape const& s) {
    using enum linears;
    index_t const query = checked_mul(s.heads, s.head_dim);
    index_t const kv = checked_mul(s.kv_heads, s.head_dim);
    std::array<linear_shape, 7> list{};
    if (s.fused) {
        list[0] = {q | k | v, s.hidden, checked_add(query, checked_mul(2, kv)), s.qkv_bias};
    } else {
        list[0] = {q, s.hidden, query, s.qkv_bias};
        list[1] = {k, s.hidden, kv, s.qkv_bias};
        list[2] = {v, s.hidden, kv, s.qkv_bias};
    }
    list[3] = {o, query, s.hidden, s.output_bias};
    if (s.fused && s.gated) {
        list[4] = {gate | up, s.hidden, checked_mul(2, s.feed_forward), s.feed_forward_bias};
    } else {
        if (s.gated) { list[4] = {gate, s.hidden, s.feed_forward, s.feed_forward_bias}; }
        list[5] = {up, s.hidden, s.feed_forward, s.feed_forward_bias};
    }
    list[6] = {down, s.feed_forward, s.hidden, s.feed_forward_bias};
    return list;
}

/// Where the parameters live. `attention` and `feed_forward` are the matrices; the vectors are
/// in `biases` and `norms`.
struct parameter_count {
    index_t embedding = 0, positions = 0, attention = 0, feed_forward = 0;
    index_t biases = 0, norms = 0, head = 0;

    constexpr index_t in_linears() const { return checked_add(attention, feed_forward); }
    constexpr index_t total() const {
        index_t sum = in_linears();
        for (index_t part : {embedding, positions, biases, norms, head}) {
            sum = checked_add(sum, part);
        }
        return sum;
    }
};

//[count]
/// Counts to the last parameter.
constexpr parameter_count count_parameters(model_shape const& s) {
    parameter_count n;
    n.embedding = checked_mul(s.vocabulary, s.hidden);
    n.positions = checked_mul(s.positions, s.hidden);
    n.head = s.tied ? 0 : n.embedding;
    for (linear_shape const& linear : block_linears(s)) {
        index_t& sum = meet(linear.which, linears::attention) ? n.attention : n.feed_forward;
        sum = checked_add(sum, checked_mul(s.layers, linear.weights()));
        index_t const bias = linear.bias ? linear.out : 0;
        n.biases = checked_add(n.biases, checked_mul(s.layers, bias));
    }
    // Two norms in a block, one after the last.
    index_t const norms = checked_add(checked_mul(2, s.layers), 1);
    n.norms = checked_mul(checked_mul(norms, s.hidden), s.norm_bias ? 2 : 1);
    if (s.qk_norm) { n.norms = checked_add(n.norms, checked_mul(2 * s.layers, s.head_dim)); }
    return n;
}
//[count]

/// All parameters: the nominal number where the shape has one, otherwise the count.
constexpr index_t parameters(model_shape const& s) {
    return s.nominal > 0 ? s.nominal : count_parameters(s).total();
}

/// The same shape under its round number: the course's "7B" is 7·10⁹ and not 6,738,415,616.
constexpr model_shape nominally(index_t parameters, model_shape s) {
    s.nominal = parameters;
    return s;
}

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// Chapter 2.5, "Worked memory calculations" — chapters/2-formats/README.md#s2-5
#ifndef QAD_FIT_WEIGHTS_HPP
#define QAD_FIT_WEIGHTS_HPP

#include <qad/fit/shape.hpp>   // model_shape, block_linears
#include <qad/fit/storage.hpp> // storage, stored_bytes

#include <concepts> // same_as

namespace qad {

/// Says nothing: the weights in question are stored like the others.
inline constexpr storage unsaid{0};

/// How the weights of a model are stored: the linear layers of its blocks, and what differs.
struct weight_storage {
    storage linear = in_fp16;
    storage embedding = unsaid; ///< unsaid: like the linear layers
    storage head = unsaid;      ///< of an untied model; unsaid: like the embedding
    storage vectors = unsaid;   ///< norms, biases; unsaid: 16 bits, or 32 beside 32-bit weights
};

/// What the weights occupy, and where.
struct weight_memory {
    byte_count linear, embedding, head, vectors;

    constexpr byte_count total() const { return linear + embedding + head + vectors; }
};

/// weight memory = Σ over the matrices of codes + scales + zero points, each matrix by its
/// rows, so that groups are whole in every row. A nominal shape is one row of `nominal`
/// weights, all stored as the linear layers are: 70·10⁹ · 4.125 / 8 = 36.09 GB.
constexpr weight_memory weight_bytes(model_shape const& s, weight_storage const& stored) {
    weight_memory sum;
    if (s.nominal > 0) {
        sum.linear = stored_bytes(1, s.nominal, stored.linear);
        return sum;
    }
    storage const embedding = stored.embedding == unsaid ? stored.linear : stored.embedding;
    storage const head = stored.head == unsaid ? embedding : stored.head;
    storage const usual{stored.linear.bits > 16 ? stored.linear.bits : 16};
    storage const vectors = stored.vectors == unsaid ? usual : stored.vectors;

    for (linear_shape const& linear : block_linears(s)) {
        if (linear.out > 0) {
            sum.linear += s.layers * stored_bytes(linear.out, linear.in, stored.linear);
        }
    }
    sum.embedding = stored_bytes(s.vocabulary, s.hidden, embedding);
    if (s.positions > 0) { sum.embedding += stored_bytes(s.positions, s.hidden, embedding); }
    if (!s.tied) { sum.head = stored_bytes(s.vocabulary, s.hidden, head); }
    auto const n = count_parameters(s);
    sum.vectors = packed_bytes(checked_add(n.biases, n.norms), vectors.bits);
    return sum;
}
template <std::same_as<storage> All>
constexpr weight_memory weight_bytes(model_shape const& s, All all) {
    return weight_bytes(s, weight_storage{.linear = all});
}

} // namespace qad

#endif

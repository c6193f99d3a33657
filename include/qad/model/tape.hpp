// SPDX-License-Identifier: MIT
// Where calibration and training listen to the one forward.
#ifndef QAD_MODEL_TAPE_HPP
#define QAD_MODEL_TAPE_HPP

#include <qad/core/matrix.hpp> // matrix_view

namespace qad {

/// The places of a block where a tape hears the activations, in the order of the computation.
/// The inputs of the linear layers are attention_input (query, key, value), attended (output),
/// mlp_input (gate, up) and mlp_hidden (down).
enum class site {
    block_input,     // tokens × hidden, the residual stream
    attention_input, // tokens × hidden, after the first norm
    query,           // tokens × heads·dim, after RoPE
    key,             // tokens × kv·dim, after RoPE
    value,           // tokens × kv·dim
    attended,        // tokens × heads·dim
    mlp_block_input, // tokens × hidden, the residual stream after attention
    mlp_input,       // tokens × hidden, after the second norm
    gate,            // tokens × ff, before silu
    up,              // tokens × ff
    mlp_hidden,      // tokens × ff, silu(gate)·up
    // Only where heads have a norm, before `query`: what the projections made.
    projected_query, // tokens × heads·dim
    projected_key,   // tokens × kv·dim
};

/// A tape is called as tape(layer, site, activations) and copies what it wants to keep: the
/// memory behind the view is used again at once. This one keeps nothing and costs nothing.
struct no_tape {
    template <class T> void operator()(index_t, site, matrix_view<T>) const {}
};

} // namespace qad

#endif

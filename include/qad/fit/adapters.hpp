// SPDX-License-Identifier: MIT
// Chapter 5.2, "LoRA" — chapters/5-adapt/README.md#s5-2
#ifndef QAD_FIT_ADAPTERS_HPP
#define QAD_FIT_ADAPTERS_HPP

#include <qad/fit/shape.hpp> // block_linears, linears

namespace qad {

/// Parameters of LoRA on the chosen linear layers of every block: Σ r · (in + out).
///
/// A is r × in and B is out × r (Hu et al. 2021, "LoRA", §4.1). A layer that is stored fused
/// gets one pair for all its parts: fewer parameters than a pair for each of q, k and v.
constexpr index_t lora_parameters(model_shape const& s, index_t rank,
                                  linears targets = linears::all) {
    if (rank < 1) {
        fail<shape_error>("LoRA needs a rank of at least 1, not ", rank, " (chapter 5.2)");
    }
    if (s.hidden < 1 || s.heads < 1 || s.feed_forward < 1) {
        fail<shape_error>("a number of parameters does not tell the sizes of the layers; ",
                          "name a model (chapter 5.2)");
    }
    index_t in_and_out = 0;
    for (linear_shape const& linear : block_linears(s)) {
        if (!meet(linear.which, targets)) { continue; }
        in_and_out = checked_add(in_and_out, checked_add(linear.in, linear.out));
    }
    return checked_mul(checked_mul(rank, in_and_out), s.layers);
}

} // namespace qad

#endif

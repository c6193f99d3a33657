// SPDX-License-Identifier: MIT
// Chapter 3.4, "GPTQ" — chapters/3-quantize/README.md#s3-4
#ifndef QAD_QUANTIZE_GPTQ_INPUTS_HPP
#define QAD_QUANTIZE_GPTQ_INPUTS_HPP

#include <qad/quantize/hessian.hpp>        // basic_hessian
#include <qad/quantize/inverse_factor.hpp> // inverse_factor

#include <algorithm> // stable_sort
#include <numeric>   // iota
#include <vector>    // vector

namespace qad {

/// What GPTQ derives from the Hessian before it looks at a weight.
template <class T> struct gptq_inputs {
    std::vector<index_t> order; // order[c]: the column of W that is rounded as number c
    std::vector<char> dead;     // by column of W: this input was zero in every token
    matrix<T> upper;            // U with (H + λI)⁻¹ = Uᵀ·U, in that order
    T mean = 1;                 // of the diagonal of H, dead inputs left out
    T damping = 0;              // λ
};

/// Finds the dead inputs, chooses the order (as it is, or loudest first), damps and factors.
template <class T>
gptq_inputs<T> prepare_inputs(basic_hessian<T> const& h, double damping, bool loudest_first) {
    index_t const n = h.cols();
    gptq_inputs<T> in{
        .order = std::vector<index_t>(static_cast<std::size_t>(n)), .dead = {}, .upper = {}};

    // Dead inputs, and the mean of the others.
    index_t alive = 0;
    T sum = 0;
    for (T const square : h.diagonal()) {
        if (!(square >= 0)) {
            fail<shape_error>("the Hessian's diagonal holds ", square,
                              "; it must be a sum of squares "
                              "(chapter 3.4)");
        }
        in.dead.push_back(square == 0);
        alive += square > 0;
        sum += square;
    }
    if (alive > 0) { in.mean = sum / static_cast<T>(alive); }

    // The order; equal inputs keep their places.
    std::iota(in.order.begin(), in.order.end(), index_t{0});
    if (loudest_first) {
        std::stable_sort(in.order.begin(), in.order.end(),
                         [&](index_t a, index_t b) { return h(a, a) > h(b, b); });
    }
    matrix<T> ordered(n, n);
    for (index_t a = 0; a < n; ++a) {
        index_t const i = in.order[static_cast<std::size_t>(a)];
        for (index_t b = 0; b < n; ++b) {
            ordered(a, b) = h(i, in.order[static_cast<std::size_t>(b)]);
        }
        // A dead input meets no other one: any number but 0 will do.
        if (in.dead[static_cast<std::size_t>(i)]) { ordered(a, a) = in.mean; }
    }
    auto [upper, used] = inverse_factor<T>(ordered, static_cast<T>(damping) * in.mean, in.mean);
    in.upper = std::move(upper);
    in.damping = used;
    return in;
}

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// Chapter 5.2, "LoRA" — chapters/5-adapt/README.md#s5-2
#ifndef QAD_ADAPT_LORA_HPP
#define QAD_ADAPT_LORA_HPP

#include <qad/core/backend.hpp>      // ref
#include <qad/core/random.hpp>       // generator
#include <qad/quantize/multiply.hpp> // multiply

#include <cmath>    // sqrt
#include <concepts> // floating_point
#include <utility>  // as_const

namespace qad {

/// What alpha is divided by: the rank (LoRA), or its root (rsLoRA), which keeps the size of the
/// detour's output the same for all ranks (Kalajdzievski 2023, "Rank-Stabilized LoRA", §3).
enum class lora_rule { rank, root_of_rank };

/// A linear layer's low-rank detour: what is learned while W stays as it is.
///
///   y = x·Wᵀ + s·(x·Aᵀ)·Bᵀ        s = alpha / r
///
/// down A: r × inputs; up B: outputs × r. r·(inputs + outputs) numbers instead of
/// inputs·outputs. Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", §4.1.
template <std::floating_point T> struct basic_lora {
    matrix<T> down, up;
    T alpha = 0;
    lora_rule rule = lora_rule::rank;

    index_t rank() const { return down.rows(); }
    index_t inputs() const { return down.cols(); }
    index_t outputs() const { return up.rows(); }
    index_t parameters() const { return down.size() + up.size(); }
    T scale() const {
        auto const r = static_cast<T>(rank());
        return alpha / (rule == lora_rule::rank ? r : std::sqrt(r));
    }
};
using lora = basic_lora<float>;

struct lora_options {
    index_t rank = 8;
    double alpha = 16;
    lora_rule rule = lora_rule::rank;
};

/// A fresh adapter: A uniform in ±1/√inputs, B zero, so that the first step changes nothing and
/// still has a gradient (that of B). With A zero as well it would never learn.
template <std::floating_point T = float> basic_lora<T>
make_lora(index_t outputs, index_t inputs, lora_options const& options, generator& random) {
    if (outputs < 1 || inputs < 1 || options.rank < 1) {
        fail<shape_error>("an adapter of rank ", options.rank, " for ", outputs, " x ", inputs,
                          " weights; all must be at least 1 (chapter 5.2)");
    }
    basic_lora<T> delta{matrix<T>(options.rank, inputs), matrix<T>(outputs, options.rank),
                        static_cast<T>(options.alpha), options.rule};
    double const bound = 1 / std::sqrt(static_cast<double>(inputs));
    for (index_t k = 0; k < options.rank; ++k) {
        for (T& a : delta.down.row(k)) { a = static_cast<T>(random.uniform(-bound, bound)); }
    }
    return delta;
}

namespace detail {
template <std::floating_point T>
void check_detour(matrix_view<T> y, basic_lora<T> const& delta, matrix_view<T const> x) {
    if (x.cols() != delta.inputs() || y.cols() != delta.outputs() || x.rows() != y.rows() ||
        delta.up.cols() != delta.rank()) {
        fail<shape_error>("an adapter ", delta.outputs(), " x ", delta.up.cols(), " times ",
                          delta.rank(), " x ", delta.inputs(), " between inputs ", x.rows(),
                          " x ", x.cols(), " and outputs ", y.rows(), " x ", y.cols(),
                          " (chapter 5.2)");
    }
}
} // namespace detail

/// y += s·(x·Aᵀ)·Bᵀ: the detour alone; x is tokens × inputs, y tokens × outputs. Two thin
/// products; the outputs × inputs matrix B·A never exists.
template <std::floating_point T>
void add_lora(matrix_view<T> y, basic_lora<T> const& delta, matrix_view<T const> x) {
    detail::check_detour(y, delta, x);
    matrix<T> thin(x.rows(), delta.rank()), detour(y.rows(), y.cols());
    multiply(ref, thin.view(), delta.down.view(), x);
    multiply(ref, detour.view(), delta.up.view(), std::as_const(thin).view());
    double const scale = delta.scale();
    for (index_t t = 0; t < y.rows(); ++t) {
        for (index_t i = 0; i < y.cols(); ++i) {
            y(t, i) = static_cast<T>(y(t, i) + scale * detour(t, i));
        }
    }
}
template <std::floating_point T>
void add_lora(ref_t, matrix_view<T> y, basic_lora<T> const& delta, matrix_view<T const> x) {
    add_lora<T>(y, delta, x);
}

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// Chapter 5.4, "QLoRA" — chapters/5-adapt/README.md#s5-4
#ifndef QAD_TRAIN_TRAINED_WEIGHT_HPP
#define QAD_TRAIN_TRAINED_WEIGHT_HPP

#include <qad/adapt/lora.hpp>    // basic_lora
#include <qad/model/weight.hpp>  // weight
#include <qad/train/product.hpp> // product, add_input_gradient, add_weight_gradient

#include <algorithm> // min
#include <variant>   // variant

namespace qad {

/// A weight in training. What differs between the three ways is what stands in it:
///
///   full fine-tuning   base: a matrix, learned             no adapter
///   LoRA               base: a weight in 16 bits, frozen   adapter, learned
///   QLoRA              base: a weight in 4 bits, frozen    adapter, learned
///
/// The gradient of a model has the model's own shape: it is a transformer of trained_weights
/// too, in which what is frozen is empty.
template <std::floating_point T> struct trained_weight {
    std::variant<weight, matrix<T>> base;
    basic_lora<T> adapter; ///< of rank 0: there is none

    bool learned() const { return std::holds_alternative<matrix<T>>(base); }
    bool adapted() const { return adapter.rank() > 0; }
    index_t rows() const {
        return learned() ? std::get<1>(base).rows() : qad::rows(std::get<0>(base));
    }
    index_t cols() const {
        return learned() ? std::get<1>(base).cols() : qad::cols(std::get<0>(base));
    }
};

namespace detail {

/// Calls f(first row, rows) on the numbers of a base: all at once where they lie there as T;
/// decoded 256 rows at a time where they do not, so that a quantized base is never there as a
/// whole.
template <std::floating_point T, class F>
void for_each_panel(std::variant<weight, matrix<T>> const& base, F&& f) {
    if (auto const* plain = std::get_if<matrix<T>>(&base)) {
        f(index_t{0}, plain->view());
        return;
    }
    std::visit(
        [&]<class W>(W const& w) {
            if constexpr (std::is_same_v<W, shared_matrix<T>>) {
                f(index_t{0}, w.view());
            } else {
                matrix<T> panel(std::min<index_t>(w.rows(), 256), w.cols());
                for (index_t first = 0; first < w.rows(); first += panel.rows()) {
                    auto const rows = panel.rows(0, std::min(panel.rows(), w.rows() - first));
                    parallel(rows.rows(), 8, [&](index_t begin, index_t end) {
                        for (index_t i = begin; i < end; ++i) {
                            read_row<T>(w, first + i, rows.row(i));
                        }
                    });
                    f(first, matrix_view<T const>(rows));
                }
            }
        },
        std::get<weight>(base));
}

} // namespace detail

/// Row i as numbers, for the embedding of a token.
template <std::floating_point T>
void decode_row(trained_weight<T> const& w, index_t i, std::type_identity_t<std::span<T>> out) {
    if (auto const* plain = std::get_if<matrix<T>>(&w.base)) {
        std::copy(plain->row(i).begin(), plain->row(i).end(), out.begin());
    } else {
        decode_row<T>(std::get<weight>(w.base), i, out);
    }
}

/// y = x·Wᵀ + s·(x·Aᵀ)·Bᵀ; x: tokens × inputs, y: tokens × outputs. A product of matrices
/// whatever the backend: training has many tokens, and what a backend does better is elsewhere.
template <class Backend, std::floating_point T>
void multiply(Backend, matrix_view<T> y, trained_weight<T> const& w,
              std::type_identity_t<matrix_view<T const>> x) {
    detail::for_each_panel<T>(w.base, [&](index_t first, matrix_view<T const> rows) {
        detail::product<T>(y.cols(first, rows.rows()), x, rows);
    });
    if (!w.adapted()) { return; }
    auto const& [down, up, alpha, rule] = w.adapter;
    parallel(x.rows(), 32, [&](index_t begin, index_t end) {
        eigen_matrix<T> const thin = as_eigen(x.rows(begin, end - begin)) *
                                     as_eigen(down).transpose() * w.adapter.scale();
        as_eigen(y.rows(begin, end - begin)).noalias() += thin * as_eigen(up).transpose();
    });
}

template <std::floating_point T> void multiply(simd_t, std::span<matrix_view<T> const> y,
                                               std::span<trained_weight<T> const* const> w,
                                               std::type_identity_t<matrix_view<T const>> x) {
    for (std::size_t i = 0; i < y.size(); ++i) { multiply(simd, y[i], *w[i], x); }
}

/// The gradients of that: dx += dy·W + s·(dy·B)·A, and into `gradient`, where its parts are not
/// empty, dW += dyᵀ·x, dA += s·(dy·B)ᵀ·x, dB += s·dyᵀ·(x·Aᵀ).
/// Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", §4.1.
template <std::floating_point T>
void linear_gradient(matrix_view<T> dx, trained_weight<T>& gradient, matrix_view<T const> dy,
                     trained_weight<T> const& w, matrix_view<T const> x) {
    detail::for_each_panel<T>(w.base, [&](index_t first, matrix_view<T const> rows) {
        detail::add_input_gradient<T>(dx, dy.cols(first, rows.rows()), rows);
    });
    if (gradient.learned()) {
        detail::add_weight_gradient<T>(std::get<matrix<T>>(gradient.base), dy, x);
    }
    if (!gradient.adapted()) { return; }

    // Each share sums its own tokens; the sums are added in the order of the shares.
    auto const& [down, up, alpha, rule] = w.adapter;
    T const scale = w.adapter.scale();
    auto const shares = static_cast<std::size_t>(threads().size());
    std::vector<eigen_matrix<T>> ddown(shares), dup(shares);
    threads().run([&](int share, int of) {
        index_t const begin = x.rows() * share / of,
                      count = x.rows() * (share + 1) / of - begin;
        if (count == 0) { return; }
        auto const xs = as_eigen(x.rows(begin, count)), dys = as_eigen(dy.rows(begin, count));
        eigen_matrix<T> const thin = xs * as_eigen(down).transpose() * scale;
        eigen_matrix<T> const g = dys * as_eigen(up) * scale;
        ddown[static_cast<std::size_t>(share)].noalias() = g.transpose() * xs;
        dup[static_cast<std::size_t>(share)].noalias() = dys.transpose() * thin;
        as_eigen(dx.rows(begin, count)).noalias() += g * as_eigen(down);
    });
    for (std::size_t i = 0; i < shares; ++i) {
        if (ddown[i].size() == 0) { continue; }
        as_eigen(gradient.adapter.down) += ddown[i];
        as_eigen(gradient.adapter.up) += dup[i];
    }
}

} // namespace qad

#endif

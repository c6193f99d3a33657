// SPDX-License-Identifier: MIT
// The detour of an adapter on the vector unit, for one token or many, one layer or several.
#ifndef QAD_SIMD_ADD_LORA_HPP
#define QAD_SIMD_ADD_LORA_HPP

#include <qad/adapt/lora.hpp> // basic_lora, check_detour
#include <qad/simd/dense.hpp> // multiply_dense
#include <qad/simd/isa.hpp>   // isa::native

#include <algorithm> // max
#include <vector>    // vector

namespace qad {

namespace detail {

/// The thin middle of a detour, x·Aᵀ: its columns are padded with zeros to whole registers.
inline index_t padded_rank(lora const& delta) {
    return ceil_div(delta.rank(), batch_size) * batch_size;
}

inline constexpr index_t up_block = 64; // rows of B that a thread takes at least

/// How many of `units` a thread takes at least, so that it has 2¹⁶ products to do: below that
/// the fork costs more than the work.
inline index_t detour_grain(index_t products_per_unit) {
    return ceil_div(index_t{1} << 16, std::max<index_t>(products_per_unit, 1));
}

/// y[i] += s·Σ_k B[i][k]·thin[k] for the rows [begin, end) of B and one token.
template <class Isa>
void add_up_rows(float* y, lora const& delta, float const* thin, index_t begin, index_t end) {
    matrix_view<float const> const up = delta.up;
    index_t const rank = up.cols(), wide = padded_rank(delta);
    batch const scale(delta.scale());
    // As many rows as a register has places, turned into one register of sums. A load may run
    // beyond its row, where the padding of `thin` is zero, but not beyond the matrix.
    index_t i = begin;
    for (; i + batch_size <= end && (i + batch_size - 1) * rank + wide <= up.size();
         i += batch_size) {
        batch products[batch_size];
        for (index_t b = 0; b < batch_size; ++b) {
            float const* const row = up.data() + (i + b) * rank;
            products[b] = load(row) * load(thin);
            for (index_t k = batch_size; k < wide; k += batch_size) {
                products[b] = multiply_add(load(row + k), load(thin + k), products[b]);
            }
        }
        store(y + i, multiply_add(scale, sums(products), load(y + i)));
    }
    for (; i < end; ++i) {
        float dot = 0;
        for (index_t k = 0; k < rank; ++k) { dot += up(i, k) * thin[k]; }
        y[i] += delta.scale() * dot;
    }
}

/// Few tokens: both products are dot products that read A and B from memory once. Two forks,
/// each over the rows of all adapters.
template <class Isa> void add_lora_few(std::span<matrix_view<float> const> y,
                                       std::span<lora const* const> delta,
                                       matrix_view<float const> x) {
    index_t const tokens = x.rows();
    thread_local std::vector<float> room; // kept from call to call
    index_t ranks = 0, wide = 0, blocks = 0, widest = 0;
    for (lora const* d : delta) {
        if (d == nullptr) { continue; }
        ranks += d->rank();
        wide += padded_rank(*d);
        widest = std::max(widest, padded_rank(*d));
        blocks += ceil_div(d->outputs(), up_block);
    }
    room.assign(static_cast<std::size_t>(tokens * wide), 0.0f);
    float* const all = room.data(); // the workers write into the caller's room

    // Calls f(k, thin product of adapter k, rows [from, to) of the counted ones) for a share.
    auto const each = [&](index_t begin, index_t end, auto&& rows_of, auto&& f) {
        index_t before = 0;
        float* thin = all;
        for (std::size_t k = 0; k < delta.size(); ++k) {
            if (delta[k] == nullptr) { continue; }
            index_t const count = rows_of(*delta[k]), width = padded_rank(*delta[k]);
            index_t const from = std::max<index_t>(begin - before, 0);
            index_t const to = std::min(end - before, count);
            if (from < to) { f(k, matrix_view<float>(thin, tokens, width), from, to); }
            before += count;
            thin += tokens * width;
        }
    };
    parallel(ranks, detour_grain(tokens * x.cols()), [&](index_t begin, index_t end) {
        each(
            begin, end, [](lora const& d) { return d.rank(); },
            [&](std::size_t k, matrix_view<float> thin, index_t from, index_t to) {
                multiply_dense<float>(thin, delta[k]->down, x, from, to);
            });
    });
    parallel(blocks, detour_grain(tokens * widest * up_block), [&](index_t begin, index_t end) {
        each(
            begin, end, [](lora const& d) { return ceil_div(d.outputs(), up_block); },
            [&](std::size_t k, matrix_view<float> thin, index_t from, index_t to) {
                index_t const last = std::min(to * up_block, delta[k]->outputs());
                for (index_t t = 0; t < tokens; ++t) {
                    add_up_rows<Isa>(y[k].row(t).data(), *delta[k], thin.row(t).data(),
                                     from * up_block, last);
                }
            });
    });
}

/// Many tokens: chunks of them go through both products at once, so that the thin product
/// stays in the cache; one fork.
template <class Isa> void add_lora_many(std::span<matrix_view<float> const> y,
                                        std::span<lora const* const> delta,
                                        matrix_view<float const> x) {
    constexpr index_t chunk = 64;
    parallel(ceil_div(x.rows(), chunk), 1, [&](index_t begin, index_t end) {
        thread_local std::vector<float> room;
        for (index_t c = begin; c < end; ++c) {
            index_t const first = c * chunk, count = std::min(chunk, x.rows() - first);
            for (std::size_t k = 0; k < delta.size(); ++k) {
                if (delta[k] == nullptr) { continue; }
                room.resize(static_cast<std::size_t>(chunk * delta[k]->rank()));
                matrix_view<float> const thin(room.data(), count, delta[k]->rank());
                as_eigen(thin).noalias() =
                    as_eigen(x.rows(first, count)) * as_eigen(delta[k]->down).transpose();
                as_eigen(y[k].rows(first, count)).noalias() +=
                    delta[k]->scale() * (as_eigen(thin) * as_eigen(delta[k]->up).transpose());
            }
        }
    });
}

} // namespace detail

/// y_k += s_k·(x·A_kᵀ)·B_kᵀ for adapters of layers that share their input; a null adapter adds
/// nothing. x: tokens × inputs, y_k: tokens × outputs of B_k.
///
/// Float sums in another order than the readable loop's, so that against the exact product
///
///   |Δy| ≤ (inputs + rank + 4)·2⁻²⁴ · s·Σ_k |B[i][k]|·Σ_j |A[k][j]·x[j]|  +  2⁻²⁴·|y|
///
/// Results depend on no number of threads.
template <std::same_as<float> T> void add_lora(simd_t, std::span<matrix_view<T> const> y,
                                               std::span<basic_lora<T> const* const> delta,
                                               matrix_view<T const> x) {
    if (y.size() != delta.size()) {
        fail<shape_error>(y.size(), " outputs for ", delta.size(), " adapters");
    }
    for (std::size_t k = 0; k < y.size(); ++k) {
        if (delta[k] != nullptr) { detail::check_detour(y[k], *delta[k], x); }
    }
    if (x.rows() <= 8) {
        detail::add_lora_few<isa::native>(y, delta, x);
    } else {
        detail::add_lora_many<isa::native>(y, delta, x);
    }
}
/// One adapter.
template <std::same_as<float> T>
void add_lora(simd_t, matrix_view<T> y, basic_lora<T> const& delta, matrix_view<T const> x) {
    basic_lora<T> const* one = &delta;
    add_lora<T>(simd, std::span<matrix_view<T> const>(&y, 1),
                std::span<basic_lora<T> const* const>(&one, 1), x);
}

} // namespace qad

#endif

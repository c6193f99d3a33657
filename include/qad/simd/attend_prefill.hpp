// SPDX-License-Identifier: MIT
// Attention of many new tokens, as prefill has it: blocks of queries against blocks of the past.
#ifndef QAD_SIMD_ATTEND_PREFILL_HPP
#define QAD_SIMD_ATTEND_PREFILL_HPP

#include <qad/attend/attend.hpp> // head_layout, attend_options
#include <qad/core/eigen.hpp>    // as_eigen
#include <qad/core/team.hpp>     // threads
#include <qad/simd/dense.hpp>    // one_blas_thread
#include <qad/simd/kv_chunk.hpp> // kv_chunk
#include <qad/simd/softmax.hpp>  // exponentials

#include <cmath>  // exp, sqrt
#include <limits> // numeric_limits

namespace qad::detail {

inline constexpr index_t query_block = 32, past_block = 128;

/// One block of rows of all query heads of one key-value head, its past in blocks, the softmax online
/// over the blocks (Dao et al. 2022, "FlashAttention", algorithm 1; here to stay in the cache).
template <kv_store Store> class prefill_task {
  public:
    prefill_task(head_layout const& heads, attend_options options)
        : heads_(heads), options_(options), queries_(heads.group() * query_block, heads.head_dim),
          sums_(heads.group() * query_block, heads.head_dim),
          scores_(heads.group() * query_block, past_block), room_(past_block, heads.head_dim),
          most_(1, heads.group() * query_block), total_(1, heads.group() * query_block) {}

    /// Rows [first, first + count) of `query` at positions before + first …
    void run(matrix_view<float> out, matrix_view<float const> query, Store const& past,
             index_t layer, index_t kv, index_t before, index_t first, index_t count) {
        index_t const d = heads_.head_dim, group = heads_.group(), rows = group * count;
        float const scale = 1 / std::sqrt(static_cast<float>(d));
        for (index_t i = 0; i < rows; ++i) { // row i: head i / count, token i % count
            float const* from = &query(first + i % count, (kv * group + i / count) * d);
            for (index_t c = 0; c < d; ++c) { queries_(i, c) = from[c] * scale; }
            std::fill_n(&sums_(i, 0), d, 0.0f);
            most_(0, i) = -std::numeric_limits<float>::infinity();
            total_(0, i) = 0;
        }
        index_t const last = before + first + count; // beyond what the last row sees
        for (index_t from = first_seen(before + first, options_); from < last; from += past_block) {
            index_t const width = std::min(past_block, last - from);
            auto const k = kv_chunk(past, kv_part::keys, layer, kv, from, width, d, room_);
            auto const q = queries_.rows(0, rows);
            auto const scores = scores_.view().rows(0, rows).cols(0, width);
            as_eigen(scores).noalias() = as_eigen(matrix_view<float const>(q)) * as_eigen(k).transpose();
            for (index_t i = 0; i < rows; ++i) { weigh(i, before + first + i % count, from, width); }
            auto const v = kv_chunk(past, kv_part::values, layer, kv, from, width, d, room_);
            as_eigen(sums_.rows(0, rows)).noalias() +=
                as_eigen(matrix_view<float const>(scores)) * as_eigen(v);
        }
        for (index_t i = 0; i < rows; ++i) {
            float* to = &out(first + i % count, (kv * group + i / count) * d);
            for (index_t c = 0; c < d; ++c) { to[c] = sums_(i, c) / total_(0, i); }
        }
    }

  private:
    /// Row i of the scores of positions from … becomes weights; what position t must not see, weighs 0.
    void weigh(index_t i, index_t t, index_t from, index_t width) {
        float* row = &scores_(i, 0);
        index_t const begin = std::max(first_seen(t, options_) - from, index_t{0});
        index_t const end = std::min(t + 1 - from, width);
        if (begin >= end) {
            std::fill_n(row, width, 0.0f);
            return;
        }
        float const most = largest_of(row + begin, end - begin);
        if (most > most_(0, i)) {
            float const shrink = std::exp(most_(0, i) - most);
            total_(0, i) *= shrink;
            for (float& x : sums_.row(i)) { x *= shrink; }
            most_(0, i) = most;
        }
        total_(0, i) += exponentials(row + begin, end - begin, most_(0, i));
        std::fill(row, row + std::min(begin, width), 0.0f);
        std::fill(row + end, row + width, 0.0f);
    }

    head_layout heads_;
    attend_options options_;
    matrix<float> queries_, sums_, scores_, room_, most_, total_;
};

template <kv_store Store>
void attend_prefill(matrix_view<float> out, matrix_view<float const> query, Store const& past,
                    index_t layer, head_layout const& heads, attend_options options) {
    one_blas_thread();
    index_t const rows = query.rows(), before = past.length(layer) - rows;
    index_t const tasks = ceil_div(rows, query_block) * heads.kv_heads;
    threads().run([&](int share, int shares) {
        prefill_task<Store> task(heads, options);
        // Later rows see more: deal the tasks out in turn.
        for (index_t i = share; i < tasks; i += shares) {
            index_t const first = i / heads.kv_heads * query_block;
            task.run(out, query, past, layer, i % heads.kv_heads, before, first,
                     std::min(query_block, rows - first));
        }
    });
}

} // namespace qad::detail

#endif

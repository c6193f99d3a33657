// SPDX-License-Identifier: MIT
// Attention of many new tokens, as prefill has it: blocks of queries against blocks of the
// past.
#ifndef QAD_SIMD_ATTEND_PREFILL_HPP
#define QAD_SIMD_ATTEND_PREFILL_HPP

#include <qad/attend/attend.hpp>     // head_layout, attend_options
#include <qad/core/team.hpp>         // threads
#include <qad/simd/exp.hpp>          // fast_exp
#include <qad/simd/kv_chunk.hpp>     // kv_chunk
#include <qad/simd/lane_product.hpp> // lane_product

#include <cmath> // sqrt

namespace qad::detail {

inline constexpr index_t query_block = 32, past_block = 64;

/// One block of tokens for all query heads of one key-value head; each (head, token) is a lane,
/// so that keys and values are read as they lie and a softmax runs down its lane. The past
/// comes in blocks, the softmax is online over them (Dao et al. 2022, "FlashAttention",
/// algorithm 1).
template <kv_store Store> class prefill_task {
  public:
    prefill_task(head_layout const& heads, attend_options options)
        : heads_(heads), options_(options),
          lanes_(ceil_div(heads.group() * query_block, batch_size) * batch_size),
          queries_(heads.head_dim, lanes_), sums_(heads.head_dim, lanes_),
          scores_(past_block, lanes_), room_(past_block, heads.head_dim), most_(1, lanes_),
          total_(1, lanes_), shrink_(1, lanes_) {}

    /// Rows [first, first + count) of `query`, which stand at positions before + first …
    void run(matrix_view<float> out, matrix_view<float const> query, Store const& past,
             index_t layer, index_t kv, index_t before, index_t first, index_t count) {
        index_t const d = heads_.head_dim, used = heads_.group() * count;
        float const scale = 1 / std::sqrt(static_cast<float>(d));
        for (index_t l = 0; l < used; ++l) { // lane l: head l / count, token l % count
            float const* from =
                &query(first + l % count, (kv * heads_.group() + l / count) * d);
            for (index_t c = 0; c < d; ++c) { queries_(c, l) = from[c] * scale; }
        }
        std::fill_n(sums_.data(), sums_.size(), 0.0f);
        std::fill_n(most_.data(), lanes_, lowest);
        std::fill_n(total_.data(), lanes_, 0.0f);

        index_t const t = before + first,
                      last = t + count; // the last token sees up to last − 1
        for (index_t from = first_seen(t, options_); from < last; from += past_block) {
            index_t const width = std::min(past_block, last - from);
            auto const scores = scores_.rows(0, width);
            auto const k = kv_chunk(past, kv_part::keys, layer, kv, from, width, d, room_);
            lane_product<false>(scores, {k.data(), k.stride(), 1}, queries_);
            // Only some blocks hold positions that some tokens must not see.
            bool const hidden = from + width > t + 1 || from < first_seen(last - 1, options_);
            if (hidden) { hide(scores, t, from, count, used, lowest); }
            look_for_larger<isa::native>(scores);
            weigh<isa::native>(scores);
            if (hidden) { hide(scores, t, from, count, used, 0.0f); }
            add_weights<isa::native>(scores);
            auto const v = kv_chunk(past, kv_part::values, layer, kv, from, width, d, room_);
            lane_product<true>(sums_, {v.data(), 1, v.stride()},
                               matrix_view<float const>(scores));
        }
        for (index_t l = 0; l < used; ++l) {
            float* to = &out(first + l % count, (kv * heads_.group() + l / count) * d);
            for (index_t c = 0; c < d; ++c) { to[c] = sums_(c, l) / total_(0, l); }
        }
    }

  private:
    static constexpr float lowest = -1e30f; // below every score, and no infinity to subtract

    /// Puts `value` where a token must not look.
    void hide(matrix_view<float> scores, index_t t, index_t from, index_t count, index_t used,
              float value) {
        for (index_t l = 0; l < used; ++l) {
            index_t const at = t + l % count;
            index_t const begin =
                std::min(std::max(first_seen(at, options_) - from, index_t{0}), scores.rows());
            index_t const end = std::min(std::max(at + 1 - from, begin), scores.rows());
            for (index_t j = 0; j < begin; ++j) { scores(j, l) = value; }
            for (index_t j = end; j < scores.rows(); ++j) { scores(j, l) = value; }
        }
    }
    /// Raises the largest score of each lane, and shrinks what was summed before by e^(old −
    /// new).
    template <class Isa> void look_for_larger(matrix_view<float> scores) {
        float* const most = most_.data();
        float* const shrink = shrink_.data();
        std::copy_n(most, lanes_, shrink);
        for (index_t j = 0; j < scores.rows(); ++j) {
            float const* row = &scores(j, 0);
            for (index_t l = 0; l < lanes_; ++l) {
                most[l] = row[l] > most[l] ? row[l] : most[l];
            }
        }
        for (index_t l = 0; l < lanes_; ++l) { shrink[l] = fast_exp<Isa>(shrink[l] - most[l]); }
        for (index_t l = 0; l < lanes_; ++l) { total_(0, l) *= shrink[l]; }
        for (index_t c = 0; c < sums_.rows(); ++c) {
            float* row = &sums_(c, 0);
            for (index_t l = 0; l < lanes_; ++l) { row[l] *= shrink[l]; }
        }
    }
    template <class Isa> void weigh(matrix_view<float> scores) {
        float const* const most = most_.data();
        for (index_t j = 0; j < scores.rows(); ++j) {
            float* row = &scores(j, 0);
            for (index_t l = 0; l < lanes_; ++l) { row[l] = fast_exp<Isa>(row[l] - most[l]); }
        }
    }
    template <class Isa> void add_weights(matrix_view<float> scores) {
        float* const total = total_.data();
        for (index_t j = 0; j < scores.rows(); ++j) {
            float const* row = &scores(j, 0);
            for (index_t l = 0; l < lanes_; ++l) { total[l] += row[l]; }
        }
    }

    head_layout heads_;
    attend_options options_;
    index_t lanes_;
    matrix<float> queries_, sums_; // head_dim × lanes
    matrix<float> scores_, room_;  // past_block × lanes, past_block × head_dim
    matrix<float> most_, total_, shrink_;
};

template <kv_store Store>
void attend_prefill(matrix_view<float> out, matrix_view<float const> query, Store const& past,
                    index_t layer, head_layout const& heads, attend_options options) {
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

// SPDX-License-Identifier: MIT
// Attention of a few new tokens over a long past, as decoding has it: bound by reading the
// cache.
#ifndef QAD_SIMD_ATTEND_DECODE_HPP
#define QAD_SIMD_ATTEND_DECODE_HPP

#include <qad/attend/attend.hpp> // head_layout, attend_options
#include <qad/core/team.hpp>     // parallel
#include <qad/simd/kv_chunk.hpp> // kv_chunk
#include <qad/simd/softmax.hpp>  // exponentials

#include <limits> // numeric_limits
#include <vector> // vector

namespace qad::detail {

/// Positions that one task reads. A constant, so that results depend on no number of threads.
inline constexpr index_t decode_chunk = 128;

/// scores[j] = q · k[j].
inline void score_row(float* scores, float const* q, matrix_view<float const> k) {
    index_t const d = k.cols();
    index_t j = 0;
    for (; j + batch_size <= k.rows(); j += batch_size) {
        batch parts[static_cast<std::size_t>(batch_size)];
        for (index_t p = 0; p < batch_size; ++p) {
            float const* key = k.data() + (j + p) * k.stride();
            batch dot(0.0f);
            for (index_t c = 0; c + batch_size <= d; c += batch_size) {
                dot = multiply_add(load(q + c), load(key + c), dot);
            }
            parts[p] = dot;
        }
        store(scores + j, sums(parts));
    }
    index_t const tail = d / batch_size * batch_size; // columns that no register fills
    for (; j < k.rows(); ++j) {
        float const* key = k.data() + j * k.stride();
        batch dot(0.0f);
        for (index_t c = 0; c < tail; c += batch_size) {
            dot = multiply_add(load(q + c), load(key + c), dot);
        }
        scores[j] = sum(dot);
    }
    for (j = 0; j < k.rows() && tail < d; ++j) {
        for (index_t c = tail; c < d; ++c) { scores[j] += q[c] * k(j, c); }
    }
}

/// out += Σ_j weights[j] · v[j].
inline void add_rows(float* out, float const* weights, matrix_view<float const> v) {
    index_t c = 0;
    for (; c + batch_size <= v.cols(); c += batch_size) {
        batch even = load(out + c), odd(0.0f);
        float const* at = v.data() + c;
        index_t j = 0;
        for (; j + 2 <= v.rows(); j += 2, at += 2 * v.stride()) {
            even = multiply_add(batch(weights[j]), load(at), even);
            odd = multiply_add(batch(weights[j + 1]), load(at + v.stride()), odd);
        }
        if (j < v.rows()) { even = multiply_add(batch(weights[j]), load(at), even); }
        store(out + c, even + odd);
    }
    for (; c < v.cols(); ++c) {
        for (index_t j = 0; j < v.rows(); ++j) { out[c] += weights[j] * v(j, c); }
    }
}

/// What one query head found in one chunk: out = Σ e^(s−most)·v, total = Σ e^(s−most), most =
/// max s.
struct partial_mean {
    float most = -std::numeric_limits<float>::infinity(), total = 0;
};

/// Each task is one row, one key-value head and one chunk; all query heads of the group look at
/// the chunk while it is near. The parts are merged in the order of the positions.
template <kv_store Store>
void attend_decode(matrix_view<float> out, matrix_view<float const> query, Store const& past,
                   index_t layer, head_layout const& heads, attend_options options) {
    index_t const d = heads.head_dim, group = heads.group(), rows = query.rows();
    index_t const before = past.length(layer) - rows;
    index_t const chunks = ceil_div(before + rows, decode_chunk);
    index_t const tasks = rows * heads.kv_heads * chunks;
    thread_local std::vector<float> sum_room;
    thread_local std::vector<partial_mean> part_room;
    sum_room.resize(static_cast<std::size_t>(tasks * group * d));
    part_room.assign(static_cast<std::size_t>(tasks * group), {});
    float* const sums_of = sum_room.data(); // workers write to the caller's
    partial_mean* const parts = part_room.data();
    float const scale = 1 / std::sqrt(static_cast<float>(d));

    parallel(tasks, 1, [&](index_t begin, index_t end) {
        thread_local matrix<float> room;
        if (room.rows() < decode_chunk || room.cols() < d) {
            room = matrix<float>(decode_chunk, d);
        }
        std::vector<float> q(static_cast<std::size_t>(d));
        float scores[decode_chunk];
        for (index_t task = begin; task < end; ++task) {
            index_t const chunk = task % chunks, kv = task / chunks % heads.kv_heads;
            index_t const r = task / chunks / heads.kv_heads, t = before + r;
            index_t const from = std::max(chunk * decode_chunk, first_seen(t, options));
            index_t const to = std::min((chunk + 1) * decode_chunk, t + 1);
            if (from >= to) { continue; }
            // Scores of all heads of the group first, then their values: one pass over each.
            std::vector<float> weights(static_cast<std::size_t>(group * decode_chunk));
            auto const k = kv_chunk(past, kv_part::keys, layer, kv, from, to - from, d, room);
            for (index_t g = 0; g < group; ++g) {
                float const* source = &query(r, (kv * group + g) * d);
                for (index_t c = 0; c < d; ++c) {
                    q[static_cast<std::size_t>(c)] = source[c] * scale;
                }
                score_row(scores, q.data(), k);
                partial_mean& part = parts[task * group + g];
                part.most = largest_of(scores, to - from);
                part.total = exponentials(scores, to - from, part.most);
                std::copy_n(scores, to - from, weights.data() + g * decode_chunk);
            }
            auto const v = kv_chunk(past, kv_part::values, layer, kv, from, to - from, d, room);
            for (index_t g = 0; g < group; ++g) {
                float* sum = sums_of + (task * group + g) * d;
                std::fill_n(sum, d, 0.0f);
                add_rows(sum, weights.data() + g * decode_chunk, v);
            }
        }
    });

    for (index_t r = 0; r < rows; ++r) {
        for (index_t h = 0; h < heads.query_heads; ++h) {
            index_t const kv = h / group, g = h % group;
            index_t const first = ((r * heads.kv_heads + kv) * chunks) * group + g;
            float most = -std::numeric_limits<float>::infinity(), total = 0;
            for (index_t c = 0; c < chunks; ++c) {
                most = std::max(most, parts[first + c * group].most);
            }
            float* to = &out(r, h * d);
            std::fill_n(to, d, 0.0f);
            for (index_t c = 0; c < chunks; ++c) {
                partial_mean const& part = parts[first + c * group];
                if (part.total == 0) { continue; } // nothing seen there
                float const share = std::exp(part.most - most);
                total += share * part.total;
                float const* sum = sums_of + (first + c * group) * d;
                for (index_t j = 0; j < d; ++j) { to[j] += share * sum[j]; }
            }
            for (index_t j = 0; j < d; ++j) { to[j] /= total; }
        }
    }
}

} // namespace qad::detail

#endif

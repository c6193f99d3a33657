// SPDX-License-Identifier: MIT
// A stretch of keys or values as floats side by side, whatever the cache stores.
#ifndef QAD_SIMD_KV_CHUNK_HPP
#define QAD_SIMD_KV_CHUNK_HPP

#include <qad/attend/kv_store.hpp> // kv_store, kv_run
#include <qad/core/matrix.hpp>     // matrix
#include <qad/simd/batch.hpp>      // load, store

#include <algorithm>   // min
#include <type_traits> // is_same_v

namespace qad {

enum class kv_part { keys, values };

/// `count` positions from `position` on: where they lie when the cache holds floats in one run,
/// else copied to `room` (count × head_dim at least), decoded and scaled.
template <kv_store Store>
matrix_view<float const> kv_chunk(Store const& past, kv_part part, index_t layer,
                                  index_t kv_head, index_t position, index_t count,
                                  index_t head_dim, matrix_view<float> room) {
    using E = typename Store::element;
    for (index_t done = 0; done < count;) {
        kv_run<E> run;
        if constexpr (requires { past.key_run(layer, kv_head, position); }) {
            run = part == kv_part::keys ? past.key_run(layer, kv_head, position + done)
                                        : past.value_run(layer, kv_head, position + done);
        } else {
            auto const row = part == kv_part::keys
                                 ? past.key(layer, kv_head, position + done)
                                 : past.value(layer, kv_head, position + done);
            run = {row.values.data(), nullptr, 1, head_dim};
            if constexpr (is_scaled<E>) {
                fail<shape_error>("a cache of codes must offer runs");
            }
        }
        index_t const here = std::min(run.count, count - done);
        if constexpr (std::is_same_v<E, float>) {
            if (here == count) { return {run.values, count, head_dim, run.stride}; }
        }
        for (index_t i = 0; i < here; ++i) {
            E const* from = run.values + i * run.stride;
            float* to = &room(done + i, 0);
            float const scale = run.scales == nullptr ? 1.0f : run.scales[i];
            index_t j = 0;
            if constexpr (!std::is_same_v<E, double>) {
                for (; j + batch_size <= head_dim; j += batch_size) {
                    store(to + j, load(from + j) * batch(scale));
                }
            }
            for (; j < head_dim; ++j) { to[j] = decode<float>(from[j]) * scale; }
        }
        done += here;
    }
    return room.rows(0, count).cols(0, head_dim);
}

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// The logits of a whole text, from a cache that begins empty.
#ifndef QAD_TESTS_SUPPORT_LOGITS_HPP
#define QAD_TESTS_SUPPORT_LOGITS_HPP

#include <qad/attend/kv_cache.hpp> // kv_cache
#include <qad/model/session.hpp>   // make_session

#include <span> // span

namespace qad::test {

/// tokens × vocabulary
template <class Backend, class Weight>
matrix<float> logits_of(Backend backend, transformer<float, Weight> const& model,
                        std::span<std::int32_t const> tokens) {
    auto const length = static_cast<index_t>(tokens.size());
    auto const past =
        make_session(backend, model, kv_cache<float>(model.heads, model.config.layers, length));
    past->run(tokens);
    matrix<float> out(length, model.config.vocab);
    past->logits(0, out);
    return out;
}

} // namespace qad::test

#endif

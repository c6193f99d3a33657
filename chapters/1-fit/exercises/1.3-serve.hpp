// SPDX-License-Identifier: MIT
// Exercise 1.3, "Why this matters to a Lead AI Engineer": read chapters/1-fit/README.md#s1-3,
// then write these three. Judge them with  ./qad check 1.3   stuck?  ./qad hint 1.3
#pragma once
#include <cstdint> // int64_t
#include "todo.hpp"

namespace learner {

/// The bytes of weights and `users` requests, where each of a request's `tokens` tokens keeps
/// `per_token` bytes in the cache.
inline std::int64_t used_bytes(std::int64_t weights, std::int64_t per_token,
                               std::int64_t tokens, std::int64_t users) {
    todo(weights, per_token, tokens, users);
}

/// The largest number of users at once that leaves at least one byte free of a card of `card`
/// bytes, `reserve` of which (a share: 0.1 is a tenth) is not to be used at all.
/// 0: it loads, and cannot serve one request.  -1: it does not load: the weights alone leave no
/// byte free.
inline std::int64_t max_concurrency(std::int64_t card, std::int64_t weights,
                                    std::int64_t per_token, std::int64_t tokens,
                                    double reserve) {
    todo(card, weights, per_token, tokens, reserve);
}

/// The cards that `users` (none, or billions) need where each card serves `per_card` of them;
/// -1 where no number of cards helps, because one serves nobody (per_card is 0 or below).
inline std::int64_t cards_for(std::int64_t users, std::int64_t per_card) {
    todo(users, per_card);
}

} // namespace learner

// SPDX-License-Identifier: MIT
// The answer to exercise 1.3: the library's budget of a card.
#pragma once
#include <qad/fit/serving.hpp> // memory_budget, card

namespace reference {

inline std::int64_t used_bytes(std::int64_t weights, std::int64_t per_token,
                               std::int64_t tokens, std::int64_t users) {
    qad::memory_budget need;
    need.weights = qad::byte_count(weights);
    need.kv_per_user = tokens * qad::byte_count(per_token);
    need.users = users;
    return need.total().count;
}

inline std::int64_t max_concurrency(std::int64_t card, std::int64_t weights,
                                    std::int64_t per_token, std::int64_t tokens,
                                    double reserve) {
    qad::memory_budget need;
    need.weights = qad::byte_count(weights);
    need.kv_per_user = tokens * qad::byte_count(per_token);
    return need.max_users({qad::byte_count(card), reserve});
}

// Users are rounded down, since a part of a cache serves nobody; cards are rounded up, since
// nobody sells a part of a card.
inline std::int64_t cards_for(std::int64_t users, std::int64_t per_card) {
    return per_card > 0 ? qad::ceil_div(users, per_card) : -1;
}

} // namespace reference

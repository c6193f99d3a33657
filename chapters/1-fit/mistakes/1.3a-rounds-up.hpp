// SPDX-License-Identifier: MIT
// Believes: a part of a user is a user.
#pragma once
#include <cstdint> // int64_t

namespace mistaken {

using whole = std::int64_t;

inline whole used_bytes(whole weights, whole per_token, whole tokens, whole users) {
    return weights + users * per_token * tokens;
}
inline whole max_concurrency(whole card, whole weights, whole per_token, whole tokens,
                             double reserve) {
    auto const left =
        static_cast<whole>((1 - reserve) * static_cast<double>(card) + 0.5) - weights;
    return left <= 0 ? -1 : (left + per_token * tokens - 1) / (per_token * tokens);
}
inline whole cards_for(whole users, whole per_card) {
    return per_card > 0 ? (users + per_card - 1) / per_card : -1;
}

} // namespace mistaken

// SPDX-License-Identifier: MIT
// What section 1.3, "Why this matters to a Lead AI Engineer", asks for.
CONTRACT(used_bytes,
         (std::int64_t weights, std::int64_t per_token, std::int64_t tokens,
          std::int64_t users),
         std::int64_t);
CONTRACT(max_concurrency,
         (std::int64_t card, std::int64_t weights, std::int64_t per_token, std::int64_t tokens,
          double reserve),
         std::int64_t);
CONTRACT(cards_for, (std::int64_t users, std::int64_t per_card), std::int64_t);

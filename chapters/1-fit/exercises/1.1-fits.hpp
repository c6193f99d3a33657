// SPDX-License-Identifier: MIT
// Exercise 1.1, "Opening failure": read chapters/1-fit/README.md#s1-1, then write these three.
// Judge it with  ./qad check 1.1   stuck?  ./qad hint 1.1
#pragma once
#include <cstdint> // int64_t
#include "todo.hpp"

namespace learner {

/// The bytes of `parameters` weights of `bits` bits each, rounded up to whole bytes.
/// A 70B model has 70'000'000'000 of them.
inline std::int64_t weight_bytes(std::int64_t parameters, int bits) {
    todo(parameters, bits);
}

/// The bytes that are left on a card of `card_gb` GB; below zero where bytes are missing.
/// 1 GB is 1'000'000'000 bytes.
inline std::int64_t headroom(std::int64_t parameters, int bits, double card_gb) {
    todo(parameters, bits, card_gb);
}

/// Can the model serve at least something on this card? It needs room beside the weights, and
/// here one byte is room enough.
inline bool fits(std::int64_t parameters, int bits, double card_gb) {
    todo(parameters, bits, card_gb);
}

} // namespace learner

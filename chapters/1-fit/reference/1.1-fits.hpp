// SPDX-License-Identifier: MIT
// The answer to exercise 1.1: the library's own words for it.
#pragma once
#include <qad/fit/storage.hpp> // packed_bytes
#include <qad/fit/units.hpp>   // gigabytes, byte_count

namespace reference {

inline std::int64_t weight_bytes(std::int64_t parameters, int bits) {
    return qad::packed_bytes(parameters, bits).count;
}

inline std::int64_t headroom(std::int64_t parameters, int bits, double card_gb) {
    return qad::byte_count(qad::gigabytes(card_gb)).count - weight_bytes(parameters, bits);
}

// More than nothing: a card that the weights fill to the last byte serves nobody.
inline bool fits(std::int64_t parameters, int bits, double card_gb) {
    return headroom(parameters, bits, card_gb) > 0;
}

} // namespace reference

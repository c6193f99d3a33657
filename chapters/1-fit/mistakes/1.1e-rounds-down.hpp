// SPDX-License-Identifier: MIT
// Believes: a byte that is only partly used is not there.
#pragma once
#include <cstdint> // int64_t

namespace mistaken {

inline std::int64_t weight_bytes(std::int64_t parameters, int bits) {
    return parameters * bits / 8;
}
inline std::int64_t headroom(std::int64_t parameters, int bits, double card_gb) {
    return static_cast<std::int64_t>(card_gb * 1e9) - weight_bytes(parameters, bits);
}
inline bool fits(std::int64_t parameters, int bits, double card_gb) {
    return headroom(parameters, bits, card_gb) > 0;
}

} // namespace mistaken

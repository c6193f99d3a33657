// SPDX-License-Identifier: MIT
// Believes: the 80 of an 80 GB card are GiB.
#pragma once
#include <cstdint> // int64_t

namespace mistaken {

inline std::int64_t weight_bytes(std::int64_t parameters, int bits) {
    return (parameters * bits + 7) / 8;
}
inline std::int64_t headroom(std::int64_t parameters, int bits, double card_gb) {
    return static_cast<std::int64_t>(card_gb * 0x1p30) - weight_bytes(parameters, bits);
}
inline bool fits(std::int64_t parameters, int bits, double card_gb) {
    return headroom(parameters, bits, card_gb) > 0;
}

} // namespace mistaken

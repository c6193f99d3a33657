// SPDX-License-Identifier: MIT
// What section 1.1, "Opening failure", asks for.
CONTRACT(weight_bytes, (std::int64_t parameters, int bits), std::int64_t);
CONTRACT(headroom, (std::int64_t parameters, int bits, double card_gb), std::int64_t);
CONTRACT(fits, (std::int64_t parameters, int bits, double card_gb), bool);

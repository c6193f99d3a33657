// SPDX-License-Identifier: MIT
// What section 2.1, "Bits are budget", asks for.
CONTRACT(levels, (int bits, bool symmetric), std::int64_t);
CONTRACT(step, (double range, int bits, bool symmetric), double);
CONTRACT(bits_for, (double range, double worst), int);

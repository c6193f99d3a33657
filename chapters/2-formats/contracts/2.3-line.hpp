// SPDX-License-Identifier: MIT
// What section 2.3, "Precision vs range", asks for.
CONTRACT(largest, (int exponent_bits, int mantissa_bits), double);
CONTRACT(smallest, (int exponent_bits, int mantissa_bits), double);
CONTRACT(spacing, (double x, int exponent_bits, int mantissa_bits), double);

// SPDX-License-Identifier: MIT
// Two quantized matrices, code by code and value by value.
#ifndef QAD_TESTS_SUPPORT_SAME_CODES_HPP
#define QAD_TESTS_SUPPORT_SAME_CODES_HPP

#include <qad/quantize/quantized_matrix.hpp> // quantized_matrix

namespace qad::test {

template <class Code>
bool same_codes(quantized_matrix<Code> const& a, quantized_matrix<Code> const& b) {
    for (index_t i = 0; i < a.rows(); ++i) {
        for (index_t j = 0; j < a.cols(); ++j) {
            if (a.code(i, j) != b.code(i, j) || a(i, j) != b(i, j)) { return false; }
        }
    }
    return true;
}

} // namespace qad::test

#endif

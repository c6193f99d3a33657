// SPDX-License-Identifier: MIT
// The integer dot products of every instruction set (each header knows whether it applies).
#ifndef QAD_SIMD_DOT_HPP
#define QAD_SIMD_DOT_HPP

#include <qad/simd/avx2/dot.hpp>     // dot_ops<isa::avx2>
#include <qad/simd/avx512/dot.hpp>   // dot_ops<isa::avx512>
#include <qad/simd/portable/dot.hpp> // dot_ops<isa::portable>

#endif

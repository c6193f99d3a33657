// SPDX-License-Identifier: MIT
// Which instruction set this program is compiled for: the one place that asks the compiler.
#ifndef QAD_SIMD_ISA_HPP
#define QAD_SIMD_ISA_HPP

/// Everything whose code depends on -m options has one of these as a template argument, so that
/// two units compiled with different options never share a symbol. What each one has:
///
///   portable   plain loops and whatever the compiler makes of them: SSE2, NEON, anything
///   avx2       256 bits: maddubs, FMA, fp16 conversion              (Haswell 2013 and later)
///   avx512     512 bits: integer dot product (VNNI)               (Ice Lake 2019, Zen 4 2022)
///   amx        avx512 and tiles of 16 × 64 bytes for long batches   (Sapphire Rapids 2023)
namespace qad::isa {

struct portable {};
struct avx2 {};
struct avx512 {};
struct amx {};

} // namespace qad::isa

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) &&                  \
    defined(__AVX512DQ__) && defined(__AVX512VNNI__)
#define QAD_SIMD_AVX512
#endif
#if defined(QAD_SIMD_AVX512) && defined(__AMX_TILE__) && defined(__AMX_INT8__) &&              \
    defined(__AMX_BF16__) && defined(__linux__)
#define QAD_SIMD_AMX
#endif
#if defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
#define QAD_SIMD_AVX2
#endif

namespace qad::isa {

#if defined(QAD_SIMD_AMX)
using native = amx;
#elif defined(QAD_SIMD_AVX512)
using native = avx512;
#elif defined(QAD_SIMD_AVX2)
using native = avx2;
#else
using native = portable;
#endif

/// What --backend simd will run on, for people to read.
template <class Isa = native> constexpr char const* name();
template <> constexpr char const* name<portable>() { return "portable loops"; }
template <> constexpr char const* name<avx2>() { return "AVX2 FMA F16C"; }
template <> constexpr char const* name<avx512>() { return "AVX-512 VNNI"; }
template <> constexpr char const* name<amx>() { return "AVX-512 VNNI, AMX int8 bf16"; }

} // namespace qad::isa

#endif

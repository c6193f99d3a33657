// SPDX-License-Identifier: MIT
// The backend is the first argument of a call, as the execution policy is in the standard
// library.
#ifndef QAD_CORE_BACKEND_HPP
#define QAD_CORE_BACKEND_HPP

namespace qad {

/// The readable loop: reference, oracle and fallback. Ships, and defines what is right.
struct ref_t {};
inline constexpr ref_t ref{};

/// Vector instructions of this processor; its overloads live in `qad/simd/`.
struct simd_t {};
inline constexpr simd_t simd{};

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
#include <qad/core/backend.hpp>

#include <doctest/doctest.h>

#include <type_traits> // is_empty_v

using namespace qad;

namespace {
char const* chosen(ref_t) { return "ref"; }
char const* chosen(simd_t) { return "simd"; }
} // namespace

TEST_CASE("the backend chooses the overload while compiling, and weighs nothing") {
    static_assert(std::is_empty_v<ref_t> && std::is_empty_v<simd_t>);
    static_assert(!std::is_convertible_v<ref_t, simd_t> && !std::is_convertible_v<simd_t, ref_t>);
    CHECK(chosen(ref) == doctest::String("ref"));
    CHECK(chosen(simd) == doctest::String("simd"));
}

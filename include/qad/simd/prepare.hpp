// SPDX-License-Identifier: MIT
// From the plain, printable form of a weight to the one that the vector unit reads.
#ifndef QAD_SIMD_PREPARE_HPP
#define QAD_SIMD_PREPARE_HPP

#include <qad/core/backend.hpp>              // simd_t
#include <qad/quantize/quantized_matrix.hpp> // quantized_matrix
#include <qad/simd/prepared.hpp>             // prepared

#include <algorithm> // stable_sort
#include <cmath>     // lrint
#include <memory>    // make_shared
#include <numeric>   // iota

namespace qad {

/// Floating-point weights are used where they lie: nothing is copied, the memory is shared.
template <class E>
requires std::same_as<E, float> || std::same_as<E, bf16> || std::same_as<E, fp16>
    prepared prepare(simd_t, shared_matrix<E> w) {
    return prepared(prepared::storage(std::move(w)));
}
/// A view has no owner, so its weights are copied.
template <class E>
requires std::same_as<E, float> || std::same_as<E, bf16> || std::same_as<E, fp16>
    prepared prepare(simd_t, matrix_view<E const> w) {
    return prepared(prepared::storage(shared_matrix<E>(matrix<E>(w))));
}

namespace detail {

/// Formats whose codes are integers multiply as they are. A table of levels (nf4) is first put
/// on a grid of 255 integers, which moves a weight by at most scale / 254.
template <code_format Code> inline constexpr bool is_integer = requires(Code c) { c.value; };

template <code_format Code> int integer_of(Code code) {
    if constexpr (is_integer<Code>) {
        return code.value;
    } else {
        return static_cast<int>(std::lrint(static_cast<float>(code) / Code::largest * 127));
    }
}
template <code_format Code> inline constexpr float step_of =
    is_integer<Code> ? 1 : Code::largest / 127;

/// The columns of group 0, then those of group 1, …; empty when no reordering makes whole
/// groups.
template <code_format Code>
std::vector<std::int32_t> column_order(quantized_matrix<Code> const& w) {
    std::vector<std::int32_t> order(static_cast<std::size_t>(w.cols()));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return w.group_of(a) < w.group_of(b); });
    for (index_t j = 0; j < w.cols(); ++j) {
        if (w.group_of(order[static_cast<std::size_t>(j)]) != j / w.group_size()) { return {}; }
    }
    return order;
}

} // namespace detail

/// Quantized weights are packed into panels. Groups that are no multiple of 16 columns, or not
/// all of one size after sorting the columns, have no integer kernel: such a weight stays as it
/// is, and its rows are decoded when they are multiplied.
template <code_format Code> prepared prepare(simd_t, quantized_matrix<Code> const& w) {
    bool const scattered = !w.group_of_column().empty();
    std::vector<std::int32_t> order =
        scattered ? detail::column_order(w) : std::vector<std::int32_t>();
    bool const whole_groups = w.groups() <= 1 || w.group_size() % 16 == 0;
    if (!whole_groups || (scattered && order.empty())) {
        auto const kept = std::make_shared<quantized_matrix<Code> const>(w);
        return prepared(prepared::storage(decoded_rows_of{
            w.rows(), w.cols(), w.bytes(),
            [kept](index_t i, std::span<float> row) { kept->decode_row(i, row); }}));
    }
    panel_shape const shape{.rows = w.rows(),
                            .cols = w.cols(),
                            .group = w.group_size(),
                            .bits = detail::is_integer<Code> && Code::bits <= 4 ? 4 : 8,
                            .has_zeros = !w.symmetric()};
    ordered_panels<isa::native> result{
        {shape,
         [&](index_t i, index_t j) {
             index_t const column = order.empty() ? j : order[static_cast<std::size_t>(j)];
             return detail::integer_of(w.code(i, column));
         },
         [&](index_t i, index_t g) { return w.scale(i, g) * detail::step_of<Code>; },
         [&](index_t i, index_t g) { return detail::integer_of(w.zero(i, g)); }},
        {}};
    result.order = std::move(order);
    return prepared(prepared::storage(std::move(result)));
}

} // namespace qad

#endif

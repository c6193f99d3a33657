// SPDX-License-Identifier: MIT
// Chapter 4.2, "KV cache memory math" — chapters/4-attend/README.md#s4-2
#ifndef QAD_ATTEND_KV_ROW_HPP
#define QAD_ATTEND_KV_ROW_HPP

#include <qad/core/matrix.hpp>     // matrix
#include <qad/formats/format.hpp>  // number_format, code_format
#include <qad/formats/integer.hpp> // int8

#include <algorithm> // copy_n
#include <cmath>     // abs, isfinite
#include <concepts>  // floating_point
#include <span>      // span

namespace qad {

/// What a cache can be made of: float, double, bf16, fp16, or int8 codes behind a scale.
template <class E>
concept kv_element = std::floating_point<E> || (number_format<E> && sizeof(E) * 8 == E::bits);

/// Codes need a scale; the other elements are values already.
template <class E> inline constexpr bool is_scaled = code_format<E>;

/// A stored element as a T, without its scale.
template <std::floating_point T, kv_element E> constexpr T decode(E element) {
    if constexpr (std::floating_point<E>) {
        return static_cast<T>(element);
    } else {
        return static_cast<T>(static_cast<float>(element));
    }
}

/// The key or the value of one head at one position: value j is scale · values[j].
template <kv_element E> struct kv_row {
    std::span<E const> values;
    float scale = 1;
};

/// Neighbouring positions of one head: row i lies at values + i·stride, its scale at scales[i]
/// (`scales` is null where elements need none). For kernels that stream through the past.
template <kv_element E> struct kv_run {
    E const* values = nullptr;
    float const* scales = nullptr;
    index_t count = 0, stride = 0;
};

/// Stores x in `out` and returns the scale. Floats and 16-bit formats round each element; int8
/// takes one scale for the row, s = max|x| / 127, so that |x[j] − s·code[j]| ≤ s/2.
template <kv_element E, std::floating_point T>
float encode(std::span<E> out, std::span<T const> x) {
    float scale = 1;
    if constexpr (is_scaled<E>) {
        T largest = 0;
        for (T value : x) { largest = std::abs(value) > largest ? std::abs(value) : largest; }
        scale = static_cast<float>(largest) / E::largest;
        if (scale == 0) { scale = 1; } // a row of zeros: any scale will do but 0/0
    }
    for (std::size_t j = 0; j < x.size(); ++j) {
        if constexpr (std::floating_point<E>) {
            out[j] = static_cast<E>(x[j]);
        } else {
            auto const value = static_cast<float>(x[j]) / scale;
            out[j] = E::nearest(value);
            if (!std::isfinite(value) || !std::isfinite(static_cast<float>(out[j]))) {
                fail<shape_error>("a key or value of ", x[j], " does not fit the cache's ",
                                  E::bits, "-bit elements; keep the cache in bf16 or float "
                                  "(chapter 2.3)");
            }
        }
    }
    return scale;
}

/// Rows of head_dim elements, with their scales: the shelf that every cache keeps its rows on.
template <kv_element E> class kv_rows {
  public:
    kv_rows() = default;
    kv_rows(index_t rows, index_t head_dim)
        : values_(rows, head_dim), scales_(is_scaled<E> ? rows : 0, 1) {}

    template <std::floating_point T> void store(index_t row, std::span<T const> x) {
        float const scale = encode<E, T>(values_.row(row), x);
        if constexpr (is_scaled<E>) { scales_(row, 0) = scale; }
    }
    kv_row<E> row(index_t row) const {
        if constexpr (is_scaled<E>) { return {values_.row(row), scales_(row, 0)}; }
        return {values_.row(row)};
    }
    /// `count` rows from `row` on.
    kv_run<E> run(index_t row, index_t count) const {
        float const* scales = is_scaled<E> ? scales_.data() + row : nullptr;
        return {values_.data() + row * values_.cols(), scales, count, values_.cols()};
    }
    /// Copies `count` rows from row `from` on to row `to` on; the two ranges are apart.
    void copy(index_t from, index_t to, index_t count) {
        index_t const width = values_.cols();
        std::copy_n(values_.data() + from * width, count * width, values_.data() + to * width);
        if constexpr (is_scaled<E>) {
            std::copy_n(scales_.data() + from, count, scales_.data() + to);
        }
    }
    index_t bytes() const {
        return values_.size() * static_cast<index_t>(sizeof(E)) +
               scales_.size() * static_cast<index_t>(sizeof(float));
    }

  private:
    matrix<E> values_;
    matrix<float> scales_;
};

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// A weight as this processor wants to multiply with it.
#ifndef QAD_SIMD_PREPARED_HPP
#define QAD_SIMD_PREPARED_HPP

#include <qad/core/shared_matrix.hpp> // shared_matrix
#include <qad/formats/bf16.hpp>       // bf16
#include <qad/formats/fp16.hpp>       // fp16
#include <qad/simd/panels.hpp>        // panels

#include <cstdint>    // int32_t
#include <functional> // function
#include <span>       // span
#include <variant>    // variant
#include <vector>     // vector

namespace qad {

/// Integer panels, and the order of their columns: column j is column order[j] of the weight.
/// Empty when they are in order (GPTQ with activation order scatters the columns of a group).
template <class Isa> struct ordered_panels {
    panels<Isa> codes;
    std::vector<std::int32_t> order;
};

/// A weight that no kernel reads stays as it is stored: `decode(i, row)` makes row i floats
/// whenever a product needs it. Slow, but no larger than it was.
struct decoded_rows_of {
    index_t rows_ = 0, cols_ = 0, bytes_ = 0;
    std::function<void(index_t, std::span<float>)> decode;

    index_t rows() const { return rows_; }
    index_t cols() const { return cols_; }
    index_t bytes() const { return bytes_; }
};

/// One movable value for every kind of weight: made by `prepare`, used by `multiply`.
/// Floating-point weights stay in the memory that they came in; quantized ones are packed anew.
template <class Isa> class prepared_for {
  public:
    using storage = std::variant<shared_matrix<float>, shared_matrix<bf16>, shared_matrix<fp16>,
                                 ordered_panels<Isa>, decoded_rows_of>;

    prepared_for() = default;
    explicit prepared_for(storage kind) : kind_(std::move(kind)) {}

    index_t rows() const {
        return visit([](auto const& m) { return m.rows(); });
    }
    index_t cols() const {
        return visit([](auto const& m) { return m.cols(); });
    }
    /// Bytes of codes and scales, which is what decoding a token reads.
    index_t bytes() const {
        return visit([](auto const& m) { return m.bytes(); });
    }
    storage const& kind() const { return kind_; }
    /// The integer panels, or null.
    ordered_panels<Isa> const* quantized() const {
        return std::get_if<ordered_panels<Isa>>(&kind_);
    }

  private:
    template <class F> index_t visit(F f) const {
        return std::visit(
            [&](auto const& m) {
                if constexpr (requires { m.codes; }) {
                    return f(m.codes);
                } else {
                    return f(m);
                }
            },
            kind_);
    }
    storage kind_;
};

using prepared = prepared_for<isa::native>;

/// Row i as numbers, exactly what products multiply with: for the embedding of a token.
template <class T, class Isa>
void decode_row(prepared_for<Isa> const& w, index_t i, std::span<T> out) {
    std::visit(
        [&](auto const& m) {
            std::vector<float> whole;
            if constexpr (requires { m.decode; }) {
                whole.resize(out.size());
                m.decode(i, whole);
            }
            for (index_t j = 0; j < w.cols(); ++j) {
                auto const at = static_cast<std::size_t>(j);
                if constexpr (requires { m.codes; }) {
                    auto const column = m.order.empty() ? j : m.order[at];
                    out[static_cast<std::size_t>(column)] =
                        static_cast<T>(m.codes.decode(i, j));
                } else if constexpr (requires { m.decode; }) {
                    out[at] = static_cast<T>(whole[at]);
                } else {
                    out[at] = static_cast<T>(static_cast<float>(m.row(i)[at]));
                }
            }
        },
        w.kind());
}

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// Chapter 2.5, "Worked memory calculations" — chapters/2-formats/README.md#s2-5
#ifndef QAD_QUANTIZE_SCALE_ARRAY_HPP
#define QAD_QUANTIZE_SCALE_ARRAY_HPP

#include <qad/core/size.hpp>                 // index_t
#include <qad/formats/bf16.hpp>              // bf16
#include <qad/formats/fp16.hpp>              // fp16
#include <qad/quantize/double_quantized.hpp> // double_quantized

#include <cmath>   // isinf
#include <span>    // span
#include <utility> // move
#include <variant> // variant
#include <vector>  // vector

namespace qad {

/// How a scale is stored. Files that others open use fp16 or bf16; examples by hand use fp32.
/// Doubly quantized scales know each other: what one becomes depends on all of the matrix.
enum class scale_format { fp32, fp16, bf16, double_quantized };

/// Scales in the format they are stored in: what `[i]` returns is what a file would hold.
class scale_array {
  public:
    scale_array() = default;
    explicit scale_array(std::span<float const> values,
                         scale_format format = scale_format::fp32) {
        switch (format) {
        case scale_format::fp32:
            stored_ = std::vector(values.begin(), values.end());
            break;
        case scale_format::fp16:
            stored_ = rounded<fp16>(values);
            break;
        case scale_format::bf16:
            stored_ = rounded<bf16>(values);
            break;
        case scale_format::double_quantized:
            stored_ = qad::double_quantized(values);
            break;
        }
    }
    explicit scale_array(double_quantized scales) : stored_(std::move(scales)) {}

    std::size_t size() const {
        return std::visit([](auto const& v) { return v.size(); }, stored_);
    }
    float operator[](index_t i) const {
        auto const at = static_cast<std::size_t>(i);
        return std::visit([&](auto const& v) { return static_cast<float>(v[at]); }, stored_);
    }
    scale_format format() const { return static_cast<scale_format>(stored_.index()); }
    index_t bytes() const {
        if (auto const* twice = doubly()) { return twice->bytes(); }
        return static_cast<index_t>(size()) * (format() == scale_format::fp32 ? 4 : 2);
    }
    /// Calls f(span of values as stored) unless they are doubly quantized.
    template <class F> void visit_values(F&& f) const {
        std::visit(
            [&]<class V>(V const& v) {
                if constexpr (!std::is_same_v<V, qad::double_quantized>) {
                    f(std::span<typename V::value_type const>(v));
                }
            },
            stored_);
    }
    /// The parts of doubly quantized scales; null when they are not.
    qad::double_quantized const* doubly() const {
        return std::get_if<qad::double_quantized>(&stored_);
    }

    /// What `scale` becomes when it is stored by itself; the quantizer divides by this, not by
    /// the wish. (Double quantization is not known yet: the wish.)
    static float stored(float scale, scale_format format) {
        switch (format) {
        case scale_format::fp16:
            return usable<fp16>(scale);
        case scale_format::bf16:
            return usable<bf16>(scale);
        case scale_format::fp32:
        case scale_format::double_quantized:
            break;
        }
        return scale;
    }

  private:
    /// A scale must neither vanish nor overflow: both would lose the whole group silently.
    template <class Format> static float usable(float scale) {
        auto const kept = static_cast<float>(Format::nearest(scale));
        if (std::isinf(kept)) {
            fail<shape_error>("scale ", scale,
                              " overflows its 16-bit format; store the scales as "
                              "fp32 (chapter 2.3)");
        }
        // The smallest positive code: nearest would give 0, and 0 cannot be divided by.
        return kept == 0 && scale > 0 ? static_cast<float>(Format{1}) : kept;
    }
    template <class Format> static std::vector<Format> rounded(std::span<float const> values) {
        std::vector<Format> result;
        for (float value : values) { result.push_back(Format::nearest(usable<Format>(value))); }
        return result;
    }
    std::variant<std::vector<float>, std::vector<fp16>, std::vector<bf16>,
                 qad::double_quantized>
        stored_;
};

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// The scales of a panel in the fewest bytes that lose nothing.
#ifndef QAD_SIMD_PANEL_SCALES_HPP
#define QAD_SIMD_PANEL_SCALES_HPP

#include <qad/simd/dot.hpp> // dot_ops

#include <concepts> // same_as
#include <cstring>  // memcpy

namespace qad {

/// A scale in two parts, factor · step, step from −128 to 127. A few groups share a factor.
struct stepped_scale {
    float factor;
    int step;
};
constexpr float value_of(float scale) { return scale; }
constexpr float value_of(stepped_scale s) { return s.factor * static_cast<float>(s.step); }
constexpr float factor_of(float scale) { return scale; }
constexpr float factor_of(stepped_scale s) { return s.factor; }

/// Where the scales of a panel lie in it, one for each group and row:
///
///   factors [group / span][row]   fp16 where that loses nothing and is read fast, else float
///   steps [group][row]            a byte; absent where span is 1
///
/// Factor times step is exact where the factor has 16 bits.
template <class Isa> class panel_scales {
    using ops = dot_ops<Isa>;

  public:
    panel_scales() = default;
    /// From byte `at` on. `span` is a power of two.
    panel_scales(index_t at, index_t groups, index_t span, bool half) : at_(at), half_(half) {
        while (index_t{1} << shift_ < span) { ++shift_; }
        steps_at_ = at + lines(ceil_div(groups, span) * ops::rows * (half ? 2 : 4));
        end_ = steps_at_ + (span == 1 ? 0 : lines(groups * ops::rows));
    }

    /// The first byte behind them, at a cache line.
    index_t end() const { return end_; }
    static constexpr index_t lines(index_t bytes) { return ceil_div(bytes, 64) * 64; }

    /// The scales of the panel's rows, in a register.
    auto load(std::uint8_t const* panel, index_t group) const {
        std::uint8_t const* at = panel + at_;
        index_t const slot = (group >> shift_) * ops::rows;
        auto const factor = half_ ? ops::load(reinterpret_cast<fp16 const*>(at) + slot)
                                  : ops::load(reinterpret_cast<float const*>(at) + slot);
        if (shift_ == 0) { return factor; }
        auto const* step = reinterpret_cast<std::int8_t const*>(panel + steps_at_);
        return ops::multiply(factor, ops::load(step + group * ops::rows));
    }

    /// Writes that of one row and group; a factor is written by the first of its groups.
    template <class Scale>
    void store(std::uint8_t* panel, index_t r, index_t group, Scale scale) const {
        index_t const slot = (group >> shift_) * ops::rows + r;
        float const factor = factor_of(scale);
        if (half_) {
            auto const half = fp16::nearest(factor);
            std::memcpy(panel + at_ + 2 * slot, &half, 2);
        } else {
            std::memcpy(panel + at_ + 4 * slot, &factor, 4);
        }
        if constexpr (std::same_as<Scale, stepped_scale>) {
            panel[steps_at_ + group * ops::rows + r] = static_cast<std::uint8_t>(scale.step);
        }
    }

  private:
    index_t at_ = 0, steps_at_ = 0, end_ = 0;
    int shift_ = 0;
    bool half_ = false;
};

} // namespace qad

#endif

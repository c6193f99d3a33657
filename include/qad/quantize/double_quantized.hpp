// SPDX-License-Identifier: MIT
// Chapter 5.4, "QLoRA" — chapters/5-adapt/README.md#s5-4
#ifndef QAD_QUANTIZE_DOUBLE_QUANTIZED_HPP
#define QAD_QUANTIZE_DOUBLE_QUANTIZED_HPP

#include <qad/core/size.hpp>        // index_t
#include <qad/formats/dynamic8.hpp> // dynamic8

#include <algorithm> // max
#include <cmath>     // fabs
#include <span>      // span
#include <vector>    // vector

namespace qad {

/// Scales quantized once more (Dettmers et al. 2023, "QLoRA", §3, "Double Quantization"):
///
///   scale[i] ≈ offset + block_scale[i / 256] · code[i]     code: dynamic8, offset: the mean
///
/// 8 bits for a scale, and 32 for 256 of them: with groups of 64 that is 8/64 + 32/(64·256) =
/// 0.127 bits a weight instead of 0.5. Values and order are those of bitsandbytes. No scale
/// moves more than half of the widest gap between levels, 0.0072 times its block_scale, which
/// is the block's largest |scale − offset|.
class double_quantized {
  public:
    static constexpr index_t block = 256;

    double_quantized() = default;
    explicit double_quantized(std::span<float const> scales) {
        double sum = 0;
        for (float s : scales) { sum += s; }
        offset_ = scales.empty() ? 0.0f
                                 : static_cast<float>(sum / static_cast<double>(scales.size()));
        for (std::size_t first = 0; first < scales.size(); first += block) {
            auto const part =
                scales.subspan(first, std::min<std::size_t>(block, scales.size() - first));
            float largest = 0;
            for (float s : part) { largest = std::max(largest, std::fabs(s - offset_)); }
            block_scales_.push_back(largest);
            for (float s : part) {
                codes_.push_back(
                    dynamic8::nearest(largest > 0 ? (s - offset_) / largest : 0.0f));
            }
        }
    }
    /// From a file.
    double_quantized(std::vector<dynamic8> codes, std::vector<float> block_scales, float offset)
        : codes_(std::move(codes)), block_scales_(std::move(block_scales)), offset_(offset) {
        auto const blocks = ceil_div(static_cast<index_t>(codes_.size()), block);
        if (static_cast<index_t>(block_scales_.size()) != blocks) {
            fail<shape_error>(codes_.size(), " doubly quantized scales need ", blocks,
                              " block scales, not ", block_scales_.size(), " (chapter 5.4)");
        }
    }

    std::size_t size() const { return codes_.size(); }
    float operator[](std::size_t i) const {
        return static_cast<float>(codes_[i]) * block_scales_[i / block] + offset_;
    }
    index_t bytes() const {
        return static_cast<index_t>(codes_.size() + 4 * block_scales_.size() + 4);
    }

    std::span<dynamic8 const> codes() const { return codes_; }
    std::span<float const> block_scales() const { return block_scales_; }
    float offset() const { return offset_; }

  private:
    std::vector<dynamic8> codes_;
    std::vector<float> block_scales_;
    float offset_ = 0;
};

} // namespace qad

#endif

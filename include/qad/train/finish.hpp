// SPDX-License-Identifier: MIT
// What training leaves behind: a model like any other.
#ifndef QAD_TRAIN_FINISH_HPP
#define QAD_TRAIN_FINISH_HPP

#include <qad/model/scheme.hpp> // round_to
#include <qad/train/learn.hpp>  // trained_model

namespace qad {

/// The learned weights in bf16, rounded to nearest, as models are stored: half the bytes, and a
/// relative error of at most 2⁻⁸ in each weight, once. Frozen weights stay what they were.
inline transformer<float, weight> finish(trained_model<float>&& model) {
    model.config.dtype = "bfloat16";
    return convert_weights(std::move(model), [](trained_weight<float> w) -> weight {
        if (!w.learned()) { return std::move(std::get<weight>(w.base)); }
        return round_to(std::get<matrix<float>>(w.base), {.format = weight_format::bf16});
    });
}

} // namespace qad

#endif

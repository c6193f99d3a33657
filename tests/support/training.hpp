// SPDX-License-Identifier: MIT
// Twenty steps of PyTorch, to be repeated (goldens/make_training_golden.py).
#ifndef QAD_TESTS_SUPPORT_TRAINING_HPP
#define QAD_TESTS_SUPPORT_TRAINING_HPP

#include "golden.hpp" // golden_directory

#include <qad/model/load.hpp>           // load
#include <qad/simd/attend_gradient.hpp> // the layers' gradients on this backend
#include <qad/simd/loss.hpp>            // cross_entropy_row
#include <qad/train/trainer.hpp>        // trainer

namespace qad::test {

inline safetensors_file const& pytorch() {
    static safetensors_file const file(golden_directory() / "training.safetensors");
    return file;
}
inline training_batch batch_of(index_t step) {
    auto const& tensor = pytorch().at("tokens");
    auto const* tokens = reinterpret_cast<std::int32_t const*>(tensor.bytes.data());
    training_batch batch;
    for (index_t i = 0; i < 4; ++i) {
        batch.add({tokens + (step * 4 + i) * 12, 12}, i == 1 ? 3 : 1);
    }
    return batch;
}
inline training_options like_pytorch() {
    return {.steps = 20, .rate = {5e-3}, .adam = {.9, .97, 1e-8, .05}};
}
/// The base of the LoRA run with its adapters as PyTorch began.
inline trained_model<float> adapted() {
    auto model = freeze(load(golden_directory() / "llama-bias"));
    auto fresh = make_adapter(model.config, {{.rank = 4, .alpha = 8}}, 1);
    for (auto& [name, delta] : fresh.layers) {
        delta.down = float_matrix(pytorch().at(name + ".lora_A.weight"));
    }
    learn_beside(model, fresh);
    return model;
}

} // namespace qad::test

#endif

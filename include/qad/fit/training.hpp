// SPDX-License-Identifier: MIT
// Chapter 5.1, "Why full fine-tuning hurts" — chapters/5-adapt/README.md#s5-1
#ifndef QAD_FIT_TRAINING_HPP
#define QAD_FIT_TRAINING_HPP

#include <qad/fit/adapters.hpp> // lora_parameters
#include <qad/fit/ledger.hpp>   // ledger
#include <qad/fit/weights.hpp>  // weight_bytes

#include <optional> // optional

namespace qad {

enum class training_method { full, lora, qlora };

/// Bytes that each trained parameter costs, by purpose. The default is Adam in mixed precision:
/// 2 + 2 + 4 + 4 + 4 = 16.
struct training_state {
    double weights = 2;       ///< the copy that the forward pass reads
    double gradients = 2;
    double master = 4;        ///< the fp32 copy that small steps are added to
    double first_moment = 4;  ///< Adam's m
    double second_moment = 4; ///< Adam's v

    constexpr double total() const {
        return weights + gradients + master + first_moment + second_moment;
    }
};
inline constexpr training_state adam_mixed{};
inline constexpr training_state adam_fp32{4, 4, 0, 4, 4};
inline constexpr training_state adam_8bit{2, 2, 4, 1, 1};
inline constexpr training_state sgd_mixed{2, 2, 4, 0, 0};

struct training_plan {
    training_method method = training_method::full;
    training_state state = adam_mixed;
    index_t rank = 16;               ///< LoRA, QLoRA
    linears targets = linears::all;  ///< LoRA, QLoRA
    /// Of the frozen model; absent: 16 bits for LoRA; for QLoRA, nf4 with double quantization
    /// in the linear layers and 16 bits for embedding and head.
    std::optional<weight_storage> base = {};
    index_t tokens = 0; ///< of a batch; 0: no line for activations
};

/// Logits of a batch: tokens · vocabulary numbers in fp32. Often the peak of a small model.
constexpr byte_count logits_bytes(model_shape const& s, index_t tokens) {
    return packed_bytes(checked_mul(tokens, s.vocabulary), 32);
}

/// The memory of training, line by line.
///
///   full:   weights 2 + gradients 2 + master 4 + m 4 + v 4 = 16 bytes for each parameter
///   LoRA:   the frozen weights, and those 16 bytes for each parameter of the adapter
///   QLoRA:  the same, with a frozen base of 4.127 bits (Dettmers et al. 2023, "QLoRA", §3)
///
/// Activations with checkpointing are the inputs of the layers (16 bits), the logits and their
/// gradient. The layer that is just being computed needs room of its own: measure that.
constexpr ledger training_ledger(model_shape const& s, training_plan const& plan = {}) {
    ledger sum;
    index_t trained = parameters(s);

    // The frozen base: read, never written.
    if (plan.method != training_method::full) {
        weight_storage base{.linear = in_fp16};
        if (plan.method == training_method::qlora) {
            base = {.linear = in_nf4_double, .embedding = in_fp16};
        }
        sum.add("frozen weights", trained, weight_bytes(s, plan.base.value_or(base)).total());
        trained = lora_parameters(s, plan.rank, plan.targets);
    }

    // What is trained: the model or its adapter.
    training_state const& state = plan.state;
    sum.add("weights", trained, packed_bytes(trained, 8 * state.weights));
    sum.add("gradients", trained, packed_bytes(trained, 8 * state.gradients));
    sum.add("master weights", trained, packed_bytes(trained, 8 * state.master));
    sum.add("first moment", trained, packed_bytes(trained, 8 * state.first_moment));
    sum.add("second moment", trained, packed_bytes(trained, 8 * state.second_moment));

    // What the batch leaves between forward and backward.
    index_t const inputs = checked_mul(checked_mul(plan.tokens, s.layers), s.hidden);
    index_t const logits = checked_mul(plan.tokens, s.vocabulary);
    sum.add("layer inputs", inputs, packed_bytes(inputs, 16));
    sum.add("logits and gradient", 2 * logits, 2 * logits_bytes(s, plan.tokens));
    return sum;
}

} // namespace qad

#endif

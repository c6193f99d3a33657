// SPDX-License-Identifier: MIT
// Chapter 5.6, "Full fine-tune vs PEFT vs prompt vs RAG" — chapters/5-adapt/README.md#s5-6
#ifndef QAD_DECIDE_APPROACH_HPP
#define QAD_DECIDE_APPROACH_HPP

#include <array>       // array
#include <string_view> // string_view

namespace qad {

/// What to do next. `adapt` is a rule's word for "train something"; which method, the memory
/// decides, so no verdict contains it.
enum class approach {
    not_enough_evidence,
    keep,
    prompt,
    collect_pairs,
    better_retrieval,
    retrieval,
    adapt,
    lora,
    qlora,
    full,
    retrieval_and_lora,
    retrieval_and_qlora,
    retrieval_and_full,
    smaller_model,
    hosted,
    quantize,
    less_kv,
};
inline constexpr std::array<std::string_view, 17> approach_names{
    "not enough evidence",
    "keep as it is",
    "prompt",
    "collect labelled pairs first",
    "improve retrieval first",
    "retrieval",
    "adapt",
    "LoRA",
    "QLoRA",
    "full fine-tuning",
    "retrieval and LoRA",
    "retrieval and QLoRA",
    "retrieval and full fine-tuning",
    "a smaller model",
    "hosted API",
    "quantize",
    "less KV cache per request"};
constexpr std::string_view name_of(approach a) {
    return approach_names[static_cast<std::size_t>(a)];
}

/// The questions in the order of their cost: is there evidence; what must be looked up; what
/// must be learned; by which method; and how is it served. In each, the first rule that applies
/// decides.
enum class decision_stage { evidence, knowledge, behaviour, method, serving };

} // namespace qad

#endif

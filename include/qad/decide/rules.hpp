// SPDX-License-Identifier: MIT
// Chapter 5.6, "Full fine-tune vs PEFT vs prompt vs RAG" — chapters/5-adapt/README.md#s5-6
#ifndef QAD_DECIDE_RULES_HPP
#define QAD_DECIDE_RULES_HPP

#include <qad/decide/approach.hpp>   // approach, decision_stage
#include <qad/decide/break_even.hpp> // break_even
#include <qad/decide/situation.hpp>  // situation

namespace qad {

/// One rule: where it stands, what it looks at, what it gives, and why.
struct decision_rule {
    std::string_view name;
    decision_stage where;
    std::string_view property; ///< that decides, by its name
    approach gives;
    std::string_view section;
    std::string_view why;
    bool (*applies)(situation const&);
};

/// The thresholds. They are judgement, not measurement; change them and see what flips.
inline constexpr double fewest_pairs = 50;   ///< below, training shows nothing
inline constexpr double enough_pairs = 1000; ///< good ones, from which facts can be trained in
inline constexpr double fewest_items = 30;   ///< of an evaluation
inline constexpr double good_recall = 0.8;   ///< of a retriever that may be relied on

namespace rules {

constexpr bool yes(answer a) { return a == answer::yes; }
constexpr bool no(answer a) { return a == answer::no; }
constexpr bool below(std::optional<double> const& a, std::optional<double> const& b) {
    return a && b && *a < *b;
}

// Evidence.
constexpr bool no_eval(situation const& s) { return no(s.held_out_eval); }
constexpr bool leaked_eval(situation const& s) { return yes(s.trained_on_eval); }
constexpr bool small_eval(situation const& s) { return below(s.eval_items, fewest_items); }

// Knowledge: what has to be looked up because weights cannot do it.
constexpr bool source_needed(situation const& s) { return yes(s.facts) && yes(s.must_cite); }
constexpr bool deletion(situation const& s) { return yes(s.facts) && yes(s.must_delete); }
constexpr bool rights(situation const& s) { return yes(s.facts) && yes(s.access_per_user); }
constexpr bool moving_facts(situation const& s) {
    return yes(s.facts) && below(s.facts_change_days, s.retrain_days);
}
constexpr bool must_look_up(situation const& s) {
    return source_needed(s) || deletion(s) || rights(s) || moving_facts(s);
}
constexpr bool has_pairs(situation const& s) {
    return s.labelled_pairs && *s.labelled_pairs >= enough_pairs && !yes(s.pairs_are_noisy);
}
constexpr bool pays_off(situation const& s, std::optional<double> const& tokens) {
    return s.requests && s.training_cost && tokens && s.cost_per_million && *tokens > 0 &&
           *s.cost_per_million > 0 &&
           *s.requests > break_even({*s.training_cost, *tokens, *s.cost_per_million});
}
constexpr bool facts_by_traffic(situation const& s) {
    return yes(s.facts) && !must_look_up(s) && has_pairs(s) && pays_off(s, s.passage_tokens);
}
constexpr bool long_passages(situation const& s) { return yes(s.facts) && no(s.passages_fit); }
constexpr bool weak_retriever(situation const& s) {
    return yes(s.facts) && below(s.recall_at_k, good_recall);
}
constexpr bool look_up_first(situation const& s) { return yes(s.facts); }

// Behaviour: what has to be said, or learned.
constexpr bool gap(situation const& s) { return yes(s.behaviour) || yes(s.deep_skill); }
constexpr bool form_by_traffic(situation const& s) {
    return yes(s.behaviour) && yes(s.few_shot_fixes) && pays_off(s, s.example_tokens) &&
           !below(s.labelled_pairs, fewest_pairs);
}
constexpr bool prompt_works(situation const& s) { return gap(s) && yes(s.few_shot_fixes); }
constexpr bool prompt_untried(situation const& s) {
    return gap(s) && s.few_shot_fixes == answer::unknown;
}
constexpr bool few_pairs(situation const& s) {
    return gap(s) && below(s.labelled_pairs, fewest_pairs);
}
constexpr bool noisy_pairs(situation const& s) { return gap(s) && yes(s.pairs_are_noisy); }
constexpr bool prompt_fails(situation const& s) { return gap(s) && no(s.few_shot_fixes); }
constexpr bool words_only(situation const& s) { return yes(s.instructions); }

// Method: which training fits.
constexpr bool plateau_fits(situation const& s) {
    return yes(s.lora_plateaued) && !below(s.memory_gb, s.full_gb);
}
constexpr bool qlora_too_big(situation const& s) {
    return below(s.memory_gb, s.lora_gb) && below(s.memory_gb, s.qlora_gb);
}
constexpr bool lora_too_big(situation const& s) { return below(s.memory_gb, s.lora_gb); }
constexpr bool always(situation const&) { return true; }

// Serving.
constexpr bool somebody_serves(situation const& s) {
    return yes(s.hosted_api) && !yes(s.data_must_stay);
}
constexpr bool users_fill_it(situation const& s) { return yes(s.fails_under_load); }
constexpr bool presses(situation const& s) { return no(s.weights_fit) || yes(s.cost_hurts); }
constexpr bool rounding_hurts(situation const& s) {
    return presses(s) && no(s.quantized_holds);
}
constexpr bool too_big(situation const& s) { return no(s.weights_fit); }
constexpr bool too_dear(situation const& s) { return yes(s.cost_hurts); }
constexpr bool at_ease(situation const& s) { return yes(s.weights_fit) && no(s.cost_hurts); }

} // namespace rules

inline constexpr std::array decision_rules{
    decision_rule{"no eval", decision_stage::evidence, "held_out_eval",
                  approach::not_enough_evidence, "6.5",
                  "without a held-out set no change can be judged", rules::no_eval},
    decision_rule{"leaked eval", decision_stage::evidence, "trained_on_eval",
                  approach::not_enough_evidence, "6.5",
                  "questions that were trained on measure memory", rules::leaked_eval},
    decision_rule{"small eval", decision_stage::evidence, "eval_items",
                  approach::not_enough_evidence, "6.5",
                  "the interval of fewer than 30 items holds almost every difference",
                  rules::small_eval},
    decision_rule{"long passages", decision_stage::knowledge, "passages_fit",
                  approach::better_retrieval, "4.2",
                  "passages that do not fit help nobody: fewer, shorter, or a bounded context",
                  rules::long_passages},
    decision_rule{"facts by traffic", decision_stage::knowledge, "requests", approach::adapt,
                  "5.6",
                  "stable facts and many pairs: beyond the break-even training is cheaper",
                  rules::facts_by_traffic},
    decision_rule{
        "weak retriever", decision_stage::knowledge, "recall_at_k", approach::better_retrieval,
        "6.6", "an answer can be no better than what was found: below 0.8, fix finding first",
        rules::weak_retriever},
    decision_rule{"source", decision_stage::knowledge, "must_cite", approach::retrieval, "6.6",
                  "weights cannot say where they have an answer from", rules::source_needed},
    decision_rule{"deletion", decision_stage::knowledge, "must_delete", approach::retrieval,
                  "6.6", "an entry is deleted in one step, a weight is not", rules::deletion},
    decision_rule{"rights", decision_stage::knowledge, "access_per_user", approach::retrieval,
                  "6.6", "weights answer everybody alike; a search can ask who is asking",
                  rules::rights},
    decision_rule{"moving facts", decision_stage::knowledge, "facts_change_days",
                  approach::retrieval, "5.6",
                  "the facts change faster than a model can be trained and released",
                  rules::moving_facts},
    decision_rule{"look up first", decision_stage::knowledge, "facts", approach::retrieval,
                  "5.6", "looking facts up costs no training and shows what was used",
                  rules::look_up_first},
    decision_rule{"form by traffic", decision_stage::behaviour, "requests", approach::adapt,
                  "5.6",
                  "examples in every prompt cost more than training: beyond the break-even",
                  rules::form_by_traffic},
    decision_rule{"prompt works", decision_stage::behaviour, "few_shot_fixes", approach::prompt,
                  "5.6", "examples in the prompt were measured to be enough",
                  rules::prompt_works},
    decision_rule{"prompt untried", decision_stage::behaviour, "few_shot_fixes",
                  approach::prompt, "5.6",
                  "nobody measured what a few examples do, and they cost nothing to try",
                  rules::prompt_untried},
    decision_rule{"few pairs", decision_stage::behaviour, "labelled_pairs",
                  approach::collect_pairs, "5.6",
                  "fewer than 50 pairs cannot show that training helped", rules::few_pairs},
    decision_rule{"noisy pairs", decision_stage::behaviour, "pairs_are_noisy",
                  approach::collect_pairs, "5.6",
                  "a model learns the contradictions too: clean a few hundred first",
                  rules::noisy_pairs},
    decision_rule{"prompt fails", decision_stage::behaviour, "few_shot_fixes", approach::adapt,
                  "5.6", "examples in the prompt were measured and are not enough",
                  rules::prompt_fails},
    decision_rule{"words only", decision_stage::behaviour, "instructions", approach::prompt,
                  "5.6", "what the model is told can be told in the prompt", rules::words_only},
    decision_rule{"plateau", decision_stage::method, "lora_plateaued", approach::full, "5.3",
                  "LoRA was measured to have reached its end", rules::plateau_fits},
    decision_rule{"nothing fits", decision_stage::method, "memory_gb", approach::smaller_model,
                  "5.4", "not even the 4-bit base can be trained in this memory",
                  rules::qlora_too_big},
    decision_rule{"LoRA too big", decision_stage::method, "memory_gb", approach::qlora, "5.4",
                  "the frozen 16-bit base does not fit, its 4-bit copy does",
                  rules::lora_too_big},
    decision_rule{"LoRA first", decision_stage::method, "lora_gb", approach::lora, "5.2",
                  "the cheapest training that keeps the base as it is", rules::always},
    decision_rule{"hosted", decision_stage::serving, "hosted_api", approach::hosted, "3.7",
                  "who serves it owns its memory: there is nothing to quantize",
                  rules::somebody_serves},
    decision_rule{"users fill it", decision_stage::serving, "fails_under_load",
                  approach::less_kv, "4.1",
                  "weights that load and fill up with users are not the problem: the cache is",
                  rules::users_fill_it},
    decision_rule{"rounding hurts", decision_stage::serving, "quantized_holds",
                  approach::smaller_model, "3.6",
                  "the quantized model was measured and lost: fewer weights, not bits",
                  rules::rounding_hurts},
    decision_rule{"too big", decision_stage::serving, "weights_fit", approach::quantize, "1.1",
                  "the weights do not fit the target", rules::too_big},
    decision_rule{"too dear", decision_stage::serving, "cost_hurts", approach::quantize, "3.7",
                  "fewer bytes read for a token: measure what becomes of it", rules::too_dear},
    decision_rule{"at ease", decision_stage::serving, "weights_fit", approach::keep, "3.7",
                  "it fits and costs little enough: quantizing would only add a risk",
                  rules::at_ease},
};
using rule_set = std::array<bool, decision_rules.size()>;

/// All rules, or all but one.
constexpr rule_set every_rule() {
    rule_set all{};
    for (bool& one : all) { one = true; }
    return all;
}
constexpr rule_set all_but(std::size_t index) {
    rule_set rest = every_rule();
    rest[index] = false;
    return rest;
}

} // namespace qad

#endif

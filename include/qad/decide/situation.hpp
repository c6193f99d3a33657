// SPDX-License-Identifier: MIT
// Chapter 5.6, "Full fine-tune vs PEFT vs prompt vs RAG" — chapters/5-adapt/README.md#s5-6
#ifndef QAD_DECIDE_SITUATION_HPP
#define QAD_DECIDE_SITUATION_HPP

#include <qad/core/error.hpp> // text

#include <array>       // array
#include <optional>    // optional
#include <string>      // string
#include <string_view> // string_view
#include <variant>     // variant

namespace qad {

/// Not asked or not measured is not the same as no.
enum class answer { unknown, no, yes };

/// What a decision is made from. Each property is stated or measured by somebody; what nobody
/// knows stays unknown, and no rule guesses it. A number that nobody measured is absent.
struct situation {
    // What must change?
    answer instructions = {}; ///< what the model is told to do
    answer behaviour = {};    ///< tone, format, tool syntax, vocabulary, a narrow skill
    answer facts = {};        ///< what the model has to know
    answer deep_skill = {};   ///< what it cannot do at all: a new language, a way of reasoning

    // The facts.
    std::optional<double> facts_change_days = {}; ///< days between two changes
    std::optional<double> retrain_days = {};      ///< from new data to a released model
    answer must_cite = {}, must_delete = {}, access_per_user = {};
    std::optional<double> recall_at_k = {}; ///< of the retriever, on real questions
    answer passages_fit = {}; ///< k passages beside prompt and answer, in context and KV budget

    // The behaviour.
    answer few_shot_fixes = {}; ///< measured with a few examples in the prompt
    std::optional<double> labelled_pairs = {};
    answer pairs_are_noisy = {};
    answer lora_plateaued = {}; ///< measured: a higher rank and more data no longer help

    // Memory of training, in GB of the target; see training_ledger.
    std::optional<double> memory_gb = {}, full_gb = {}, lora_gb = {}, qlora_gb = {};

    // Serving.
    answer hosted_api = {};     ///< somebody serves a model that does it
    answer data_must_stay = {}; ///< requests may not leave the house
    answer weights_fit = {};    ///< in the format of today, on the target
    answer fails_under_load =
        {};                 ///< loads and answers, then runs out with users or long prompts
    answer cost_hurts = {}; ///< latency or cost per request
    answer quantized_holds = {}; ///< measured: no distinguishable loss on the held-out set

    // Money, in one currency; see break_even.
    std::optional<double> training_cost = {}, cost_per_million = {};
    std::optional<double> example_tokens = {}, passage_tokens = {}; ///< added to each request
    std::optional<double> requests = {}; ///< expected while the trained model lives

    // The evidence itself.
    answer held_out_eval = {};             ///< a set that no training saw exists
    answer trained_on_eval = {};           ///< some of its questions were trained on
    std::optional<double> eval_items = {}; ///< for each figure that the decision hangs on

    constexpr bool operator==(situation const&) const = default;
};

/// A property by its name in files, the question that asks for it, and where it is explained.
struct property {
    std::string_view name, question, section;
    std::variant<answer situation::*, std::optional<double> situation::*> at;
    double lowest = 0, highest = 1e18; ///< of a number
};

inline constexpr std::array properties{
    property{"instructions", "Is it enough to tell the model something else to do?", "5.6",
             &situation::instructions},
    property{"behaviour", "Must tone, format, tool syntax or vocabulary change?", "5.6",
             &situation::behaviour},
    property{"facts", "Must it know facts that it does not know?", "5.6", &situation::facts},
    property{"deep_skill", "Must it learn something that it cannot do at all?", "5.3",
             &situation::deep_skill},
    property{"facts_change_days", "How many days pass between two changes of the facts?", "5.6",
             &situation::facts_change_days},
    property{"retrain_days", "How many days from new data to a released model?", "5.6",
             &situation::retrain_days},
    property{"must_cite", "Must an answer name its source?", "6.6", &situation::must_cite},
    property{"must_delete", "Must a fact be removable on request?", "6.6",
             &situation::must_delete},
    property{"access_per_user", "Do users have different rights to the facts?", "6.6",
             &situation::access_per_user},
    property{"recall_at_k", "Share of real questions whose passage is retrieved (0 to 1)?",
             "6.6", &situation::recall_at_k, 0, 1},
    property{"passages_fit", "Do the passages fit into context and KV budget?", "4.2",
             &situation::passages_fit},
    property{"few_shot_fixes", "Measured: do a few examples in the prompt fix it?", "5.6",
             &situation::few_shot_fixes},
    property{"labelled_pairs", "How many labelled pairs are there?", "5.6",
             &situation::labelled_pairs},
    property{"pairs_are_noisy", "Are many of them wrong or contradictory?", "5.6",
             &situation::pairs_are_noisy},
    property{"lora_plateaued", "Measured: has LoRA stopped improving with rank and data?",
             "5.3", &situation::lora_plateaued},
    property{"memory_gb", "How many GB has the machine that trains?", "5.1",
             &situation::memory_gb},
    property{"full_gb", "GB that full fine-tuning takes (qad fit --train full)?", "5.1",
             &situation::full_gb},
    property{"lora_gb", "GB that LoRA takes (qad fit --train lora)?", "5.2",
             &situation::lora_gb},
    property{"qlora_gb", "GB that QLoRA takes (qad fit --train qlora)?", "5.4",
             &situation::qlora_gb},
    property{"hosted_api", "Does a hosted API do the task well enough?", "3.7",
             &situation::hosted_api},
    property{"data_must_stay", "Must requests stay in the house?", "3.7",
             &situation::data_must_stay},
    property{"weights_fit", "Do the weights, as stored today, fit the target?", "1.1",
             &situation::weights_fit},
    property{"fails_under_load", "Does it load, and then run out with users or long prompts?",
             "4.1", &situation::fails_under_load},
    property{"cost_hurts", "Does latency or cost per request hurt?", "3.7",
             &situation::cost_hurts},
    property{"quantized_holds", "Measured: no distinguishable loss after quantizing?", "3.6",
             &situation::quantized_holds},
    property{"training_cost", "What does one training run cost?", "5.6",
             &situation::training_cost},
    property{"example_tokens", "Tokens that examples in the prompt add to each request?", "5.6",
             &situation::example_tokens},
    property{"passage_tokens", "Tokens that retrieved passages add to each request?", "5.6",
             &situation::passage_tokens},
    property{"cost_per_million", "Price of a million prompt tokens?", "5.6",
             &situation::cost_per_million},
    property{"requests", "Requests while a trained model stays in use?", "5.6",
             &situation::requests},
    property{"held_out_eval", "Is there an evaluation set that no training saw?", "6.5",
             &situation::held_out_eval},
    property{"trained_on_eval", "Were any of its questions trained on?", "6.5",
             &situation::trained_on_eval},
    property{"eval_items", "How many items stand behind the figure that decides?", "6.5",
             &situation::eval_items},
};

constexpr property const* find_property(std::string_view name) {
    for (property const& p : properties) {
        if (p.name == name) { return &p; }
    }
    return nullptr;
}

/// Stated at all?
constexpr bool is_known(situation const& s, property const& p) {
    if (auto const* at = std::get_if<0>(&p.at)) { return s.**at != answer::unknown; }
    return (s.*std::get<1>(p.at)).has_value();
}

/// The property as a file writes it: "yes", "12", "unknown".
inline std::string value_text(situation const& s, property const& p) {
    if (!is_known(s, p)) { return "unknown"; }
    if (auto const* at = std::get_if<0>(&p.at)) { return s.**at == answer::yes ? "yes" : "no"; }
    return text(*(s.*std::get<1>(p.at)));
}

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// Chapter 5.6, "Full fine-tune vs PEFT vs prompt vs RAG" — chapters/5-adapt/README.md#s5-6
#ifndef QAD_DECIDE_DECIDE_HPP
#define QAD_DECIDE_DECIDE_HPP

#include <qad/decide/rules.hpp> // decision_rules

#include <vector> // vector

namespace qad {

/// Why: the rule that decided one question, with the property it looked at.
struct reason {
    std::string_view rule, property, why, section;
    constexpr bool operator==(reason const&) const = default;
};

/// Reasons, one at most for each question.
class reasons {
  public:
    constexpr void add(decision_rule const& r) {
        list_[used_++] = {r.name, r.property, r.why, r.section};
    }
    constexpr reason const* begin() const { return list_.data(); }
    constexpr reason const* end() const { return list_.data() + used_; }
    constexpr std::size_t size() const { return used_; }
    constexpr bool name(std::string_view property) const {
        for (reason const& r : *this) {
            if (r.property == property) { return true; }
        }
        return false;
    }

  private:
    std::array<reason, 5> list_{};
    std::size_t used_ = 0;
};

/// What to do next, how it is served, and why.
struct verdict {
    approach what = approach::not_enough_evidence;
    approach serving = approach::not_enough_evidence; ///< nothing stated: not enough evidence
    reasons because;
};

/// The cheapest step that the stated properties justify. In the order of cost: is there
/// evidence at all; look facts up; say it in the prompt; train an adapter; train everything;
/// then make serving cheaper. `active` switches rules off, to see what each is good for.
///
///   decide({.facts = answer::yes, .must_cite = answer::yes}).what == approach::retrieval
constexpr verdict decide(situation const& s, rule_set const& active = every_rule()) {
    // The first rule that applies, for one question.
    auto const ask = [&](decision_stage where) -> decision_rule const* {
        for (std::size_t i = 0; i < decision_rules.size(); ++i) {
            decision_rule const& r = decision_rules[i];
            if (active[i] && r.where == where && r.applies(s)) { return &r; }
        }
        return nullptr;
    };
    verdict v;
    auto const claim = [&](decision_rule const* r) {
        if (r) { v.because.add(*r); }
        return r ? r->gives : approach::not_enough_evidence;
    };
    using enum approach;

    // No evidence: nothing else is worth saying.
    if (auto const* r = ask(decision_stage::evidence)) {
        v.what = claim(r);
        return v;
    }
    decision_rule const* const served = ask(decision_stage::serving);
    if (served) { v.serving = served->gives; }

    // What must be looked up, and what must be learned?
    auto const knowledge = claim(ask(decision_stage::knowledge));
    auto const behaviour = claim(ask(decision_stage::behaviour));
    bool const train = knowledge == adapt || behaviour == adapt;
    auto const method = train ? claim(ask(decision_stage::method)) : not_enough_evidence;
    if (served) { v.because.add(*served); }

    if (knowledge == better_retrieval) {
        v.what = better_retrieval; // before anything is built on it
    } else if (train && method == smaller_model) {
        v.what = smaller_model;
    } else if (knowledge == retrieval && behaviour == adapt) {
        v.what = method == lora    ? retrieval_and_lora
                 : method == qlora ? retrieval_and_qlora
                 : method == full  ? retrieval_and_full
                                   : not_enough_evidence;
    } else if (train) {
        v.what = method;
    } else if (knowledge == retrieval) {
        v.what = retrieval; // with a prompt, or while pairs are collected
    } else if (behaviour == collect_pairs) {
        v.what = collect_pairs;
    } else if (behaviour == prompt) {
        v.what = prompt;
    } else {
        v.what = v.serving; // nothing must change: only serving is left
    }
    return v;
}

/// A property that would change the verdict, with the value that would.
struct decision_flip {
    std::string_view property;
    std::string_view to; ///< "yes", "no"
    approach becomes;
};

/// The minimal pairs of a situation: which single answer, turned round or found out, gives
/// another verdict. What is still unknown and stands here is worth asking.
inline std::vector<decision_flip> flips_of(situation const& s) {
    std::vector<decision_flip> list;
    auto const now = decide(s);
    for (property const& p : properties) {
        auto const* const at = std::get_if<0>(&p.at);
        if (!at) { continue; }
        for (answer other : {answer::no, answer::yes}) {
            situation changed = s;
            changed.** at = other;
            auto const then = decide(changed);
            if (s.**at == other || then.what == now.what) { continue; }
            list.push_back({p.name, other == answer::yes ? "yes" : "no", then.what});
        }
    }
    return list;
}

static_assert(decide({.facts = answer::yes, .must_cite = answer::yes}).what ==
              approach::retrieval);
static_assert(decide({}).what == approach::not_enough_evidence);

} // namespace qad

#endif

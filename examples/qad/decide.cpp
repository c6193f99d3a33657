// SPDX-License-Identifier: MIT
// ./qad decide [--situation FILE]: prompt, adapter, retrieval, or not enough evidence, and why.
#include "program.hpp"

#include <qad/decide/decide.hpp>         // decide, flips_of
#include <qad/decide/situation_file.hpp> // situation_from, set_property
#include <qad/decide/yaml.hpp>           // read_yaml_or_json

#include <cstdio>   // printf
#include <iostream> // cin, cerr

namespace qad::program {

namespace decide_program {

struct options {
    common shared;
    std::string file;
};

/// Is the answer to this question of use, after what was said so far?
bool worth_asking(situation const& s, std::string_view name) {
    bool const facts = s.facts == answer::yes;
    bool const gap = s.behaviour == answer::yes || s.deep_skill == answer::yes;
    bool const train = gap && s.few_shot_fixes == answer::no;
    bool const pays = train || facts || s.few_shot_fixes == answer::yes;
    auto const any = [&](std::initializer_list<std::string_view> names) {
        for (auto one : names) {
            if (one == name) { return true; }
        }
        return false;
    };
    if (any({"facts_change_days", "must_cite", "must_delete", "access_per_user", "recall_at_k", "passages_fit"})) { return facts; }
    if (name == "retrain_days") { return facts && s.facts_change_days.has_value(); }
    if (name == "few_shot_fixes") { return gap; }
    if (any({"labelled_pairs", "pairs_are_noisy"})) { return gap ? s.few_shot_fixes != answer::unknown : facts; }
    if (any({"lora_plateaued", "memory_gb"})) { return train; }
    if (any({"full_gb", "lora_gb", "qlora_gb"})) { return train && s.memory_gb.has_value(); }
    if (name == "data_must_stay") { return s.hosted_api == answer::yes; }
    if (name == "quantized_holds") { return s.weights_fit == answer::no || s.cost_hurts == answer::yes; }
    if (name == "example_tokens") { return s.few_shot_fixes == answer::yes; }
    if (name == "passage_tokens") { return facts; }
    if (any({"training_cost", "cost_per_million", "requests"})) { return pays; }
    if (any({"trained_on_eval", "eval_items"})) { return s.held_out_eval == answer::yes; }
    return true;
}

/// Asks on the terminal; questions go to stderr, so that stdout stays the verdict.
situation ask_all() {
    std::cerr << "yes, no or a number; Enter when nobody knows or measured it.\n";
    situation s;
    for (property const& p : properties) {
        while (worth_asking(s, p.name)) {
            std::cerr << p.question << ' ' << std::flush;
            std::string line;
            if (!std::getline(std::cin, line)) { return s; }
            line.erase(line.find_last_not_of(" \t\r") + 1);
            line.erase(0, line.find_first_not_of(" \t"));
            try {
                set_property(s, p, line);
                break;
            } catch (format_error const& problem) { std::cerr << problem.what() << '\n'; }
        }
    }
    return s;
}

bool has_break_even(situation const& s, std::optional<double> const& tokens) {
    return s.training_cost && tokens && s.cost_per_million && *tokens > 0 && *s.cost_per_million > 0;
}

std::string word(std::string_view view) { return std::string(view); }

void print(situation const& s, verdict const& v) {
    std::printf("%s\n", word(name_of(v.what)).c_str());
    if (v.serving != approach::not_enough_evidence && v.serving != v.what) {
        std::printf("and to serve it: %s\n", word(name_of(v.serving)).c_str());
    }
    if (v.because.size() == 0) { std::puts("nothing was stated that a rule could decide by"); }
    for (reason const& r : v.because) {
        std::printf("  because %s is %s: %s (chapter %s)\n", word(r.property).c_str(),
                    value_text(s, *find_property(r.property)).c_str(), word(r.why).c_str(), word(r.section).c_str());
    }
    for (auto const& [what, tokens] : {std::pair("examples", s.example_tokens), std::pair("passages", s.passage_tokens)}) {
        if (!has_break_even(s, tokens)) { continue; }
        running_cost const cost{*s.training_cost, *tokens, *s.cost_per_million};
        std::printf("  break-even with %s: %g / (%g tokens x %g / 1,000,000) = %.0f requests\n", what, cost.training,
                    cost.extra_tokens, cost.price_per_million, break_even(cost));
    }
    for (decision_flip const& f : flips_of(s)) {
        property const& p = *find_property(f.property);
        std::printf("  %s %s: %s\n", is_known(s, p) ? "otherwise, if" : "not known; if", text(p.name, " were ", f.to).c_str(),
                    word(name_of(f.becomes)).c_str());
    }
}

void print_json(situation const& s, verdict const& v) {
    json because = json::array(), flips = json::array();
    for (reason const& r : v.because) {
        because.push_back({{"rule", r.rule}, {"property", r.property}, {"value", value_text(s, *find_property(r.property))},
                           {"why", r.why}, {"section", r.section}});
    }
    for (decision_flip const& f : flips_of(s)) {
        flips.push_back({{"property", f.property}, {"to", f.to}, {"becomes", name_of(f.becomes)}});
    }
    json result = {{"approach", name_of(v.what)}, {"serving", name_of(v.serving)}, {"because", because},
                   {"flips", flips}, {"situation", to_json(s)}};
    for (auto const& [what, tokens] : {std::pair("examples", s.example_tokens), std::pair("passages", s.passage_tokens)}) {
        if (!has_break_even(s, tokens)) { continue; }
        result["break_even_requests"][what] = break_even({*s.training_cost, *tokens, *s.cost_per_million});
    }
    std::cout << result.dump() << '\n';
}

} // namespace decide_program

void add_decide(CLI::App& app) {
    auto o = std::make_shared<decide_program::options>();
    auto* program = app.add_subcommand("decide", "prompt, adapter, retrieval, quantize, or not enough evidence: and why");
    program->add_option("--situation", o->file, "YAML or JSON with named properties; without it, questions are asked");
    add_common(*program, o->shared);
    std::string names;
    for (property const& p : properties) { names += text("  ", p.name, ": ", p.question, '\n'); }
    program->footer("Properties (yes, no, a number, or unknown):\n" + names);
    program->callback([=] {
        situation const s = o->file.empty() ? decide_program::ask_all() : situation_from(read_yaml_or_json(o->file), o->file);
        if (auto const v = decide(s); o->shared.json) {
            decide_program::print_json(s, v);
        } else {
            decide_program::print(s, v);
        }
    });
}

} // namespace qad::program

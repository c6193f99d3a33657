// SPDX-License-Identifier: MIT
// A conversation with a model, as generate --chat and chat have it.
#ifndef QAD_EXAMPLES_DIALOGUE_HPP
#define QAD_EXAMPLES_DIALOGUE_HPP

#include "program.hpp"

#include <qad/io/chat_files.hpp>  // load_chat_template
#include <qad/io/chat_tokens.hpp> // chat_tokens, stop_tokens
#include <qad/model/generate.hpp> // generation

namespace qad::program {

/// How a conversation is written.
struct dialogue_options {
    std::string format, date;
    bool no_think = false, literal = false;
};

/// A model's template with what was asked of it, and the tokens that end an answer.
struct dialogue {
    dialogue(std::filesystem::path const& model, dialogue_options const& o, tokenizer const& words,
             model_config const& config)
        : how(load_chat_template(model, o.format)), options{.date = o.date},
          inside(o.literal ? markers::literal : markers::count), vocabulary(words) {
        if (o.no_think) { options.thinking = false; }
        auto ends = config.eos;
        auto const names = template_tokens(model); // the tokenizer's eos counts as well
        if (auto const* eos = jinja::find(names, "eos_token")) {
            auto const id = vocabulary.find_added(eos->text());
            if (id && std::find(ends.begin(), ends.end(), *id) == ends.end()) { ends.push_back(*id); }
        }
        stops = stop_tokens(vocabulary, how, ends);
    }
    std::vector<std::int32_t> tokens(std::vector<message> const& said) const {
        return chat_tokens(vocabulary, how, said, options, inside);
    }

    chat_template how;
    chat_options options;
    markers inside;
    tokenizer const& vocabulary; // outlives this
    std::vector<std::int32_t> stops;
};

/// --template, --no-think, --date, --literal-markers.
void add_dialogue(CLI::App& program, dialogue_options& options);
/// --max-tokens, --temperature, --top-k, --top-p, --min-p.
void add_sampling(CLI::App& program, generation& how);

} // namespace qad::program

#endif

// SPDX-License-Identifier: MIT
// ./qad generate MODEL --prompt TEXT: continues a text.
#include "dialogue.hpp"
#include "engine.hpp"

#include <qad/io/json.hpp>        // json
#include <qad/io/tokenizer.hpp>   // tokenizer
#include <qad/model/generate.hpp> // generate

#include <iostream> // cout

namespace qad::program {

namespace generate_program {

struct options {
    model_options model;
    std::string prompt, tokens;
    bool chat = false;
    dialogue_options dialogue;
    generation how;
};

/// Whether the token ends the answer; config.json names such tokens, and so does the template.
bool ends(std::vector<std::int32_t> const& stops, std::int32_t token) {
    return std::find(stops.begin(), stops.end(), token) != stops.end();
}

void run(options const& o) {
    // A list of tokens needs no tokenizer: random checkpoints have none worth the name.
    bool const plain = !o.tokens.empty();
    engine const loaded(o.model);
    std::unique_ptr<tokenizer> vocabulary;
    if (!plain) { vocabulary = std::make_unique<tokenizer>(load_tokenizer(o.model.model)); }
    std::vector<std::int32_t> prompt, stops;
    if (plain) {
        prompt = parse_tokens(o.tokens);
    } else if (o.chat) {
        dialogue const talk(o.model.model, o.dialogue, *vocabulary, loaded.config());
        prompt = talk.tokens({{"user", o.prompt}});
        stops = talk.stops;
    } else {
        prompt = vocabulary->encode(o.prompt);
    }

    auto const past = loaded.start(static_cast<index_t>(prompt.size()) + o.how.max_tokens);
    std::vector<std::int32_t> made;
    std::string text;
    utf8_stream shown; // a token may end inside a character
    auto const show = [&](std::string const& piece) {
        text += piece;
        if (!o.model.shared.json) { std::cout << piece << std::flush; }
    };
    generate(*past, prompt, o.how, [&](std::int32_t token) {
        made.push_back(token);
        if (o.how.stop_at_end && ends(stops, token)) { return false; }
        if (vocabulary) { show(shown.add(vocabulary->decode_one(token))); }
        else { show(qad::text(made.size() > 1 ? "," : "", token)); }
        return true;
    });
    if (vocabulary) { show(shown.finish()); }
    if (!o.model.shared.json) {
        std::cout << '\n';
        return;
    }
    json result = {{"prompt_tokens", prompt}, {"tokens", made}};
    if (vocabulary) { result["text"] = text; }
    std::cout << result.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
}

} // namespace generate_program

void add_generate(CLI::App& app) {
    auto o = std::make_shared<generate_program::options>();
    auto* program = app.add_subcommand("generate", "continue a text");
    add_model(*program, o->model);
    auto* prompt = program->add_option("--prompt", o->prompt, "the text to continue");
    auto* tokens = program->add_option("--tokens", o->tokens, "or its tokens: 1,2,3");
    prompt->excludes(tokens);
    program->add_flag("--chat", o->chat, "the prompt is said by a user, in the model's chat template")->excludes(tokens);
    add_dialogue(*program, o->dialogue);
    add_sampling(*program, o->how);
    program->add_flag("!--no-stop", o->how.stop_at_end, "go on after an end token");
    program->callback([=] {
        if (!*prompt && !*tokens) { throw CLI::RequiredError("--prompt or --tokens"); }
        o->how.seed = o->model.shared.seed;
        run(*o);
    });
}

} // namespace qad::program

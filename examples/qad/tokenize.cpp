// SPDX-License-Identifier: MIT
// ./qad tokenize MODEL TEXT: the tokens of a text, or the text of tokens.
#include "program.hpp"

#include <qad/core/file.hpp>    // mapped_file
#include <qad/io/json.hpp>      // json, parse_json
#include <qad/io/tokenizer.hpp> // tokenizer

#include <iostream> // cout

namespace qad::program {

namespace tokenize_program {

struct options {
    common shared;
    std::string model, text, lines_file, tokens;
    bool no_special = false, literal = false;
};

void print(tokenizer const& vocabulary, std::string const& text, options const& o) {
    auto const tokens =
        vocabulary.encode(text, {.add_special = !o.no_special, .parse_special = !o.literal});
    json pieces = json::array();
    for (std::int32_t token : tokens) { pieces.push_back(vocabulary.piece(token)); }
    if (o.shared.json) {
        json const line = {{"tokens", tokens}, {"pieces", pieces}};
        std::cout << line.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
        return;
    }
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        std::cout << tokens[i] << '\t' << pieces[i].dump(-1, ' ', false, json::error_handler_t::replace)
                  << '\n';
    }
}

void run(options const& o) {
    auto const vocabulary = load_tokenizer(o.model);
    if (!o.tokens.empty()) {
        std::string const text = vocabulary.decode(parse_tokens(o.tokens));
        if (o.shared.json) {
            std::cout << json{{"text", text}}.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
        } else {
            std::cout << text << '\n';
        }
        return;
    }
    if (o.lines_file.empty()) {
        print(vocabulary, o.text, o);
        return;
    }
    mapped_file const file(o.lines_file);
    std::string_view rest = file.text();
    for (index_t number = 1; !rest.empty(); ++number) {
        auto const line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (line.empty()) { continue; }
        std::string const where = text(o.lines_file, " line ", number);
        print(vocabulary, string_of(parse_json(line, where), where), o);
    }
}

} // namespace tokenize_program

void add_tokenize(CLI::App& app) {
    auto o = std::make_shared<tokenize_program::options>();
    auto* program = app.add_subcommand("tokenize", "the tokens of a text, or the text of tokens");
    program->add_option("MODEL", o->model, "Hugging Face directory or .gguf file")->required();
    auto* text = program->add_option("TEXT", o->text, "the text");
    auto* lines = program->add_option("--jsonl", o->lines_file, "a file with one JSON string a line");
    auto* tokens = program->add_option("--decode", o->tokens, "token ids to turn into text: 1,2,3");
    program->add_flag("--no-special", o->no_special, "add no special tokens around the text, such as BOS");
    program->add_flag("--literal", o->literal, "special tokens written in the text are text");
    add_common(*program, o->shared);
    program->callback([=] {
        if ((*text ? 1 : 0) + (*lines ? 1 : 0) + (*tokens ? 1 : 0) != 1) {
            throw CLI::ValidationError("tokenize", "give a TEXT, or --jsonl FILE, or --decode 1,2,3");
        }
        run(*o);
    });
}

} // namespace qad::program

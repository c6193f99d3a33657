// SPDX-License-Identifier: MIT
// ./qad logits MODEL --tokens 1,2,3: what the model expects next, as numbers.
#include "engine.hpp"

#include <qad/io/json.hpp>       // json
#include <qad/io/tokenizer.hpp>  // tokenizer
#include <qad/model/session.hpp> // session

#include <algorithm> // partial_sort
#include <iostream>  // cout
#include <numeric>   // iota

namespace qad::program {

namespace logits_program {

struct options {
    model_options model;
    std::string text, tokens;
    bool all = false;
};

void run(options const& o) {
    auto const tokens = o.tokens.empty() ? load_tokenizer(o.model.model).encode(o.text)
                                         : parse_tokens(o.tokens);
    engine const loaded(o.model);
    auto const count = static_cast<index_t>(tokens.size());
    auto const past = loaded.start(count);
    past->run(tokens);
    index_t const first = o.all ? 0 : count - 1;
    matrix<float> out(count - first, loaded.config().vocab);
    past->logits(first, out);

    if (o.model.shared.json) {
        json rows = json::array();
        for (index_t i = 0; i < out.rows(); ++i) { rows.push_back(out.row(i)); }
        std::cout << json{{"tokens", tokens}, {"logits", rows}}.dump() << '\n';
        return;
    }
    std::vector<index_t> order(static_cast<std::size_t>(out.cols()));
    for (index_t i = 0; i < out.rows(); ++i) {
        std::iota(order.begin(), order.end(), 0);
        auto const shown = std::min<std::ptrdiff_t>(5, static_cast<std::ptrdiff_t>(order.size()));
        std::partial_sort(order.begin(), order.begin() + shown, order.end(),
                          [&](index_t a, index_t b) { return out(i, a) > out(i, b); });
        std::cout << "after token " << first + i << ", most likely:";
        for (std::ptrdiff_t k = 0; k < shown; ++k) { std::cout << "  " << order[static_cast<std::size_t>(k)]
                                                               << " (" << out(i, order[static_cast<std::size_t>(k)]) << ')'; }
        std::cout << '\n';
    }
}

} // namespace logits_program

void add_logits(CLI::App& app) {
    auto o = std::make_shared<logits_program::options>();
    auto* program = app.add_subcommand("logits", "what the model expects next, as numbers");
    add_model(*program, o->model);
    auto* text = program->add_option("--text", o->text, "the text");
    auto* tokens = program->add_option("--tokens", o->tokens, "or its tokens: 1,2,3");
    text->excludes(tokens);
    program->add_flag("--all", o->all, "after every token, not only the last");
    program->callback([=] {
        if (!*text && !*tokens) { throw CLI::RequiredError("--text or --tokens"); }
        run(*o);
    });
}

} // namespace qad::program

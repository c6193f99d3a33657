// SPDX-License-Identifier: MIT
// ./qad perplexity MODEL FILE: how well a model predicts a text; --against: how far from another.
#include "engine.hpp"

#include <qad/core/file.hpp>        // mapped_file
#include <qad/core/progress.hpp>    // progress
#include <qad/io/json.hpp>          // json
#include <qad/io/tokenizer.hpp>     // tokenizer
#include <qad/model/perplexity.hpp> // for_each_prediction, likelihood, divergence

#include <cstdio>   // printf
#include <iostream> // cout

namespace qad::program {

namespace perplexity_program {

struct options {
    model_options model;
    std::string file, tokens_file, against;
    index_t length = 512;
};

void run(options const& o) {
    auto const tokens = o.tokens_file.empty()
                            ? load_tokenizer(o.model.model).encode(std::string(mapped_file(o.file).text()))
                            : read_token_file(o.tokens_file);
    engine const loaded(o.model);
    auto const past = loaded.start(o.length);
    auto const size = static_cast<index_t>(tokens.size());
    progress bar("perplexity", size - ceil_div(size, o.length));
    likelihood fit;
    divergence distance;
    if (o.against.empty()) {
        for_each_prediction(std::array{past.get()}, tokens, o.length, [&](auto const& logits, std::int32_t next) {
            observe(fit, log_softmax(logits[0]), next);
            bar.step();
        });
    } else {
        engine const base(o.against, o.model.shared);
        if (base.config().vocab != loaded.config().vocab) {
            fail<shape_error>("--against has a vocabulary of ", base.config().vocab, ", the model one of ",
                              loaded.config().vocab, "; only models with the same tokens can be compared");
        }
        auto const other = base.start(o.length);
        for_each_prediction(std::array{other.get(), past.get()}, tokens, o.length,
                            [&](auto const& logits, std::int32_t next) {
                                auto const p = log_softmax(logits[0]), q = log_softmax(logits[1]);
                                observe(fit, q, next);
                                observe(distance, p, q);
                                bar.step();
                            });
    }

    if (o.model.shared.json) {
        json result = {{"mean_nll", fit.mean_nll()}, {"perplexity", fit.perplexity()}, {"predicted", fit.predicted}};
        if (!o.against.empty()) {
            result.update({{"kl_mean", distance.mean()}, {"kl_p99", distance.quantile(0.99)},
                           {"same_top", distance.same_top_share()}});
        }
        std::cout << result.dump() << '\n';
        return;
    }
    std::printf("perplexity %.4f (mean nll %.5f nats over %lld tokens, windows of %lld)\n", fit.perplexity(),
                fit.mean_nll(), static_cast<long long>(fit.predicted), static_cast<long long>(o.length));
    if (!o.against.empty()) {
        std::printf("KL from the base: mean %.6f nats, 99%% of positions below %.6f; same most likely token %.2f %%\n",
                    distance.mean(), distance.quantile(0.99), 100 * distance.same_top_share());
    }
}

} // namespace perplexity_program

void add_perplexity(CLI::App& app) {
    auto o = std::make_shared<perplexity_program::options>();
    auto* program = app.add_subcommand("perplexity", "how well a model predicts a text");
    add_model(*program, o->model);
    auto* file = program->add_option("FILE", o->file, "a text file");
    auto* tokens = program->add_option("--tokens-file", o->tokens_file, "or its tokens, little-endian int32");
    file->excludes(tokens);
    program->add_option("--against", o->against, "a base model: also print the KL divergence from it");
    program->add_option("--length", o->length, "tokens in a window")->check(CLI::Range(2, 1 << 20))->capture_default_str();
    program->callback([=] {
        if (!*file && !*tokens) { throw CLI::RequiredError("FILE or --tokens-file"); }
        run(*o);
    });
}

} // namespace qad::program

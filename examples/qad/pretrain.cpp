// SPDX-License-Identifier: MIT
// ./qad pretrain: our base model, from a seed to weights.
#include "learner.hpp"
#include "program.hpp"
#include "../lab/world/corpus.hpp"

#include <qad/core/file.hpp>            // write_text
#include <qad/core/progress.hpp>        // progress
#include <qad/io/tokenizer.hpp>         // load_tokenizer
#include <qad/model/assemble.hpp>       // assemble
#include <qad/model/save.hpp>           // save
#include <qad/train/finish.hpp>         // finish

#include <fmt/format.h> // format

#include <chrono>   // steady_clock
#include <cstdio>   // printf
#include <iostream> // cout

namespace qad::program {

namespace pretrain_program {

struct options {
    std::string world = "data/world", out = "data/base";
    bool resume = false;
    double tokens = 9.2e6;
    std::uint64_t world_seed = 1;
    common shared;
};

/// Tokens in a step, and the rate that goes with it.
constexpr index_t step_tokens = 1024;
constexpr double peak_rate = 2e-3;

/// Small enough to ship and to be trained over lunch; widths are multiples of 256, so that every
/// GGUF block type fits.
model_config base_config(index_t vocab, index_t end) {
    model_config c;
    c.hidden = 256;
    c.ff = 768;
    c.layers = 4;
    c.heads = 4;
    c.kv_heads = 2;
    c.head_dim = 64;
    c.vocab = vocab;
    c.max_positions = 512;
    c.rms_eps = 1e-5;
    c.rope.theta = 1000;
    c.tied = true;
    c.bos = end;
    c.eos = {end};
    return c;
}

/// Lets attention begin as copying: a query is half its key, so that like attends to like, and the
/// output adds the transpose of the value, so that what is attended to is what is foretold. The
/// idea is Trockman and Kolter's (2023, "Mimetic Initialization of Self-Attention Layers"). From
/// independent weights, copying is found late and by luck: one run of two never learned to read.
void begin_copying(qad::block<float, trained_weight<float>>& block, model_config const& c) {
    auto const of = [](auto& layer) -> matrix<float>& { return std::get<matrix<float>>(layer.weight.base); };
    matrix<float>&query = of(block.query), &key = of(block.key), &value = of(block.value), &output = of(block.output);
    float const half = std::sqrt(0.5f); // of the variance
    for (index_t i = 0; i < query.rows(); ++i) {
        index_t const head = i / c.head_dim, group = head / (c.heads / c.kv_heads);
        index_t const from = group * c.head_dim + i % c.head_dim;
        for (index_t j = 0; j < query.cols(); ++j) {
            query(i, j) = half * (query(i, j) + key(from, j));
            output(j, i) += value(from, j);
        }
    }
}

/// Weights normal with deviation 1/√inputs, those that write to the residual stream smaller by
/// √(2·layers), the embedding 0.05; norms 1.
trained_model<float> fresh_model(model_config const& config, std::uint64_t seed) {
    struct source {
        model_config const& config;
        generator random;
        weight matrix(std::string const& name, index_t rows, index_t cols) {
            bool const writes = name.ends_with("o_proj.weight") || name.ends_with("down_proj.weight");
            double deviation = 1 / std::sqrt(static_cast<double>(cols));
            if (writes) { deviation /= std::sqrt(2.0 * static_cast<double>(config.layers)); }
            if (name.ends_with("embed_tokens.weight")) { deviation = 0.05; }
            qad::matrix<float> w(rows, cols);
            for (index_t i = 0; i < w.size(); ++i) {
                w.data()[i] = static_cast<float>(deviation * random.normal());
            }
            return shared_matrix<float>(std::move(w));
        }
        std::vector<float> vector(std::string const&, index_t size) {
            return std::vector<float>(static_cast<std::size_t>(size), 1.0f);
        }
    };
    auto model = learn_everything(assemble(config, source{config, generator(seed, 7)}));
    for (auto& one : model.blocks) { begin_copying(one, config); }
    return model;
}

/// Whole documents until a step is full. Each begins with the end token, so that it knows where
/// it begins, and its last token is asked for the next document's.
training_batch next_batch(lab::corpus const& corpus, tokenizer const& words, std::int32_t end,
                          index_t& drawn) {
    training_batch batch;
    while (static_cast<index_t>(batch.tokens.size()) < step_tokens) {
        auto const document = corpus.at(static_cast<std::uint64_t>(drawn++));
        batch.add(words.encode(document.text)); // puts the end token first
        batch.targets.back() = end;
    }
    return batch;
}

void run(options const& o) {
    std::filesystem::path const out = o.out, state = out / "pretrain-state.safetensors";
    if (!o.resume && std::filesystem::exists(state)) {
        fail<io_error>(state.string(), " is there: a run that has not ended. Add --resume to go "
                       "on with it, or remove it to begin anew");
    }
    std::filesystem::create_directories(out);
    auto const words = load_tokenizer(o.world);
    std::int32_t const end = words.encode("<|end|>", {.add_special = false}).at(0);
    auto const steps = static_cast<index_t>(o.tokens / static_cast<double>(step_tokens + 20));
    auto model = fresh_model(base_config(words.size(), end), o.shared.seed);
    training_options const how{.steps = steps,
                               .rate = {.peak = peak_rate, .warm_up = 100, .cool_down = 0.4},
                               .adam = {.beta1 = 0.9, .beta2 = 0.97, .epsilon = 1e-8, .decay = 0.05}};
    learner t(model, how);
    auto const world = lab::make_world(o.world_seed);
    lab::corpus const corpus(world, o.shared.seed);
    std::string const name = fmt::format("pretrain world {} seed {} tokens {:.0f}", o.world_seed,
                                         o.shared.seed, o.tokens);
    if (t.load_state(state, name)) {
        fmt::print(stderr, "going on at step {} of {}\n", t.step() + 1, steps);
    }
    fmt::print(stderr, "{} parameters, {} steps of some {} tokens\n", t.parameters(), steps, step_tokens);

    progress bar("pretrain", steps);
    bar.step(t.step());
    auto saved = std::chrono::steady_clock::now();
    auto const begin = saved;
    double mean = 0;
    index_t tokens = 0;
    while (t.step() < steps) {
        index_t drawn = t.drawn();
        auto const batch = next_batch(corpus, words, end, drawn);
        t.draw(drawn - t.drawn());
        auto const report = t.step(batch, state, name);
        tokens += report.tokens;
        mean = mean == 0 ? report.loss : 0.98 * mean + 0.02 * report.loss;
        bar.step(1, fmt::format("loss {:.3f}", mean));
        if (std::chrono::steady_clock::now() - saved > std::chrono::seconds(60)) {
            t.save_state(state, name);
            saved = std::chrono::steady_clock::now();
        }
    }
    double const seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    index_t const parameters = t.parameters();
    save(finish(std::move(model)), out);
    copy_tokenizer(o.world, out);
    write_text(out / "world.json", json{{"seed", o.world_seed}}.dump() + "\n"); // the facts it knows
    std::filesystem::remove(state);
    if (o.shared.json) {
        std::cout << json{{"parameters", parameters}, {"steps", steps}, {"tokens", tokens},
                          {"seconds", seconds}, {"loss", mean}}.dump() << '\n';
    } else {
        fmt::print("{}: {} parameters, loss {:.3f}, {:.0f} tokens/s in this run\n", o.out, parameters,
                   mean, static_cast<double>(tokens) / seconds);
    }
}

} // namespace pretrain_program

void add_pretrain(CLI::App& app) {
    auto o = std::make_shared<pretrain_program::options>();
    auto* program = app.add_subcommand("pretrain", "our base model, from a seed to weights");
    program->add_option("--world", o->world, "directory with the tokenizer (./qad world makes it)")
        ->capture_default_str();
    program->add_option("--out", o->out, "Hugging Face directory to write")->capture_default_str();
    program->add_flag("--resume", o->resume, "go on with a run that was stopped");
    program->add_option("--tokens", o->tokens, "how many tokens to learn from")
        ->check(CLI::Range(1e4, 1e12))->capture_default_str();
    program->add_option("--world-seed", o->world_seed, "which world")->capture_default_str();
    add_common(*program, o->shared);
    program->callback([=] { run(*o); });
}

} // namespace qad::program

// SPDX-License-Identifier: MIT
// ./qad train MODEL: LoRA, QLoRA or full fine-tuning on examples of your own.
#include "learner.hpp"
#include "memory.hpp"
#include "program.hpp"

#include <qad/core/file.hpp>            // write_text
#include <qad/core/progress.hpp>        // progress
#include <qad/decide/jsonl.hpp>         // read_examples
#include <qad/decide/overlap.hpp>       // require_disjoint
#include <qad/fit/training.hpp>         // training_method
#include <qad/io/tokenizer.hpp>         // load_tokenizer
#include <qad/model/adapter_file.hpp>   // save_adapter
#include <qad/model/fused_adapter.hpp>  // fuse
#include <qad/model/load.hpp>           // load
#include <qad/model/save.hpp>           // save
#include <qad/model/scheme.hpp>         // round_to
#include <qad/train/examples.hpp>       // example_order
#include <qad/train/finish.hpp>         // finish

#include <fmt/format.h> // format

#include <chrono>   // steady_clock
#include <iostream> // cout

namespace qad::program {

namespace train_program {

struct options {
    std::string model, data, method = "lora", targets = "all", out;
    std::vector<std::string> evals;
    index_t rank = 8, steps = 150, batch = 16, max_samples = 0, together = 4096;
    double alpha = 16, rate = 0, validation = 0.2, decay = 0, clip = 1;
    bool resume = false, recompute = false;
    common shared;
};

/// The examples as tokens; where prompt and answer meet inside a word, the answer begins with it.
token_example encoded(tokenizer const& words, example const& e, index_t longest, std::string const& file) {
    auto const prompt = words.encode(e.prompt), whole = words.encode(e.prompt + e.completion);
    if (static_cast<index_t>(whole.size()) > longest) {
        fail<format_error>(file, ":", e.line, ": ", whole.size(), " tokens, but the model has ", longest,
                           " positions; shorten the example");
    }
    auto const shared = std::mismatch(prompt.begin(), prompt.end(), whole.begin(), whole.end()).first;
    return {whole, std::max<index_t>(1, shared - prompt.begin())};
}

/// Splits off a share of the examples for validation. Whoever is asked about in one part is not
/// in the other: the entity decides where there is one, the example itself where there is none.
std::pair<std::vector<example>, std::vector<example>> split(std::vector<example> all, double share,
                                                            std::uint64_t seed) {
    std::vector<std::string> groups;
    auto const group_of = [](example const& e) { return e.tag("entity").empty() ? e.id : e.tag("entity"); };
    for (auto const& e : all) { groups.push_back(group_of(e)); }
    std::sort(groups.begin(), groups.end());
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    generator random(seed, 0x73706c);
    shuffle(random, groups);
    groups.resize(static_cast<std::size_t>(share * static_cast<double>(groups.size())));
    std::sort(groups.begin(), groups.end());
    std::vector<example> learn, check;
    for (auto& e : all) {
        bool const held = std::binary_search(groups.begin(), groups.end(), group_of(e));
        (held ? check : learn).push_back(std::move(e));
    }
    return {std::move(learn), std::move(check)};
}

/// What is learned from, and what validates it, as tokens.
struct token_sets {
    std::vector<token_example> learn;
    std::vector<training_batch> check; // as large as those of training, so as not to take more memory
};
token_sets encode_sets(options const& o, std::vector<example> const& learn, std::vector<example> const& check,
                       index_t longest) {
    auto const words = load_tokenizer(o.model);
    token_sets sets;
    for (auto const& e : learn) { sets.learn.push_back(encoded(words, e, longest, o.data)); }
    for (auto const& e : check) {
        auto& to = sets.check;
        if (to.empty() || static_cast<index_t>(to.back().lengths.size()) == o.batch) { to.emplace_back(); }
        auto const [tokens, given] = encoded(words, e, longest, o.data);
        to.back().add(tokens, given);
    }
    return sets;
}

training_method parse_method(std::string const& name) {
    if (name == "full") { return training_method::full; }
    return name == "qlora" ? training_method::qlora : training_method::lora;
}

/// The base as the method has it: as it is stored, in 4 bits, or as floats to be changed.
trained_model<float> base_for(training_method method, std::filesystem::path const& path) {
    if (method == training_method::full) { return learn_everything(load(path)); }
    if (method == training_method::lora) { return freeze(load(path)); }
    // Dettmers et al. 2023, "QLoRA", §3: linear layers in nf4, blocks of 64, scales quantized
    // once more; embedding, head and norms as they are.
    auto const nf4_double = parse_scheme("nf4:64:double");
    return freeze(load(path, {[=](std::string const& name, weight loaded) {
        bool const linear = name.starts_with("model.layers.");
        return linear ? round_to(to_float(loaded), nf4_double) : loaded;
    }}));
}

/// Mean loss of every tenth of the run, beside the validation's: the loss curve.
class curve {
  public:
    curve(std::filesystem::path file, index_t done) : file_(std::move(file)) {
        if (done == 0 || !std::filesystem::exists(file_)) { return; }
        std::string const kept(mapped_file(file_).text());
        for (std::size_t at = kept.find('\n') + 1; at < kept.size();) { // lines of steps done before
            auto const end = kept.find('\n', at);
            if (std::stoll(kept.substr(at)) <= done) { text_ += kept.substr(at, end + 1 - at); }
            at = end + 1;
        }
    }
    void add(index_t step, double train, double validation) {
        text_ += fmt::format("{},{:.5f},{}\n", step, train,
                             std::isnan(validation) ? std::string() : fmt::format("{:.5f}", validation));
        write_text(file_, "step,train_loss,validation_loss\n" + text_);
    }

  private:
    std::filesystem::path file_;
    std::string text_;
};

void run(options const& o) {
    auto const method = parse_method(o.method);
    std::filesystem::path const out = o.out, state = out / "training-state.safetensors";
    if (!o.resume && std::filesystem::exists(state)) {
        fail<io_error>(state.string(), " is there: a run that has not ended. Add --resume to go on with it, or "
                       "remove it to begin anew");
    }

    // Read and check the data before the model: mistakes show at once.
    auto all = read_examples(o.data);
    if (o.max_samples > 0) { all = take(std::move(all), o.max_samples, o.shared.seed); }
    for (auto const& eval : o.evals) { require_disjoint(all, read_examples(eval)); }
    auto [learn, check] = split(std::move(all), o.validation, o.shared.seed);
    auto const checked_examples = check.size();
    index_t const program = heap_now(); // its options and texts, before there is a model
    auto model = base_for(method, o.model);
    auto [to_learn, validation] = encode_sets(o, learn, check, model.config.max_positions);
    example_order order(std::move(to_learn), o.shared.seed);
    learn.clear(), learn.shrink_to_fit(); // the texts have done their part
    check.clear(), check.shrink_to_fit();
    index_t most_tokens = 0, most_asked = 0; // of what goes through the model at a time
    auto const count = [&](training_batch const& batch) {
        most_tokens = std::max(most_tokens, std::min(o.together, static_cast<index_t>(batch.tokens.size())));
        most_asked = std::max(most_asked, batch.asked());
    };
    for (auto const& batch : validation) { count(batch); }

    if (method != training_method::full) {
        adapter_options what{{.rank = o.rank, .alpha = o.alpha}, {}};
        if (o.targets != "all") { what.targets = CLI::detail::split(o.targets, ','); }
        learn_beside(model, make_adapter(model.config, what, o.shared.seed));
    }
    double const rate = o.rate > 0 ? o.rate : method == training_method::full ? 2e-5 : 2e-4;
    learner t(model, {.steps = o.steps,
                       .rate = {.peak = rate, .warm_up = std::min<index_t>(o.steps / 10, 100), .cool_down = 0.4},
                       .adam = {.decay = o.decay},
                       .clip = o.clip,
                       .keep = o.recompute ? keep::inputs : keep::what_is_dear,
                       .tokens_at_once = o.together});
    std::string const name = fmt::format("{} {} {} rank {} alpha {} targets {} steps {} batch {} rate {} seed {}",
                                         o.method, o.model, o.data, o.rank, o.alpha, o.targets, o.steps, o.batch,
                                         rate, o.shared.seed);
    std::filesystem::create_directories(out);
    if (t.load_state(state, name)) { fmt::print(stderr, "going on at step {} of {}\n", t.step() + 1, o.steps); }
    fmt::print(stderr, "{} examples to learn from, {} to validate with; {} parameters are learned\n", order.size(),
               checked_examples, t.parameters());

    curve losses(out / "loss.csv", t.step());
    progress bar(o.method, o.steps);
    bar.step(t.step());
    auto const begin = std::chrono::steady_clock::now();
    auto saved = begin;
    index_t tokens = 0, since = 0;
    double sum = 0, last = NAN, checked = NAN;
    while (t.step() < o.steps) {
        auto const batch = order.batch(t.drawn(), o.batch);
        count(batch);
        auto const report = t.step(batch, state, name);
        t.draw(o.batch);
        tokens += report.tokens;
        sum += report.loss;
        ++since;
        if (t.step() * 10 / o.steps != (t.step() - 1) * 10 / o.steps) {
            last = sum / static_cast<double>(since);
            if (!validation.empty()) { checked = t.loss(validation); }
            losses.add(t.step(), last, checked);
            sum = 0;
            since = 0;
        }
        bar.step(1, fmt::format("loss {:.3f}", report.loss));
        if (std::chrono::steady_clock::now() - saved > std::chrono::seconds(20)) {
            t.save_state(state, name);
            saved = std::chrono::steady_clock::now();
        }
    }
    double const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

    index_t const parameters = t.parameters();
    if (method == training_method::full) {
        save(finish(std::move(model)), out);
        copy_tokenizer(o.model, out);
    } else {
        auto learned = learned_adapter(model);
        learned.base_model = o.model;
        save_adapter(out, fuse(std::move(learned), model.config));
    }
    std::filesystem::remove(state);
    json memory = memory_json();
    memory["program"] = program;
    json const result = {{"method", o.method}, {"parameters", parameters}, {"examples", order.size()},
                         {"validation_examples", checked_examples}, {"steps", o.steps}, {"batch", o.batch},
                         {"rate", rate}, {"tokens", tokens}, {"seconds", seconds}, {"loss", last},
                         {"validation_loss", checked}, {"most_tokens", most_tokens}, {"most_asked", most_asked},
                         {"memory", memory}};
    write_text(out / "training.json", result.dump(2) + "\n");
    if (o.shared.json) {
        std::cout << result.dump() << '\n';
    } else {
        fmt::print("{}: {} learned in {} steps, {:.0f} tokens/s; loss {:.3f}, validation {:.3f}\n", o.out,
                   parameters, o.steps, seconds > 0 ? static_cast<double>(tokens) / seconds : 0, last, checked);
    }
}

} // namespace train_program

void add_train(CLI::App& app) {
    auto o = std::make_shared<train_program::options>();
    auto* program = app.add_subcommand("train", "LoRA, QLoRA or full fine-tuning on examples of your own");
    program->add_option("MODEL", o->model, "Hugging Face directory or .gguf file")->required();
    program->add_option("--data", o->data, "JSONL, {\"prompt\": ..., \"completion\": ...} a line")->required();
    program->add_option("--eval", o->evals, "evaluation sets that the data must not overlap with");
    program->add_option("--method", o->method, "lora, qlora (the base in nf4) or full")
        ->check(CLI::IsMember({"lora", "qlora", "full"}))->capture_default_str();
    program->add_option("--rank", o->rank, "of the adapters")->check(CLI::Range(1, 4096))->capture_default_str();
    program->add_option("--alpha", o->alpha, "their scale is alpha / rank")->capture_default_str();
    program->add_option("--targets", o->targets, "all, or layers: q_proj,v_proj")->capture_default_str();
    program->add_option("--steps", o->steps)->check(CLI::Range(1, 1 << 30))->capture_default_str();
    program->add_option("--batch", o->batch, "examples in a step")->check(CLI::Range(1, 1 << 20))->capture_default_str();
    program->add_option("--rate", o->rate, "peak learning rate; 0: 2e-4 for adapters, 2e-5 for all")->capture_default_str();
    program->add_option("--decay", o->decay, "weight decay of matrices")->capture_default_str();
    program->add_option("--clip", o->clip, "longest gradient; 0: any")->capture_default_str();
    program->add_option("--validation", o->validation, "share held out, by entity")
        ->check(CLI::Range(0.0, 0.9))->capture_default_str();
    program->add_option("--max-train-samples", o->max_samples, "take only so many examples; 0: all");
    program->add_flag("--recompute", o->recompute, "run each block twice instead of keeping its activations");
    program->add_option("--tokens-at-once", o->together, "larger batches go through in parts")
        ->check(CLI::Range(1, 1 << 24))->capture_default_str();
    program->add_option("--out", o->out, "directory to write")->required();
    program->add_flag("--resume", o->resume, "go on with a run that was stopped");
    add_common(*program, o->shared);
    program->callback([=] { run(*o); });
}

} // namespace qad::program

// SPDX-License-Identifier: MIT
// ./qad eval MODEL --data FILE.jsonl: a set of questions put to a model, with an interval.
#include "engine.hpp"

#include <qad/decide/evaluate_texts.hpp> // evaluate_answers, evaluate_classes, evaluate_texts
#include <qad/decide/hash.hpp>           // hash_of_file
#include <qad/decide/labelled.hpp>       // labelled_row
#include <qad/decide/overlap.hpp>        // require_disjoint
#include <qad/decide/retrieve.hpp>       // retrieval_index

#include <fmt/format.h> // print

#include <charconv> // from_chars
#include <iostream> // cout, cerr

namespace qad::program {

namespace eval_program {

struct options {
    model_options model;
    std::string data, task, few_shot, items, against, kl_items, retrieve, until;
    index_t samples = 0, length = 512;
    evaluate_options how;
};

/// The line that says what the set asks for, where --task does not.
std::string task_of(std::span<example const> set) {
    if (!set[0].choices.empty()) { return "classify"; }
    return set[0].prompt.empty() ? "perplexity" : "faq";
}

/// FILE and K of "FILE:K".
std::pair<std::string, index_t> file_and_count(std::string const& from, char const* option) {
    auto const colon = from.rfind(':');
    index_t count = 0;
    char const* const end = from.data() + from.size();
    if (colon != from.npos) {
        auto const [at, problem] = std::from_chars(from.data() + colon + 1, end, count);
        if (problem != std::errc() || at != end) { count = 0; }
    }
    if (count < 1) { fail(option, " wants FILE:K, such as train.jsonl:4, not \"", from, "\""); }
    return {from.substr(0, colon), count};
}

/// FILE:K as K questions with their answers, to stand before every question.
std::string few_shots(std::string const& from, std::span<example const> set, std::uint64_t seed) {
    auto const [file, count] = file_and_count(from, "--few-shot");
    auto const shown = take(read_examples(file), count, seed);
    require_disjoint(shown, set);
    std::string prefix;
    for (example const& e : shown) {
        prefix += e.prompt + e.completion;
        if (!prefix.ends_with('\n')) { prefix += '\n'; }
    }
    return prefix;
}

/// The texts of a JSONL file ({"id", "text", "date"} a line) that hold on a day, to be searched. Of
/// lines with the same "key" the later takes the place of the earlier.
std::shared_ptr<retrieval_index> index_of(std::string const& file, std::string const& day) {
    auto index = std::make_shared<retrieval_index>();
    std::vector<document> texts;
    for (example const& e : read_examples(file)) {
        std::string const key = e.tag("key");
        texts.push_back({key.empty() ? e.id : key, e.completion, e.tag("date")});
    }
    index->add_all(as_of(texts, day));
    return index;
}

json as_json(interval const& i) { return {{"value", i.value}, {"low", i.low}, {"high", i.high}}; }

/// What the row says, for both ways of printing: the score first.
struct verdict {
    std::string measure;
    interval score;
    json more = json::object();
};

verdict judge(std::string const& task, std::span<example const> set, evaluation const& row,
              bootstrap_options const& draw) {
    if (task == "perplexity") { return {"perplexity", perplexity_of(row.items, draw)}; }
    if (task == "summarize") { return {"rouge_l", bootstrap_mean(scores_of(row.items), draw)}; }
    if (task == "classify") {
        labelled_row const labels(row.items, classes_of(set));
        verdict v{"macro_f1", labels.macro_f1(draw)};
        v.more["accuracy"] = as_json(bootstrap_mean(scores_of(row.items), draw));
        for (class_score const& c : labels.report().classes) {
            v.more["classes"].push_back({{"name", c.name}, {"precision", c.precision()}, {"recall", c.recall()},
                                         {"f1", c.f1()}, {"expected", c.expected}, {"predicted", c.predicted}});
        }
        v.more["absent"] = labels.report().absent();
        return v;
    }
    verdict v{"exact_match", bootstrap_mean(scores_of(row.items), draw)};
    std::vector<double> loose, likely;
    for (graded const& item : row.items) {
        loose.push_back(normalised_match(item.answer, item.expected) ? 1 : 0);
        likely.push_back(item.log_likelihood);
    }
    v.more["normalised_match"] = as_json(bootstrap_mean(loose, draw));
    v.more["log_likelihood"] = as_json(bootstrap_mean(likely, draw));
    return v;
}

void run(options const& o) {
    auto set = read_examples(o.data);
    std::string const task = o.task.empty() ? task_of(set) : o.task;
    if (task == "classify") { require_classes(set, o.data); }
    auto const seed = o.model.shared.seed;
    if (o.samples > 0) { set = take(std::move(set), o.samples, seed); }

    auto how = o.how;
    how.task = task;
    if (!o.few_shot.empty()) {
        how.prompt = [prefix = few_shots(o.few_shot, set, seed)](example const& e) { return prefix + e.prompt; };
    }
    if (!o.retrieve.empty()) {
        auto const [file, count] = file_and_count(o.retrieve, "--retrieve");
        how.prompt = [index = index_of(file, o.until), before = how.prompt,
                      what = search_options{.top = count, .until = o.until}](example const& e) {
            std::string context;
            for (hit const& found : index->search(e.prompt, what)) { // several lines begin on one of their own
                bool const lines = found.text.find('\n') != std::string::npos;
                context += (context.ends_with('\n') ? "" : lines ? "\n" : " ") + found.text;
            }
            std::string const prompt = before ? before(e) : e.prompt;
            if (context.empty()) { return prompt; }
            return "Context:" + context + (context.ends_with('\n') ? "" : "\n") + prompt;
        };
    }
    auto const words = load_tokenizer(o.model.model);
    engine const loaded(o.model);
    index_t const room = task == "perplexity" ? o.length : longest_of(words, set, how);
    if (room > loaded.config().max_positions) {
        std::cerr << "qad eval: the longest question takes " << room << " tokens, the model was made for "
                  << loaded.config().max_positions << '\n';
    }
    auto const past = loaded.start(room);
    bool const compares = task == "perplexity" && !o.against.empty();
    text_comparison beside;
    if (compares) {
        engine const base(o.against, o.model.shared);
        beside = compare_on(*base.start(o.length), *past, words, set, o.length, how);
        if (!o.kl_items.empty()) { write_items(o.kl_items, beside.by_text); }
    }
    auto const row = compares              ? std::move(beside.model)
                     : task == "perplexity" ? evaluate_texts(*past, words, set, o.length, how)
                     : task == "classify"  ? evaluate_classes(*past, words, set, how)
                     : task == "summarize" ? evaluate_summaries(*past, words, set, how)
                                           : evaluate_answers(*past, words, set, how);
    auto v = judge(task, set, row, {.seed = seed});
    if (compares) {
        auto const& distance = beside.distance;
        v.more.update({{"kl_mean", distance.mean()}, {"kl_p99", distance.quantile(0.99)},
                       {"same_top", distance.same_top_share()}});
    }
    if (!o.items.empty()) { write_items(o.items, row.items); }

    std::string const hash = hash_of_file(o.data);
    auto const n = static_cast<index_t>(row.items.size());
    if (o.model.shared.json) {
        json result = {{"task", task}, {"measure", v.measure}, {"score", v.score.value}, {"low", v.score.low},
                       {"high", v.score.high}, {"level", 0.95}, {"n", n}, {"seed", seed}, {"data_hash", hash},
                       {"tokens_per_second", row.tokens_per_second()}, {"prompt_tokens", row.prompt_tokens},
                       {"answer_tokens", row.answer_tokens}, {"seconds", row.seconds}};
        result.update(v.more);
        std::cout << result.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
        return;
    }
    fmt::print("{} {:.4f}, 95 % interval {:.4f} to {:.4f}, {} items, seed {}, data {}\n", v.measure, v.score.value,
               v.score.low, v.score.high, n, seed, hash);
    if (v.score.width() == 0 && task != "perplexity") {
        fmt::print("  all items alike: what was not seen may still happen to {:.1f} % of them (95 %)\n",
                   100 * unseen_at_most(n));
    }
    for (auto const& [name, value] : v.more.items()) {
        if (value.is_object()) {
            fmt::print("  {} {:.4f} ({:.4f} to {:.4f})\n", name, value["value"].get<double>(),
                       value["low"].get<double>(), value["high"].get<double>());
        } else if (value.is_number()) {
            fmt::print("  {} {:.6f}\n", name, value.get<double>());
        } else if (name == "classes") {
            for (json const& c : value) {
                fmt::print("  {:<16} F1 {:.4f}, precision {:.4f}, recall {:.4f}, {} items\n",
                           std::string(stripped(c["name"].get<std::string>())), c["f1"].get<double>(), c["precision"].get<double>(),
                           c["recall"].get<double>(), c["expected"].get<index_t>());
            }
        } else if (!value.empty()) { // classes that nothing can be said about
            fmt::print("  neither expected nor predicted, left out of the mean: {}\n", value.dump());
        }
    }
    fmt::print("  {:.1f} tokens/s: {} of prompts and {} of answers in {:.2f} s\n", row.tokens_per_second(),
               row.prompt_tokens, row.answer_tokens, row.seconds);
}

} // namespace eval_program

void add_eval(CLI::App& app) {
    auto o = std::make_shared<eval_program::options>();
    auto* program = app.add_subcommand("eval", "put a set of questions to a model");
    add_model(*program, o->model);
    program->add_option("--data", o->data, "JSONL: prompt, completion, and choices for classes; or text")->required();
    program->add_option("--task", o->task, "what the set asks for; else its first line tells")
        ->check(CLI::IsMember({"faq", "classify", "summarize", "perplexity"}));
    program->add_option("--max-eval-samples", o->samples, "ask only so many, drawn by --seed; 0: all")
        ->check(CLI::NonNegativeNumber);
    program->add_option("--few-shot", o->few_shot, "FILE:K: K answered questions before each one");
    program->add_option("--items", o->items, "write every question with its answer and score to this JSONL");
    auto* against = program->add_option("--against", o->against, "perplexity: a base model to measure KL from");
    program->add_option("--kl-items", o->kl_items, "and write the KL of every text to this JSONL")->needs(against);
    auto* retrieve = program->add_option("--retrieve", o->retrieve,
                                         "FILE:K: put the K best of these texts before each question");
    program->add_option("--until", o->until, "only texts up to this date, YYYY-MM-DD")->needs(retrieve);
    program->add_option("--max-tokens", o->how.max_tokens, "cut an answer there")
        ->check(CLI::Range(1, 1 << 20))->capture_default_str();
    program->add_option("--length", o->length, "perplexity: tokens in a window")
        ->check(CLI::Range(2, 1 << 20))->capture_default_str();
    program->callback([=] {
        if (*against && o->task != "perplexity") { throw CLI::ValidationError("--against", "needs --task perplexity"); }
        run(*o);
    });
}

} // namespace qad::program

// SPDX-License-Identifier: MIT
// ./qad world --out DIR: the lab's small fictional help desk: its tokenizer and its data files.
#include "program.hpp"

#include "../lab/world/data_sets.hpp"  // all_data_sets
#include "../lab/world/vocabulary.hpp" // learn_tokenizer

#include <qad/core/file.hpp> // write_text

#include <filesystem> // create_directories
#include <iostream>   // cout

#include <fmt/format.h> // format

namespace qad::program {

namespace world_program {

struct options {
    common shared{.seed = 1};
    std::string out = "data/world";
};

/// The data card.
std::string card(std::uint64_t seed, std::vector<lab::data_set> const& sets,
                 double characters_per_token) {
    std::string text = fmt::format(
        "# A small fictional help desk\n\n"
        "Made by `./qad world --seed {}`, from nothing but that number; running it again gives\n"
        "the same bytes. No text was taken from anywhere, no person and no company is meant.\n"
        "Licence: MIT, as the program that made it.\n\n"
        "128 products with invented names, 8 attributes each: 1,024 facts. The base model is\n"
        "trained on documents that tell them: facts of bucket 0, 1, 2, 3 (256 each) are drawn\n"
        "with weights 16 : 6 : 2 : 0.9. The documents themselves are not stored: `world.json`\n"
        "holds the seed, and document i follows from the seed and i (examples/lab/world).\n\n"
        "| file | lines | what it is |\n|---|---:|---|\n",
        seed);
    for (lab::data_set const& set : sets) {
        text += fmt::format("| `{}.jsonl` | {} | {} |\n", set.name, set.lines.size(), set.about);
    }
    text += fmt::format(
        "| `tokenizer.json` | | byte-level BPE, {} tokens, {:.2f} characters a token |\n\n"
        "**Lines** are JSON objects. `prompt` and `completion` together are what a document of\n"
        "the corpus holds; the space before an answer belongs to the completion, as it does to\n"
        "its first token. `entity` is a product, `attribute` one of the eight, `bucket` how often\n"
        "its fact is told. `remembered` is what the base model was taught, where the right answer\n"
        "differs. `choices` are all labels of a classification. Of texts with the same `key` the\n"
        "latest holds: it takes the place of those before.\n\n"
        "**Held out.** Training files name 56 products, evaluation files the other 72; those of\n"
        "`next_week_*`, `notices` and `sheets` are about facts of both, because there the question is\n"
        "what a model does with those very facts. One question form per attribute is in no\n"
        "document (`faq_unseen_question`). The house formats' opener, separator and closer are\n"
        "in documents, but never together. Codes of format B are in none as names of attributes.\n"
        "Tickets with a label and summaries in the corpus name only the 56. Questions of\n"
        "`next_week_changed` are worded otherwise than the same facts in `next_week_train`. No\n"
        "text of `perplexity` is among the first 200,000 documents (10 million tokens) that\n"
        "`./qad pretrain` reads with its own seed, 0.\n\n"
        "**What it is not.** The language is that of some two hundred sentence forms. A figure\n"
        "measured here says how methods compare on a model of this size, not how well any of\n"
        "them does on real customers' words.\n",
        lab::vocabulary_size, characters_per_token);
    return text;
}

/// Bytes of text per token, without <|end|>, over documents that the tokenizer was not trained on.
double characters_per_token(lab::world const& w, tokenizer const& words) {
    lab::corpus const others(w, w.seed + 3'000, lab::for_questions);
    double characters = 0, tokens = 0;
    for (std::uint64_t i = 0; i < 2'000; ++i) {
        std::string const text = others.at(lab::early_documents + i).text;
        characters += static_cast<double>(text.size());
        tokens += static_cast<double>(words.encode(text).size() - 1);
    }
    return characters / tokens;
}

void run(options const& o) {
    std::filesystem::path const out = o.out;
    std::error_code problem;
    std::filesystem::create_directories(out, problem);
    if (problem) { fail<io_error>("cannot make the folder ", o.out, ": ", problem.message()); }

    lab::world const w(o.shared.seed);
    json const learned = lab::learn_tokenizer(w);
    tokenizer const words(learned, "the new tokenizer");
    auto const sets = lab::all_data_sets(w, [&](std::string const& text) {
        return words.encode(text, {.add_special = false}).size();
    });

    json files = json::object();
    index_t bytes = 0;
    auto const write = [&](std::string const& name, std::string const& text) {
        write_text(out / name, text);
        bytes += static_cast<index_t>(text.size());
    };
    for (lab::data_set const& set : sets) {
        std::string text;
        for (lab::record const& line : set.lines) { text += line.dump() + "\n"; }
        write(set.name + ".jsonl", text);
        files[set.name] = set.lines.size();
    }
    double const density = characters_per_token(w, words);
    write("tokenizer.json", learned.dump(1) + "\n");
    write("tokenizer_config.json", tokenizer_config_json(lab::end_of_text, 512).dump(1) + "\n");
    write("world.json", json{{"seed", o.shared.seed}}.dump() + "\n");
    write("README.md", card(o.shared.seed, sets, density));

    if (o.shared.json) {
        std::cout << json{{"out", o.out},   {"seed", o.shared.seed}, {"tokens", words.size()},
                          {"bytes", bytes}, {"lines", files},        {"characters_per_token", density}}
                         .dump()
                  << '\n';
    } else {
        std::cout << fmt::format("{}: {} files of examples, {} tokens of {:.2f} characters, {:.2f} MB\n",
                                 o.out, sets.size(), words.size(), density,
                                 static_cast<double>(bytes) / 1e6);
    }
}

} // namespace world_program

void add_world(CLI::App& app) {
    auto o = std::make_shared<world_program::options>();
    auto* program = app.add_subcommand("world", "make the lab's help desk: tokenizer and data files");
    add_common(*program, o->shared);
    program->add_option("--out", o->out, "folder for the files")->capture_default_str();
    program->callback([=] { run(*o); });
}

} // namespace qad::program

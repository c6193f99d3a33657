// SPDX-License-Identifier: MIT
// Text to tokens, each kind of tokenizer on one thread: the text of this tree, with a vocabulary of 20 000
// tokens learned from half of it, and texts without a place to cut them.
//   MB/s     millions of bytes of text per second
#include <qad/io/bpe_trainer.hpp> // bpe_trainer
#include <qad/io/tokenizer.hpp>   // tokenizer

#include <benchmark/benchmark.h>

#include <cmath> // log
#include <set>   // set

namespace {

using namespace qad;

/// Headers, tests and chapters; every second file is for learning, the others are for measuring.
std::string tree_text(bool learn) {
    std::vector<std::filesystem::path> files;
    for (char const* folder : {"include", "tests", "chapters", "examples"}) {
        for (auto const& entry : std::filesystem::recursive_directory_iterator(
                 std::filesystem::path(QAD_SOURCE_DIR) / folder)) {
            auto const ending = entry.path().extension();
            if (ending == ".hpp" || ending == ".cpp" || ending == ".md") {
                files.push_back(entry.path());
            }
        }
    }
    std::sort(files.begin(), files.end());
    std::string text;
    for (std::size_t i = learn ? 0 : 1; i < files.size(); i += 2) {
        text += mapped_file(files[i]).text();
    }
    return replaced(text, space_mark, "_"); // so that marks in decoded text are spaces
}

json byte_level(json const& learned, gguf_pre_tokenizer const& pre) {
    json object = learned;
    object["pre_tokenizer"] = pre.description();
    object["model"]["ignore_merges"] = pre.whole_first;
    if (pre.nfc) { object["normalizer"] = {{"type", "NFC"}}; }
    return object;
}

/// The learned words as SentencePiece writes them: marks for spaces, tokens for bytes.
json over_characters(bpe_vocabulary const& made, std::string const& type) {
    json vocab = json::array({json::array({"<unk>", 0.0})}), types = {2};
    for (int byte = 0; byte < 256; ++byte) {
        char name[8];
        std::snprintf(name, sizeof name, "<0x%02X>", static_cast<unsigned>(byte));
        vocab.push_back(json::array({name, 0.0}));
        types.push_back(6);
    }
    std::set<std::string> seen;
    for (std::size_t i = 0; i < made.pieces.size(); ++i) {
        std::string const word = replaced(made.pieces[i], " ", space_mark);
        if (valid_utf8(word) < word.size() || !marks_lead(word) || !seen.insert(word).second) {
            continue;
        }
        double const rank = static_cast<double>(i);
        vocab.push_back(json::array({word, type == "Unigram" ? -std::log(rank + 2) : -rank}));
        types.push_back(1);
    }
    return {
        {"added_tokens", json::array()},
        {"normalizer",
         {{"type", "SentencePiece"}, {"charsmap", ""}, {"remove_extra_whitespaces", false}}},
        {"model",
         {{"type", type},
          {"vocab", vocab},
          {"types", types},
          {"byte_fallback", true},
          {"rounding", "float"}}},
        {"decoder", sentencepiece_decoder(true)}};
}
/// The same as a tokenizer.json of Llama 2's kind: a merge for each way to cut a word into two.
json with_merges(json const& scored) {
    json vocab = json::object(), merges = json::array();
    for (auto const& entry : scored["model"]["vocab"]) {
        vocab.emplace(entry[0], vocab.size());
    }
    for (auto const& entry : scored["model"]["vocab"]) { // in the order of scores
        std::string const word = entry[0];
        for (std::size_t n = next_utf8(word).length; n < word.size() && byte_of_word(word) < 0;
             ++n) {
            if (vocab.contains(word.substr(0, n)) && vocab.contains(word.substr(n))) {
                merges.push_back(json::array({word.substr(0, n), word.substr(n)}));
            }
        }
    }
    json object = scored;
    object["normalizer"] = {
        {"type", "Sequence"},
        {"normalizers",
         {{{"type", "Prepend"}, {"prepend", space_mark}},
          {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", space_mark}}}}};
    object["model"] = {{"type", "BPE"},
                       {"vocab", vocab},
                       {"merges", merges},
                       {"byte_fallback", true},
                       {"unk_token", "<unk>"}};
    return object;
}

/// Whether this kind gives the tokens that its own program gave (tests/goldens).
bool gives_golden(char const* name) {
    auto const folder = std::filesystem::path(QAD_SOURCE_DIR) / "tests" / "goldens";
    auto const texts = read_json(folder / "tokenizer-texts.json");
    auto const rows = read_json(folder / name / "expected.json");
    auto const words = load_tokenizer(folder / name);
    bool same = true;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        bool const alone = rows[i].size() == 1;
        auto const tokens = words.encode(texts[i].get<std::string>(),
                                         {.add_special = !alone, .parse_special = !alone});
        same = same && json(tokens) == rows[i][0];
    }
    return same;
}

void measure(benchmark::State& state, tokenizer const& words, std::string const& text,
            char const* golden) {
    auto const tokens = words.encode(text, {.add_special = false});
    if (words.decode(tokens) != text || !gives_golden(golden)) {
        state.SkipWithError("the tokens are wrong: see tests/io/tokenizer.cpp");
        return;
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(words.encode(text, {.add_special = false}));
    }
    using benchmark::Counter;
    double const bytes =
        static_cast<double>(state.iterations()) * static_cast<double>(text.size());
    state.counters["MB/s"] = Counter(bytes / 1e6, Counter::kIsRate);
    state.counters["bytes/token"] =
        static_cast<double>(text.size()) / static_cast<double>(tokens.size());
}

} // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    json const level = {{"type", "ByteLevel"}, {"add_prefix_space", false}};
    pre_tokenizer const cut(level, "bench");
    bpe_trainer trainer(cut);
    trainer.add(tree_text(true));
    bpe_vocabulary const made = trainer.train(20'000, {});
    json const learned = tokenizer_json(made);

    struct one {
        std::string name;
        char const* golden;
        tokenizer words;
    };
    std::vector<one> kinds;
    char const* const goldens[] = {"words-qwen2", "words-qwen2", "words-tekken", "words-tekken",
                                   "words-qwen2", "words-qwen2", "words-tekken"};
    auto const& pres = gguf_pre_tokenizers();
    for (std::size_t i = 0; i < pres.size(); ++i) {
        kinds.push_back(
            {pres[i].names[0], goldens[i], tokenizer(byte_level(learned, pres[i]), "bench")});
    }
    json const scored = over_characters(made, "ScoredBPE");
    kinds.push_back({"llama2-json", "words-llama2", tokenizer(with_merges(scored), "bench")});
    kinds.push_back({"sentencepiece-bpe", "words-sp-bpe", tokenizer(scored, "bench")});
    kinds.push_back({"sentencepiece-unigram", "words-sp-unigram-bytes",
                     tokenizer(over_characters(made, "Unigram"), "bench")});

    std::string no_space;
    for (int i = 0; no_space.size() < 1'000'000; ++i) {
        no_space += "word" + std::to_string(i);
    }
    std::pair<std::string, std::string> const texts[] = {
        {"tree", tree_text(false)},
        {"letter", std::string(1'000'000, 'a')},
        {"spaces", std::string(1'000'000, ' ')},
        {"no_space", no_space}};
    for (auto const& kind : kinds) {
        for (auto const& [title, text] : texts) {
            benchmark::RegisterBenchmark((kind.name + "/" + title).c_str(),
                                         [&kind, &text = text](benchmark::State& state) {
                                             measure(state, kind.words, text, kind.golden);
                                         })
                ->Unit(benchmark::kMillisecond);
        }
    }
    benchmark::RunSpecifiedBenchmarks();
}

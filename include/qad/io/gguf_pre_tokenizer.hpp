// SPDX-License-Identifier: MIT
// Names of pre-tokenizers: a GGUF file says which expressions cut a text by naming a model.
#ifndef QAD_IO_GGUF_PRE_TOKENIZER_HPP
#define QAD_IO_GGUF_PRE_TOKENIZER_HPP

#include <qad/io/pre_tokenizer.hpp> // gpt2_words, llama3_words, qwen2_words, tekken_words

namespace qad {

/// What one name of `tokenizer.ggml.pre` stands for.
struct gguf_pre_tokenizer {
    std::vector<std::string> names; ///< the first is the one that is written
    std::vector<std::string> cuts; ///< expressions, each of which cuts what the one before left
    bool whole_first = false;      ///< a piece that is a word is not merged
    bool bos = false;              ///< BOS before every text, unless the file says otherwise
    bool nfc = false;              ///< texts are composed first (llama.cpp leaves that out)

    /// As a member "pre_tokenizer" of tokenizer.json.
    json description() const {
        json parts = json::array();
        for (std::string const& cut : cuts) {
            parts.push_back({{"type", "Split"},
                             {"pattern", {{"Regex", cut}}},
                             {"behavior", "Isolated"},
                             {"invert", false}});
        }
        parts.push_back({{"type", "ByteLevel"},
                         {"add_prefix_space", false},
                         {"trim_offsets", true},
                         {"use_regex", false}});
        return {{"type", "Sequence"}, {"pretokenizers", parts}};
    }
};

/// Those whose expressions are plain regular expressions of the families here. Some names share
/// the expressions of another model.
inline std::vector<gguf_pre_tokenizer> const& gguf_pre_tokenizers() {
    static std::vector<gguf_pre_tokenizer> const all = {
        {{"gpt-2", "phi-2", "mpt", "olmo", "exaone4", "mellum"}, {gpt2_words}},
        {{"smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"},
         {"\\p{N}", gpt2_words}},
        {{"llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "lfm2"},
         {llama3_words},
         true,
         true},
        {{"dbrx", "smaug-bpe"}, {llama3_words}},
        {{"qwen2", "deepseek-r1-qwen", "megrez"}, {qwen2_words}, false, false, true},
        {{"stablelm2", "hunyuan"}, {qwen2_words}},
        {{"tekken"}, {tekken_words}, true, true},
    };
    return all;
}

/// The names, for messages.
inline std::string gguf_pre_names() {
    std::string all;
    for (auto const& one : gguf_pre_tokenizers()) {
        for (std::string const& name : one.names) { all += (all.empty() ? "" : ", ") + name; }
    }
    return all;
}

/// The expressions that a member "pre_tokenizer" of a tokenizer.json cuts with; false where it
/// does something else too.
inline bool add_cuts(json const& step, std::vector<std::string>& cuts) {
    json const& type = step.is_object() ? member(step, "type") : step;
    if (type == "Sequence") {
        json const& parts = member(step, "pretokenizers");
        return std::all_of(parts.begin(), parts.end(),
                           [&](json const& part) { return add_cuts(part, cuts); });
    }
    if (type == "Digits") {
        cuts.push_back("\\p{N}");
        return member(step, "individual_digits") == true;
    }
    if (type == "Split") {
        json const& pattern = member(step, "pattern");
        json const& regular = pattern.is_object() ? member(pattern, "Regex") : pattern;
        cuts.push_back(regular.is_string() ? regular.get<std::string>() : "");
        return member(step, "behavior") == "Isolated";
    }
    if (type == "ByteLevel" && member(step, "use_regex") != false) {
        cuts.push_back(gpt2_words);
    }
    return type == "ByteLevel" && member(step, "add_prefix_space") == false;
}

} // namespace qad

#endif

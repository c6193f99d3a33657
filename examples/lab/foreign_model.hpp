// SPDX-License-Identifier: MIT
// What somebody else's model is made of, and how long the lab's texts are in its tokens.
#ifndef QAD_LAB_FOREIGN_MODEL_HPP
#define QAD_LAB_FOREIGN_MODEL_HPP

#include "plan.hpp"

#include <qad/decide/jsonl.hpp> // read_examples
#include <qad/fit/weights.hpp>  // weight_storage
#include <qad/io/tokenizer.hpp> // load_tokenizer
#include <qad/model/load.hpp>   // load
#include <qad/model/save.hpp>   // for_each_tensor

namespace qad::lab {

/// A file of texts in tokens: what a line sends through a model, its choices included, on
/// average; and the longest that stands in it at a time.
struct text_size {
    double mean = 0;
    index_t longest = 0, lines = 0;
};

struct foreign_model {
    model_shape shape = {};
    weight_storage stored = {};
    std::string dtype = {};                      ///< of its matrices: bf16, fp16 or fp32
    index_t positions = 0;                       ///< the longest text that it was made for
    std::map<std::string, text_size> texts = {}; ///< by file
};

inline text_size size_in(tokenizer const& words, std::vector<example> const& set) {
    text_size size{.lines = static_cast<index_t>(set.size())};
    double sum = 0;
    auto const count = [&](std::string const& text) {
        return static_cast<index_t>(words.encode(text).size());
    };
    for (example const& e : set) {
        index_t const prompt = count(e.prompt), whole = count(e.prompt + e.completion);
        sum += static_cast<double>(whole);
        size.longest = std::max(size.longest, whole);
        for (std::string const& choice : e.choices) { // the prompt runs once for all
            index_t const with = count(e.prompt + choice);
            size.longest = std::max(size.longest, with);
            if (choice != e.completion) { sum += static_cast<double>(with - prompt); }
        }
    }
    size.mean = sum / static_cast<double>(set.size());
    return size;
}

/// Looks into the model's files. The lab rounds the model itself, so it wants plain weights:
/// `format_error` for one that is quantized already.
inline foreign_model look_into(std::filesystem::path const& path, model_shape const& shape,
                               std::filesystem::path const& data) {
    foreign_model m{.shape = shape};
    auto const words = load_tokenizer(path); // a missing tokenizer shows before the weights
    for (char const* file : {"tickets_eval.jsonl", "perplexity.jsonl", "house_b_eval.jsonl",
                             "house_b_train.jsonl"}) {
        m.texts[file] = size_in(words, read_examples(data / file));
    }
    auto const model = load(path);
    m.positions = model.config.max_positions;
    if (words.size() > model.config.vocab) {
        fail<format_error>(path.string(), ": the tokenizer has ", words.size(),
                           " tokens and the model ", model.config.vocab,
                           "; do they belong together?");
    }
    for_each_tensor(model, [&](std::string const& name, auto const& tensor) {
        if constexpr (std::is_same_v<decltype(tensor), weight const&>) {
            std::string const is = kind(tensor);
            bool const wide = is == "fp32" || is == "F32",
                       half = is == "bf16" || is == "fp16" || is == "BF16" || is == "F16";
            if (!wide && !half) {
                fail<format_error>(path.string(), ": ", name, " is ", is,
                                   "; the lab rounds a model itself, so it wants one in 16 or "
                                   "32 bits: name the model that this one was made from");
            }
            bool const linear = name.starts_with("model.layers.");
            storage& as = linear                     ? m.stored.linear
                          : name == "lm_head.weight" ? m.stored.head
                                                     : m.stored.embedding;
            as = wide ? in_fp32 : in_bf16;
            if (linear) {
                m.dtype = wide ? "fp32" : is.starts_with('b') || is == "BF16" ? "bf16" : "fp16";
            }
        }
    });
    m.stored.vectors = in_fp32; // as they are held
    return m;
}

} // namespace qad::lab

#endif

// SPDX-License-Identifier: MIT
// ./qad inspect PATH: what is in a model or a file of tensors, and why a loader would refuse it.
#include "program.hpp"

#include <qad/io/checkpoint.hpp>   // checkpoint
#include <qad/io/gguf_model.hpp>   // gguf_model, gguf_parts
#include <qad/io/json.hpp>         // json
#include <qad/io/model_config.hpp> // read_model_config
#include <qad/io/tokenizer.hpp>    // load_tokenizer
#include <qad/model/adapter_file.hpp> // load_adapter
#include <qad/model/load.hpp>      // load
#include <qad/model/scheme_report.hpp> // name_of, notes_on

#include <cmath>    // isfinite
#include <cstdio>   // printf
#include <iostream> // cout

namespace qad::program {

namespace inspect_program {

struct options {
    common shared;
    std::string path;
};

struct finding {
    std::string name, type, shape;
    index_t elements = 0, bytes = 0;
};

/// One line for each tensor, a sum below.
void print(std::vector<finding> const& tensors, json const& facts, std::vector<std::string> const& problems,
           std::vector<std::string> const& notes, bool as_json) {
    index_t elements = 0, bytes = 0;
    for (auto const& t : tensors) {
        elements += t.elements;
        bytes += t.bytes;
    }
    double const bits = elements == 0 ? 0 : 8.0 * static_cast<double>(bytes) / static_cast<double>(elements);
    if (as_json) {
        json list = json::array();
        for (auto const& t : tensors) { list.push_back({{"name", t.name}, {"type", t.type}, {"shape", t.shape}, {"bytes", t.bytes}}); }
        std::cout << json{{"facts", facts}, {"tensors", list}, {"elements", elements}, {"bytes", bytes},
                          {"bits_per_weight", bits}, {"problems", problems}, {"notes", notes}}.dump() << '\n';
        return;
    }
    for (auto const& [key, value] : facts.items()) { std::cout << key << ": " << value.dump() << '\n'; }
    for (auto const& t : tensors) {
        std::printf("%-48s %-6s %-18s %12lld bytes\n", t.name.c_str(), t.type.c_str(), t.shape.c_str(),
                    static_cast<long long>(t.bytes));
    }
    std::printf("%zu tensors, %lld elements, %.3f MB, %.3f bits per element\n", tensors.size(),
                static_cast<long long>(elements), static_cast<double>(bytes) / 1e6, bits);
    if (problems.empty()) { std::puts("nothing found that a loader would refuse"); }
    for (auto const& problem : problems) { std::cout << "problem: " << problem << '\n'; }
    for (auto const& note : notes) { std::cout << "note: " << note << '\n'; }
}

/// Calls f; an error becomes a problem instead of the end.
template <class F> void attempt(std::vector<std::string>& problems, F&& f) {
    try {
        f();
    } catch (error const& e) { problems.push_back(e.what()); }
}

finding from(tensor_entry const& t) {
    return {t.name, std::string(facts(t.dtype).name), shape_text(t.shape), t.rows() * t.cols(),
            static_cast<index_t>(t.bytes.size())};
}

/// NaN and infinities in the weights are legal in the file, and ruin everything that follows.
void look_for_nan(tensor_entry const& t, std::vector<std::string>& problems) {
    if (t.dtype != data_type::f32 && t.dtype != data_type::f16 && t.dtype != data_type::bf16) { return; }
    auto const values = float_matrix(t);
    for (index_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values.data()[i])) {
            problems.push_back(text(t.name, ": element ", i, " is ", values.data()[i]));
            return;
        }
    }
}

/// The kinds of the layers' matrices ("int4 per group of 128" → how many), and their bits per weight, as they run.
json layers_of(std::map<std::string, index_t> const& kinds, index_t bits, index_t weights) {
    json found = {{"layer_matrices", kinds}};
    if (weights > 0) { found["bits_per_layer_weight"] = static_cast<double>(bits) / static_cast<double>(weights); }
    return found;
}

/// What an adapter is: "4", or "2 to 6" where its layers differ.
json describe(adapter const& a) {
    index_t lowest = 0, highest = 0;
    std::set<double> alphas;
    std::set<std::string> targets;
    for (auto const& [name, delta] : a.layers) {
        lowest = lowest == 0 ? delta.rank() : std::min(lowest, delta.rank());
        highest = std::max(highest, delta.rank());
        alphas.insert(static_cast<double>(delta.alpha));
        targets.insert(name.substr(name.rfind('.') + 1));
    }
    bool const rank_stabilized = a.layers.begin()->second.rule == lora_rule::root_of_rank;
    return {{"base_model", a.base_model},
            {"rank", lowest == highest ? json(lowest) : json(text(lowest, " to ", highest))},
            {"alpha", alphas.size() == 1 ? json(*alphas.begin()) : json(alphas)},
            {"scale", rank_stabilized ? "alpha / sqrt(rank)" : "alpha / rank"},
            {"targets", targets},
            {"adapted_layers", a.layers.size()},
            {"parameters", a.parameters()}};
}

/// What the model computes.
json describe(model_config const& c) {
    json about = {{"model_type", c.model_type}, {"hidden", c.hidden}, {"layers", c.layers}, {"heads", c.heads},
                  {"kv_heads", c.kv_heads}, {"head_dim", c.head_dim}, {"feed_forward", c.ff}, {"vocabulary", c.vocab},
                  {"context", c.max_positions}, {"rope_theta", c.rope.theta},
                  {"rope_type", c.rope.divisors.empty() ? c.rope.type : "table of divisors"}, {"tied", c.tied}};
    if (c.rope.dims > 0 && c.rope.dims != c.head_dim) { about["rotary_dims"] = c.rope.dims; }
    std::string const attention = !c.qkv_bias ? "" : c.output_bias ? "query, key, value, output" : "query, key, value";
    if (c.qkv_bias || c.mlp_bias) {
        about["biases"] = attention + (c.qkv_bias && c.mlp_bias ? ", " : "") + (c.mlp_bias ? "gate, up, down" : "");
    }
    if (c.family().qk_norm) { about["norms"] = "also on query and key"; }
    index_t sliding = 0;
    for (index_t i = 0; i < c.layers; ++i) { sliding += c.sliding.of(i) > 0; }
    if (sliding > 0) { about["window"] = text(c.sliding.window, " tokens in ", sliding, " of ", c.layers, " layers"); }
    return about;
}

/// Which kind of tokenizer there is: "byte-level BPE, 49152 tokens, 17 of them special".
std::string describe(tokenizer const& words) {
    index_t special = 0;
    for (auto const& token : words.added()) { special += token.special; }
    return text(words.kind(), ", ", words.size(), " tokens, ", special, " of them special");
}

int run(options const& o) {
    std::filesystem::path const path = o.path;
    std::vector<finding> tensors;
    std::vector<std::string> problems, notes;
    std::set<std::string> matrices;
    std::map<std::string, index_t> kinds;
    index_t bits = 0, weights = 0;
    auto const load_all = [&] {
        load(path, {[&](std::string const& name, weight w) {
            matrices.insert(name);
            if (name.starts_with("model.layers.")) {
                ++kinds[kind(w)];
                bits += 8 * bytes(w);
                weights += rows(w) * cols(w);
            }
            return w;
        }});
    };
    json about;
    auto const list = [&](auto const& entries) {
        for (auto const& t : entries) {
            tensors.push_back(from(t));
            look_for_nan(t, problems);
        }
    };
    if (std::filesystem::exists(path / "adapter_config.json")) {
        about["kind"] = "LoRA adapter";
        attempt(problems, [&] { list(safetensors_file(path / "adapter_model.safetensors").tensors()); });
        attempt(problems, [&] { about.update(describe(load_adapter(path))); });
    } else if (std::filesystem::is_directory(path)) {
        about["kind"] = "Hugging Face directory";
        attempt(problems, [&] {
            about.update(describe(read_model_config(path)));
        });
        if (std::filesystem::exists(path / "tokenizer.json") || std::filesystem::exists(path / "tokenizer.model")) {
            attempt(problems, [&] { about["tokenizer"] = describe(load_tokenizer(path)); });
        }
        attempt(problems, [&] { list(checkpoint(path).tensors()); });
        attempt(problems, [&] {
            if (auto const scheme = name_of(read_scheme(path)); !scheme.empty()) { about["quantization"] = scheme; }
        });
        if (problems.empty()) { attempt(problems, load_all); }
        if (problems.empty()) {
            about.update(layers_of(kinds, bits, weights));
            notes = notes_on(read_scheme(path), checkpoint(path), matrices);
        }
    } else if (path.extension() == ".gguf") {
        about["kind"] = "GGUF file";
        attempt(problems, [&] {
            gguf_parts const parts(path);
            if (parts.files().size() > 1) { about["files"] = parts.files().size(); }
            if (find_value(parts.values(), "tokenizer.ggml.model")) {
                attempt(problems, [&] { about["tokenizer"] = describe(load_tokenizer(path)); });
            }
            for (auto const& part : parts.files()) {
                for (auto const& t : part.tensors()) {
                    tensors.push_back({t.name, std::string(facts(t.type).name), shape_text(t.dims), t.rows() * t.cols(),
                                       static_cast<index_t>(t.bytes.size())});
                }
            }
            about.update(describe(gguf_model(path).config()));
        });
        if (problems.empty()) { attempt(problems, load_all); }
        if (problems.empty()) { about.update(layers_of(kinds, bits, weights)); }
    } else {
        about["kind"] = "safetensors file";
        attempt(problems, [&] { list(safetensors_file(path).tensors()); });
    }
    print(tensors, about, problems, notes, o.shared.json);
    return problems.empty() ? done : said_no;
}

} // namespace inspect_program

void add_inspect(CLI::App& app) {
    auto o = std::make_shared<inspect_program::options>();
    auto* program = app.add_subcommand("inspect", "what is in a model or a file, and why a loader would refuse it");
    program->add_option("PATH", o->path, "Hugging Face or adapter directory, .safetensors or .gguf file")->required();
    add_common(*program, o->shared);
    program->callback([=] {
        if (int const status = run(*o); status != done) { throw CLI::RuntimeError(status); }
    });
}

} // namespace qad::program

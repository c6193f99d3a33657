// SPDX-License-Identifier: MIT
// ./qad quantize MODEL: a smaller model, and what it cost.
#include "memory.hpp"
#include "program.hpp"
#include "quantizer.hpp"

#include <qad/core/file.hpp>             // mapped_file
#include <qad/core/progress.hpp>         // progress
#include <qad/decide/hash.hpp>           // fnv1a
#include <qad/decide/jsonl.hpp>          // read_examples
#include <qad/io/gguf_vocabulary.hpp>    // gguf_vocabulary
#include <qad/io/json.hpp>               // json
#include <qad/io/tokenizer.hpp>          // load_tokenizer
#include <qad/model/load.hpp>            // load
#include <qad/model/save_gguf.hpp>       // save, save_gguf
#include <qad/simd/limits.hpp>           // sgemm_rate

#include <chrono>   // steady_clock
#include <cstdio>   // printf
#include <iostream> // cout

namespace qad::program {

namespace quantize_program {

struct options {
    common shared;
    std::string model, method = "gptq", format = "int4", group = "64", grid = "symmetric", head;
    std::string calibration, tokens_file, out, as = "qad";
    index_t samples = 32, length = 512;
    double damping = 0.01;
    bool activation_order = false;
};

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// `samples` windows of `length` tokens, evenly spread over the text.
matrix<std::int32_t> calibration_texts(options const& o) {
    std::vector<std::int32_t> tokens;
    if (!o.tokens_file.empty()) {
        tokens = read_token_file(o.tokens_file);
    } else if (!o.calibration.empty()) {
        std::string text;
        if (o.calibration.ends_with(".jsonl")) { // {"text": ...} a line, or prompt and completion
            for (example const& e : read_examples(o.calibration)) { text += e.prompt + e.completion; }
        } else {
            text = mapped_file(o.calibration).text();
        }
        tokens = load_tokenizer(o.model).encode(text);
    } else {
        return {};
    }
    auto const size = static_cast<index_t>(tokens.size());
    if (size < o.length) {
        fail("the calibration text has ", size, " tokens, one sample needs ", o.length,
             "; give a longer text, or a smaller --length");
    }
    index_t const samples = std::min(o.samples, size / o.length);
    if (samples < o.samples) {
        std::cerr << "qad: the calibration text gives " << samples << " of " << o.samples << " samples\n";
    }
    matrix<std::int32_t> texts(samples, o.length);
    for (index_t i = 0; i < samples; ++i) {
        index_t const first = samples == 1 ? 0 : (size - o.length) * i / (samples - 1);
        std::copy_n(tokens.begin() + first, o.length, texts.row(i).begin());
    }
    return texts;
}

model_plan plan_of(options const& o) {
    model_plan plan;
    plan.method = o.method == "rtn" ? quantize_method::rtn : o.method == "awq" ? quantize_method::awq : quantize_method::gptq;
    plan.linears.format = parse_format(o.format);
    plan.linears.cut = parse_granularity(o.group);
    plan.linears.rounding.grid = o.grid == "symmetric" ? grid::symmetric : o.grid == "centred" ? grid::centred : grid::asymmetric;
    if (!plan.linears.is_quantized()) { fail("--format must be int8, int4, int3 or nf4"); }
    if (!o.head.empty()) { plan.head = parse_scheme(o.head); }
    plan.damping = o.damping;
    plan.activation_order = o.activation_order;
    return plan;
}

/// The tokenizer's keys for a .gguf file: those of the source file, or made from tokenizer.json.
gguf_values vocabulary_of(std::filesystem::path const& model, index_t rows) {
    if (!std::filesystem::is_directory(model)) {
        gguf_values keys;
        gguf_file const source(model);
        for (auto const& [key, value] : source.values()) {
            bool const said_by_config = key.ends_with("bos_token_id") || key.ends_with("eos_token_id") ||
                                        key.ends_with("eot_token_id");
            if (key.starts_with("tokenizer.") && !said_by_config) { keys.emplace_back(key, value); }
        }
        return keys;
    }
    bool const sentencepiece = !std::filesystem::exists(model / "tokenizer.json") &&
                               std::filesystem::exists(model / "tokenizer.model");
    auto const path = model / (sentencepiece ? "tokenizer.model" : "tokenizer.json");
    if (!std::filesystem::exists(path)) {
        std::cerr << "qad: " << path.string() << " is not there: the .gguf file has no vocabulary, and llama.cpp will refuse it\n";
        return {};
    }
    return gguf_vocabulary(tokenizer_description(path), rows, path.string());
}

/// All that decides what the quantized layers will be: a run that is interrupted goes on with the
/// layers that it finished, if this is still the same.
json what_decides(options const& o, matrix<std::int32_t> const& texts) {
    json files = json::object();
    auto const add = [&](std::filesystem::path const& file) {
        files[file.filename().string()] = {std::filesystem::file_size(file),
                                           std::filesystem::last_write_time(file).time_since_epoch().count()};
    };
    if (std::filesystem::is_directory(o.model)) {
        for (auto const& entry : std::filesystem::directory_iterator(o.model)) {
            bool const decides = entry.path().extension() == ".safetensors" || entry.path().extension() == ".json";
            if (decides && entry.is_regular_file()) { add(entry.path()); }
        }
    } else {
        add(o.model);
    }
    std::string_view const tokens(reinterpret_cast<char const*>(texts.data()), static_cast<std::size_t>(texts.size()) * 4);
    return {{"model", std::filesystem::weakly_canonical(o.model).string()}, {"files", files}, {"method", o.method},
            {"format", o.format}, {"group", o.group}, {"grid", o.grid}, {"damping", o.damping},
            {"activation_order", o.activation_order}, {"samples", texts.rows()}, {"length", texts.cols()},
            {"tokens", hex(fnv1a(tokens))}, {"backend", o.shared.backend}};
}

/// OUT.parts, beside OUT.
std::filesystem::path parts_directory(std::string out) {
    while (out.size() > 1 && out.ends_with('/')) { out.pop_back(); }
    return out + ".parts";
}

void run(options const& o) {
    return_large_blocks();
    auto const plan = plan_of(o);
    if (std::filesystem::exists(o.out) && std::filesystem::equivalent(o.out, o.model)) {
        fail("--out is the model itself; choose another directory, the original stays as it is");
    }
    auto const texts = calibration_texts(o);
    auto model = load(o.model);
    index_t const layers = model.config.layers;
    layer_parts parts(parts_directory(o.out), model.config, what_decides(o, texts));
    index_t const there = parts.finished();
    if (there > 0) {
        std::cerr << "qad: goes on after " << there << " of " << layers << " layers, which " << parts.directory().string() << " holds\n";
    }

    // Quantize, matrix by matrix; a finished layer goes to the disk.
    auto const begin = std::chrono::steady_clock::now();
    progress bar("quantize", layers * 7);
    quantization_report total;
    json lines = json::array();
    auto const each = [&](layer_result const& layer) {
        total += layer.report;
        lines.push_back({{"name", layer.name}, {"bits_per_weight", layer.report.bits_per_weight()},
                         {"weight_error", layer.report.weight_relative()},
                         {"output_error", layer.report.output_relative()}});
        bar.step(1, layer.name);
    };
    product_count products;
    index_t untouched = 0, bytes = 0;
    double elapsed = 0;
    try {
        products = quantize_on(o.shared.backend, model, plan, texts, each, parts);
        elapsed = seconds_since(begin);

        // What the method did not touch belongs into the report.
        for_each_tensor(model, parts, [&](std::string const& name, auto const& tensor) {
            if constexpr (std::is_same_v<decltype(tensor), weight const&>) {
                bytes += qad::bytes(tensor);
                bool const is_linear = name.starts_with("model.layers.");
                if (!is_linear && !plan.head) { untouched += rows(tensor) * cols(tensor); }
                if (!is_linear && plan.head) {
                    total.weights += static_cast<double>(rows(tensor) * cols(tensor));
                    total.parameters += static_cast<double>(rows(tensor) * cols(tensor));
                    total.bits += 8.0 * static_cast<double>(qad::bytes(tensor));
                }
            } else {
                bytes += static_cast<index_t>(tensor.size() * sizeof(float));
                untouched += static_cast<index_t>(tensor.size());
            }
        });
        total.untouched(untouched);
        if (o.as == "gguf") {
            save_gguf(model, vocabulary_of(o.model, model.config.vocab), o.out, parts);
        } else {
            save(model, o.out, parts);
            copy_tokenizer(o.model, o.out);
        }
    } catch (error const&) {
        if (index_t const done = parts.finished(); done > 0) {
            std::cerr << "qad: " << done << " of " << layers << " layers stay in " << parts.directory().string()
                      << "; the same command goes on there\n";
        } else {
            parts.remove();
        }
        throw;
    }
    parts.remove();

    // The sum: what the products alone would take at the rate of the machine.
    double const rate = products.sum() > 0 ? sgemm_rate() : 0;
    double const floor = rate > 0 ? products.sum() / rate : 0;
    double const peak = static_cast<double>(peak_resident());
    if (o.shared.json) {
        std::cout << json{{"out", o.out}, {"seconds", elapsed}, {"bytes", bytes}, {"peak_bytes", peak},
                          {"bits_per_weight", total.bits_per_weight()}, {"coverage", total.coverage()},
                          {"weight_error", total.weight_relative()}, {"output_error", total.output_relative()},
                          {"products", products.sum()}, {"sgemm_rate", rate}, {"products_seconds", floor},
                          {"layers", lines}}.dump() << '\n';
        return;
    }
    std::printf("%s\n%s\n", o.out.c_str(), total.line().c_str());
    std::printf("weights now %.1f MB; %.1f s, peak memory %.2f GB\n", static_cast<double>(bytes) / 1e6, elapsed, peak / 1e9);
    if (floor > 0) {
        std::printf("matrix products: forward %.3g + Hessians %.3g + rounding %.3g = %.3g operations; at the measured "
                    "%.0f GFLOP/s of sgemm %.1f s; whole run %.2f times that\n",
                    products.forward, products.hessians, products.rounding, products.sum(), rate / 1e9, floor, elapsed / floor);
    }
}

} // namespace quantize_program

void add_quantize(CLI::App& app) {
    auto o = std::make_shared<quantize_program::options>();
    auto* program = app.add_subcommand("quantize", "a smaller model: round to nearest, GPTQ, AWQ");
    program->add_option("MODEL", o->model, "Hugging Face directory or .gguf file")->required();
    program->add_option("--method", o->method, "rtn: round to nearest; gptq; awq")->check(CLI::IsMember({"rtn", "gptq", "awq"}))->capture_default_str();
    program->add_option("--format", o->format, "int8, int4, int3 or nf4")->capture_default_str();
    program->add_option("--group", o->group, "columns that share a scale, or channel, or tensor")->capture_default_str();
    program->add_option("--grid", o->grid, "symmetric: -7 to 7; centred: -8 to 7; asymmetric: zero points")->check(CLI::IsMember({"symmetric", "centred", "asymmetric"}))->capture_default_str();
    program->add_option("--head", o->head, "embedding and head as well, rounded: int8:32 (default: as they are)");
    auto* text = program->add_option("--calibration", o->calibration, "a text like those the model will see, or JSONL");
    program->add_option("--tokens-file", o->tokens_file, "or its tokens, little-endian int32")->excludes(text);
    program->add_option("--samples", o->samples, "calibration samples")->check(CLI::Range(1, 1 << 20))->capture_default_str();
    program->add_option("--length", o->length, "tokens in a sample")->check(CLI::Range(1, 1 << 20))->capture_default_str();
    program->add_option("--damping", o->damping, "GPTQ: share of the mean of H's diagonal")->capture_default_str();
    program->add_flag("--activation-order", o->activation_order, "GPTQ: loudest inputs first");
    program->add_option("--out", o->out, "directory to write, or .gguf file; OUT.parts holds finished layers until then")->required();
    program->add_option("--as", o->as, "form of the result; gguf wants --group 32 and int4 or int8")->check(CLI::IsMember({"qad", "gguf"}))->capture_default_str();
    add_common(*program, o->shared);
    program->callback([=] { run(*o); });
}

} // namespace qad::program

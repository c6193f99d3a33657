// SPDX-License-Identifier: MIT
// ./qad merge MODEL ADAPTER --out DIR: a model with the adapter in its weights.
#include "program.hpp"

#include <qad/io/json.hpp>            // json
#include <qad/model/adapter_file.hpp> // load_adapter
#include <qad/model/fused_adapter.hpp> // split_fused
#include <qad/model/load.hpp>         // load
#include <qad/model/merge_model.hpp>  // save_merged

#include <cstdio>   // printf
#include <iostream> // cout

namespace qad::program {

namespace merge_program {

struct options {
    common shared;
    std::string model, adapter, out, dtype = "bf16";
};

bool same_place(std::filesystem::path const& a, std::filesystem::path const& b) {
    return std::filesystem::exists(a) && std::filesystem::exists(b) &&
           std::filesystem::equivalent(a, b);
}

void run(options const& o) {
    if (same_place(o.out, o.model) || same_place(o.out, o.adapter)) {
        fail("--out is the model or the adapter itself; choose another directory, the "
             "originals stay as they are");
    }
    auto written = load_adapter(o.adapter); // before the model: a mistake here shows at once
    auto const model = load(o.model);
    auto const adapter = split_fused(std::move(written), model.config);
    bool const has_config = std::filesystem::is_directory(o.model); // a .gguf file has none
    auto const config = std::filesystem::path(o.model) / "config.json";
    save_merged(model, adapter, o.out, parse_format(o.dtype),
                has_config ? read_json(config) : to_json(model.config));
    copy_tokenizer(o.model, o.out);
    if (o.shared.json) {
        std::cout << json{{"out", o.out},
                          {"dtype", o.dtype},
                          {"merged_layers", adapter.layers.size()},
                          {"adapter_parameters", adapter.parameters()}}
                         .dump()
                  << '\n';
        return;
    }
    std::printf("%s\n%zu layers merged, all weights %s\n", o.out.c_str(), adapter.layers.size(),
                o.dtype.c_str());
}

} // namespace merge_program

void add_merge(CLI::App& app) {
    auto o = std::make_shared<merge_program::options>();
    auto* program = app.add_subcommand("merge", "a model with a LoRA adapter in its weights");
    program->add_option("MODEL", o->model, "Hugging Face directory or .gguf file")->required();
    program->add_option("ADAPTER", o->adapter, "directory of a LoRA adapter, as PEFT writes it")
        ->required();
    program->add_option("--out", o->out, "Hugging Face directory to write")->required();
    program->add_option("--dtype", o->dtype, "type of the weights: bf16, f32 or f16")
        ->transform(
            CLI::CheckedTransformer(std::map<std::string, std::string>{{"bf16", "bf16"},
                                                                       {"f32", "fp32"},
                                                                       {"f16", "fp16"},
                                                                       {"fp32", "fp32"},
                                                                       {"fp16", "fp16"}}))
        ->capture_default_str();
    add_common(*program, o->shared);
    program->callback([=] { run(*o); });
}

} // namespace qad::program

// SPDX-License-Identifier: MIT
// ./qad lab: should we quantize? should we fine-tune? One run that answers with evidence.
#include "program.hpp"
#include "../lab/contrasts.hpp"
#include "../lab/freshness.hpp"
#include "../lab/foreign_rows.hpp"
#include "../lab/outliers.hpp"

#include <qad/core/team.hpp>             // threads
#include <qad/decide/pack.hpp>           // write_pack
#include <qad/decide/yaml.hpp>           // read_yaml_or_json
#include <qad/model/load.hpp>             // load
#include <qad/model/prepare.hpp>          // convert_weights
#include <qad/model/save.hpp>             // save
#include <qad/simd/limits.hpp>           // read_bandwidth, sgemm_rate

#include <fmt/format.h> // print

#include <fstream>  // ifstream
#include <iostream> // cout

namespace qad::program {

namespace lab_program {

using namespace qad::lab;

struct options {
    std::string model, config, out = "lab", data;
    bool quick = false;
    index_t max_train = 0, max_eval = 0;
    double budget = 600;
    common shared;
};

/// Where the repository's own data lie: ./qad says it.
std::filesystem::path home() {
    char const* const root = std::getenv("QAD_ROOT");
    return root ? root : ".";
}

std::string first_value(char const* file, std::string const& key) {
    std::string line;
    for (std::ifstream in(file); std::getline(in, line);) {
        if (line.starts_with(key) && line.find(':') != line.npos) {
            auto const at = line.find_first_not_of(" \t", line.find(':') + 1);
            return at == line.npos ? "" : line.substr(at);
        }
    }
    return "";
}

machine_facts this_machine() {
    machine_facts m;
    m.processor = first_value("/proc/cpuinfo", "model name");
    if (m.processor.empty()) { m.processor = "not named by the system"; }
    m.isa = isa::name();
    m.cores = threads().size();
    m.memory = byte_count(static_cast<index_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE));
    m.read_gb_per_second = read_bandwidth(index_t{256} << 20) / 1e9;
    m.sgemm_gflops = sgemm_rate() / 1e9;
    return m;
}

/// What the answers of all steps depend on besides their commands.
std::string inputs_of(lab_options const& o) {
    std::uint64_t hash = fnv1a(mapped_file(own_program()).text());
    for (auto const& folder : {o.model, o.data}) {
        std::vector<std::filesystem::path> files;
        for (auto const& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.is_regular_file() && entry.file_size() > 0) { files.push_back(entry.path()); }
        }
        std::sort(files.begin(), files.end());
        for (auto const& file : files) { hash = fnv1a(mapped_file(file).text(), fnv1a(file.filename().string(), hash)); }
    }
    return hex(hash);
}

std::vector<std::string> limits_of(lab_options const& o) {
    return {"the model is small (" + o.model_name + "): methods are compared here, not what a 7B model can do",
            "the texts are synthetic: some two hundred sentence forms of one fictional help desk",
            "speeds are those of this processor, not of a graphics card, where reading weights weighs more",
            "rows of imitated outliers stand in for large models' outlier channels; they do not replace GPTQ, AWQ or GGUF "
            "evidence on the model that is to ship"};
}

void run(options const& o) {
    lab_options l;
    l.data = o.data.empty() ? home() / "data/world" : std::filesystem::path(o.data);
    l.model = o.model.empty() ? home() / "data/base" : std::filesystem::path(o.model);
    l.out = o.out;
    l.quick = o.quick;
    l.max_train = o.max_train;
    l.max_eval = o.max_eval > 0 ? o.max_eval : o.quick ? 64 : 0;
    l.seed = o.shared.seed;
    l.threads = o.shared.threads;
    if (o.quick) { l.steps = 60; }
    if (!o.config.empty()) {
        json const c = read_yaml_or_json(o.config);
        json const lora = c.value("lora", json::object());
        l.rank = lora.value("rank", l.rank);
        l.alpha = lora.value("alpha", l.alpha);
        l.steps = lora.value("steps", l.steps);
        l.max_train = c.value("max_train_samples", l.max_train);
        l.max_eval = c.value("max_eval_samples", l.max_eval);
        if (c.contains("model") && o.model.empty()) { l.model = c["model"].get<std::string>(); }
    }
    l.own = l.model == home() / "data/base" || std::filesystem::exists(l.model / "world.json");
    for (auto const& folder : {l.model, l.data}) {
        if (!std::filesystem::is_directory(folder)) {
            fail<io_error>(folder.string(), " is not there; ./qad pretrain and ./qad world make the lab's own model and data");
        }
    }
    auto const config = read_model_config(l.model);
    evidence run;
    run.shape = shape_of(config);
    l.model_name = l.own ? "qad base" : l.model.filename().string();
    run.model = l.model_name;
    run.quick = o.quick;
    run.seed = static_cast<index_t>(l.seed);
    std::filesystem::create_directories(l.out / "items");
    std::filesystem::create_directories(l.out / "artifacts");

    fmt::print(stderr, "measuring this machine\n");
    run.machine = this_machine();
    run.hardware = {"this machine", run.machine.memory, 0.1, config.max_positions, 1};
    auto const p = l.own ? our_plan(l)
                         : foreign_plan(l, run.shape, {run.machine.memory, run.machine.sgemm_gflops, o.budget});
    for (auto const& row : p.omitted) { fmt::print(stderr, "left out: {}: {}\n", row.config, row.why); }
    step_runner answers(l.out, inputs_of(l));
    answers.run(p.steps);

    // Put it together.
    std::set<std::string> files;
    auto const describe_set = [&](std::string const& name, std::string const& file, std::vector<data_facts>& into) {
        if (!files.insert(file).second) { return; }
        auto const set = read_examples(p.data(file));
        into.push_back({name, file, hash_of_file(p.data(file)), static_cast<index_t>(set.size())});
    };
    for (auto const& set : question_sets) { describe_set(set.name, set.file, run.evals); }
    for (auto const& t : p.trainings) { describe_set(t.file, t.file, run.trains); }
    run.omitted = p.omitted;
    run.limits = limits_of(l);
    assembler table(p, answers, run);
    for (auto const& r : p.rows) { table.row(r); }
    table.against_base();
    if (l.own) {
        contrast_judge(table, run, p).all();
        add_freshness(run, p, answers);
    }
    auto const remarks = write_pack(l.out, run);
    for (auto const& remark : remarks) { fmt::print(stderr, "{}\n", remark); }

    if (o.shared.json) {
        std::cout << to_json(run).dump() << '\n';
        return;
    }
    for (auto const& c : run.contrasts) {
        fmt::print("{:>2} {:<10} {}{}\n", c.id,
                   c.verdict == contrast_verdict::shown       ? "shown"
                   : c.verdict == contrast_verdict::not_shown ? "NOT SHOWN"
                                                              : "not judged",
                   c.text, c.firm ? " (firm)" : "");
        for (auto const& x : c.figures) {
            fmt::print("      {} - {}, {} on {}: {:+.4f} ({:+.4f} to {:+.4f}), {} items{}\n", x.a, x.b, x.metric, x.set,
                       x.difference, x.low, x.high, x.items, x.distinguishable() ? "" : ", not distinguishable");
        }
    }
    fmt::print("the pack is in {}: begin with {}/README.md; ./qad pack check {} recomputes it\n", l.out.string(),
               l.out.string(), l.out.string());
}

struct outlier_options {
    std::string model, out;
    common shared;
};
void imitate(outlier_options const& o) {
    auto loaded = load(o.model);
    auto plain = convert_weights(std::move(loaded), [](weight const& w) { return to_float(w); });
    imitate_outliers(plain, o.shared.seed);
    plain.config.dtype = "float32";
    save(convert_weights(std::move(plain), [](matrix<float> w) -> weight { return shared_matrix<float>(std::move(w)); }),
         o.out);
    copy_tokenizer(o.model, o.out);
    if (o.shared.json) { std::cout << json{{"out", o.out}}.dump() << '\n'; }
}

} // namespace lab_program

void add_lab(CLI::App& app) {
    auto o = std::make_shared<lab_program::options>();
    auto* program = app.add_subcommand("lab", "should we quantize, should we fine-tune: one run, one evidence pack");
    program->add_option("--model", o->model, "Hugging Face directory; default: our own small model");
    program->add_option("--data", o->data, "the question sets; default: those of our world");
    program->add_option("--config", o->config, "YAML: model, lora: {rank, alpha, steps}, max_eval_samples, ...");
    program->add_option("--out", o->out, "folder of the pack")->capture_default_str();
    program->add_flag("--quick", o->quick, "fewer questions and steps; every file says so");
    program->add_option("--max-train-samples", o->max_train, "examples of a training set; 0: all");
    program->add_option("--max-eval-samples", o->max_eval, "questions of a set; 0: all");
    program->add_option("--budget", o->budget, "with --model: seconds that the rows may take together")
        ->capture_default_str();
    add_common(*program, o->shared);
    program->callback([=] { run(*o); });
}

void add_outliers(CLI::App& app) {
    auto o = std::make_shared<lab_program::outlier_options>();
    auto* program = app.add_subcommand("outliers", "the same function with louder channels, as large models have them");
    program->add_option("MODEL", o->model, "Hugging Face directory or .gguf file")->required();
    program->add_option("--out", o->out, "Hugging Face directory to write")->required();
    add_common(*program, o->shared);
    program->callback([=] { lab_program::imitate(*o); });
}

} // namespace qad::program

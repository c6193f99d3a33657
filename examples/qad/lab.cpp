// SPDX-License-Identifier: MIT
// ./qad lab: should we quantize? should we fine-tune? One run that answers with evidence.
#include "memory.hpp"
#include "program.hpp"
#include "../lab/contrasts.hpp"
#include "../lab/freshness.hpp"
#include "../lab/foreign_rows.hpp"
#include "../lab/outliers.hpp"

#include <qad/core/team.hpp>             // threads
#include <qad/decide/pack.hpp>           // write_pack
#include <qad/decide/overlap.hpp>        // find_overlap
#include <qad/decide/yaml.hpp>           // read_yaml_or_json
#include <qad/fit/memory_text.hpp>       // parse_memory
#include <qad/io/gguf_model.hpp>         // gguf_model
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

constexpr char const* own_name = "qad base";

struct options {
    std::string model, config, out = "lab", data;
    bool quick = false, machine = false;
    index_t max_train = 0, max_eval = 0;
    double budget = 600;
    std::string memory;
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

/// Bytes that this process may have: the machine's, or what its control group leaves of them.
index_t memory_here() {
    index_t all = static_cast<index_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
    std::ifstream group("/sys/fs/cgroup/memory.max"); // "max" where there is no limit
    index_t most = 0;
    return group >> most && most > 0 ? std::min(all, most) : all;
}

machine_facts this_machine() {
    machine_facts m;
    m.processor = first_value("/proc/cpuinfo", "model name");
    if (m.processor.empty()) { m.processor = "not named by the system"; }
    m.isa = isa::name();
    m.cores = threads().size();
    m.memory = byte_count(memory_here());
    m.read_gb_per_second = read_bandwidth(index_t{256} << 20) / 1e9;
    m.sgemm_gflops = sgemm_rate() / 1e9;
    return m;
}

/// What the answers of all steps depend on besides their commands.
std::string inputs_of(lab_options const& o) {
    std::uint64_t hash = fnv1a(mapped_file(own_program()).text());
    for (auto const& place : {o.model, o.data}) {
        std::vector<std::filesystem::path> files;
        if (!std::filesystem::is_directory(place)) { files.push_back(place); }
        for (auto const& entry : files.empty() ? std::filesystem::directory_iterator(place)
                                               : std::filesystem::directory_iterator()) {
            if (entry.is_regular_file() && entry.file_size() > 0) { files.push_back(entry.path()); }
        }
        std::sort(files.begin(), files.end());
        for (auto const& file : files) { hash = fnv1a(mapped_file(file).text(), fnv1a(file.filename().string(), hash)); }
    }
    return hex(hash);
}

std::vector<std::string> limits_of(lab_options const& o) {
    std::vector<std::string> limits = {
        "the texts are synthetic: some two hundred sentence forms of one fictional help desk",
        "speeds are those of this processor, not of a graphics card, where reading weights weighs more"};
    if (o.own) {
        limits.insert(limits.begin(), "the model is small (" + o.model_name + "): methods are compared here, not what a 7B model can do");
        limits.push_back("rows of imitated outliers stand in for large models' outlier channels; they do not replace GPTQ, AWQ "
                         "or GGUF evidence on the model that is to ship");
        limits.push_back("every question names its product in full, so that words find its sheet; people do not always");
    } else {
        limits.push_back("the model was not made for these questions: what they show is how far rounding moves it, and whether it "
                         "learns a format; put your own sets in their place with --data");
    }
    return limits;
}

/// The settings of --config, where the command line does not say otherwise; what the target is,
/// if it is not this machine.
target_hardware settings_of(options const& o, lab_options& l) {
    target_hardware target{.name = "this machine", .reserve = 0.1};
    if (o.config.empty()) { return target; }
    json const c = read_yaml_or_json(o.config);
    auto const number = [&](json const& from, char const* key, index_t otherwise, index_t most) {
        json const& value = member(from, key);
        return value.is_null() ? otherwise : integer_in(value, 0, most, o.config + ": " + key);
    };
    json const& lora = member(c, "lora");
    l.rank = number(lora, "rank", l.rank, 4096);
    l.steps = number(lora, "steps", l.steps, 1 << 20);
    json const& alpha = member(lora, "alpha");
    if (!alpha.is_null()) { detail::read_into(l.alpha, alpha, o.config + ": alpha"); }
    if (l.rank < 1 || l.steps < 1 || !(l.alpha > 0)) {
        fail<format_error>(o.config, ": lora: rank, alpha and steps must be above 0");
    }
    if (o.max_train == 0) { l.max_train = number(c, "max_train_samples", 0, 1 << 30); }
    if (o.max_eval == 0) { l.max_eval = number(c, "max_eval_samples", l.max_eval, 1 << 30); }
    if (o.shared.seed == 0) { l.seed = static_cast<std::uint64_t>(number(c, "seed", 0, 1 << 30)); }
    if (json const& name = member(c, "model"); o.model.empty() && !name.is_null()) {
        auto const said = string_of(name, o.config + ": model");
        if (said != own_name) { l.model = said; }
    }
    if (json const& there = member(c, "hardware"); !there.is_null()) {
        if (json const& name = member(there, "name"); !name.is_null()) {
            target.name = string_of(name, o.config + ": hardware: name");
        }
        if (json const& size = member(there, "memory"); !size.is_null() && target.name != "this machine") {
            target.memory = parse_memory(string_of(size, o.config + ": hardware: memory"));
        }
        target.context = number(there, "context", 0, 1 << 30);
        target.users = number(there, "users", 1, 1 << 30);
        if (json const& part = member(there, "reserve"); !part.is_null()) {
            detail::read_into(target.reserve, part, o.config + ": hardware: reserve");
        }
    }
    return target;
}

/// Training examples that are asked again, nearly or exactly, in the set that a row is judged by.
index_t asked_again(plan const& p) {
    std::set<std::pair<std::string, std::size_t>> found;
    for (auto const& row : p.rows) {
        for (auto const& t : p.trainings) {
            if (row.training != t.name) { continue; }
            auto const& judged = set_named(row.task.empty() ? row.sets.at(0) : row.task);
            auto const train = read_examples(p.data(t.file)), eval = read_examples(p.data(judged.file));
            for (auto const& pair : find_overlap(train, eval)) { found.emplace(t.file, pair.train); }
        }
    }
    return static_cast<index_t>(found.size());
}

void run(options const& o) {
    if (o.machine) {
        std::cout << detail::written(this_machine()).dump() << '\n';
        return;
    }
    byte_count const bare(peak_resident()); // the program itself, which each step brings along
    lab_options l;
    l.data = o.data.empty() ? home() / "data/world" : std::filesystem::path(o.data);
    l.model = o.model.empty() ? home() / "data/base" : std::filesystem::path(o.model);
    l.out = o.out;
    l.quick = o.quick;
    l.max_train = o.max_train;
    l.max_eval = o.max_eval;
    l.seed = o.shared.seed;
    l.threads = o.shared.threads;
    if (o.quick) { l.steps = 60; }
    auto target = settings_of(o, l);
    if (!std::filesystem::exists(l.model)) {
        fail<io_error>("there is no model ", l.model.string(), "; name a Hugging Face directory or a .gguf file");
    }
    if (!std::filesystem::is_directory(l.data)) {
        fail<io_error>(l.data.string(), " is not there; ./qad world makes the lab's question sets");
    }
    bool const directory = std::filesystem::is_directory(l.model);
    auto const config = directory ? read_model_config(l.model) : gguf_model(l.model).config();
    l.own = directory && std::filesystem::exists(l.model / "world.json");
    if (l.own && o.quick && l.max_eval == 0) { l.max_eval = 64; }
    evidence run;
    run.shape = shape_of(config);
    l.model_name = l.own ? own_name : l.model.string();
    while (l.model_name.ends_with('/')) { l.model_name.pop_back(); }
    run.model = l.model_name;
    run.quick = o.quick;
    run.seed = static_cast<index_t>(l.seed);
    foreign_model const foreign =
        l.own ? foreign_model{} : look_into(l.model, run.shape, l.data); // what is wrong shows before any work
    std::filesystem::create_directories(l.out / "items");
    std::filesystem::create_directories(l.out / "artifacts");

    step_runner answers(l.out, inputs_of(l));
    // In a process of its own: what it touches would count among the bytes of every child of this one.
    detail::read_into(run.machine, answers.remembered("machine", [&] {
        fmt::print(stderr, "measuring this machine\n");
        auto const said = run_child(own_program(), {"lab", "--machine", "--threads", std::to_string(l.threads)});
        return parse_json(said.output, "the machine");
    }), "steps/machine.json");
    if (target.memory.count == 0) { target.memory = run.machine.memory; }
    if (target.context == 0) { target.context = config.max_positions; }
    run.hardware = target;
    auto const usable = o.memory.empty()
                            ? byte_count(static_cast<index_t>(0.8 * static_cast<double>(run.machine.memory.count)))
                            : parse_memory(o.memory);
    byte_count const left(std::max<index_t>(usable.count - bare.count, 0));
    auto const p = l.own ? our_plan(l)
                         : foreign_plan(l, foreign, {left, run.machine.sgemm_gflops,
                                                     run.machine.read_gb_per_second, o.budget});
    run.max_train = p.options().max_train;
    run.max_eval = p.options().max_eval;
    for (auto const& row : p.omitted) { fmt::print(stderr, "left out: {}: {}\n", row.config, row.why); }
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
    run.shared_examples = asked_again(p);
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
    if (p.foretold.count > 0) {
        auto const [most, step] = answers.largest();
        fmt::print("foretold: at most {}, of a step {} and of the program with its libraries {}; measured: {} resident, {}\n",
                   memory_text(p.foretold + bare), memory_text(p.foretold), memory_text(bare),
                   memory_text(byte_count(most)), step);
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
    program->add_option("--model", o->model, "Hugging Face directory or .gguf file; default: our own small model");
    program->add_option("--data", o->data, "the question sets; default: those of our world");
    program->add_option("--config", o->config, "YAML: model, lora: {rank, alpha, steps}, max_eval_samples, ...");
    program->add_option("--out", o->out, "folder of the pack")->capture_default_str();
    program->add_flag("--machine", o->machine, "only measure this machine, and say what it can");
    program->add_flag("--quick", o->quick, "fewer questions and steps; every file says so");
    program->add_option("--max-train-samples", o->max_train, "examples of a training set; 0: all")
        ->check(CLI::NonNegativeNumber);
    program->add_option("--max-eval-samples", o->max_eval, "questions of a set; 0: all")
        ->check(CLI::NonNegativeNumber);
    program->add_option("--budget", o->budget, "with --model: seconds that the rows may take together")
        ->check(CLI::PositiveNumber)->capture_default_str();
    program->add_option("--memory", o->memory, "with --model: what a row may take, such as 2GB; default: 80 % of what is there");
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

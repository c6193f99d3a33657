// SPDX-License-Identifier: MIT
// ./qad fit MODEL | NAME | --params 70e9 …: does it fit, how many users, what does training take?
#include "program.hpp"

#include <qad/fit/memory_text.hpp>   // memory_text, parse_memory
#include <qad/fit/models.hpp>        // find_model
#include <qad/fit/serving.hpp>       // fit
#include <qad/fit/training.hpp>      // training_ledger
#include <qad/io/gguf_model.hpp>     // gguf_model
#include <qad/io/json.hpp>           // json
#include <qad/io/model_config.hpp>   // read_model_config
#include <qad/io/shape_of.hpp>       // shape_of

#include <cstdio>   // printf
#include <iostream> // cout

namespace qad::program {

namespace fit_program {

struct options {
    common shared;
    std::string model, weights = "16", memory, train;
    double params = 0, kv = 16, reserve = 0;
    index_t layers = 0, kv_heads = 0, head_dim = 0, context = 8192, users = 1, rank = 16;
};

model_shape shape_of(options const& o) {
    if (o.model.empty()) {
        if (!(o.params >= 1 && o.params < 1e18) || o.layers < 1 || o.kv_heads < 1 || o.head_dim < 1) {
            fail("name a model, or give --params, --layers, --kv-heads and --head-dim (chapter 1.2)");
        }
        return nominally(static_cast<index_t>(o.params),
                         {.layers = o.layers, .kv_heads = o.kv_heads, .head_dim = o.head_dim});
    }
    if (std::filesystem::is_directory(o.model)) { return shape_of(read_model_config(o.model)); }
    if (o.model.ends_with(".gguf")) { return shape_of(gguf_model(o.model).config()); }
    if (auto const* known = find_model(o.model)) { return known->shape; }
    std::string names;
    for (auto const& published : published_models) { names += text(names.empty() ? "" : ", ", published.name); }
    fail("\"", o.model, "\" is neither a directory, a .gguf file nor a model I know: ", names);
}

/// "4.5" (bits with everything), "int4:128", "int8:channel", "nf4", "bf16".
storage storage_of(std::string const& name) {
    char* end = nullptr;
    double const bits = std::strtod(name.c_str(), &end);
    if (!name.empty() && end == name.c_str() + name.size()) {
        if (!(bits > 0 && bits <= 64)) { fail("--weights takes bits from 1 to 64, not ", name); }
        return {bits};
    }
    auto const colon = name.find(':');
    std::string const format = name.substr(0, colon), group = colon == name.npos ? "" : name.substr(colon + 1);
    if (format == "fp32") { return in_fp32; }
    if (format == "fp16" || format == "bf16") { return in_fp16; }
    if (format == "nf4") { return in_nf4_double; }
    double const wide = format == "int8" ? 8 : format == "int4" ? 4 : format == "int3" ? 3 : 0;
    if (wide == 0) { fail("--weights takes bits (4.5) or a format (bf16, int8:channel, int4:128, nf4), not ", name); }
    if (group == "channel") { return in_rows(wide); }
    index_t const size = group.empty() ? 64 : std::strtoll(group.c_str(), nullptr, 10);
    if (size < 1) { fail("\"", group, "\" is no group: a number of columns, or channel"); }
    return in_groups(wide, size);
}

json to_json(ledger const& lines) {
    json list = json::array();
    for (auto const& line : lines) {
        list.push_back({{"what", line.what}, {"numbers", line.numbers}, {"bytes", line.size.count}, {"bits", line.bits()}});
    }
    return list;
}

void print(ledger const& lines) {
    for (auto const& line : lines) {
        std::printf("  %-20s %14s   %s\n", std::string(line.what).c_str(), memory_text(line.size).c_str(),
                    line.numbers > 0 ? text(line.numbers, " numbers of ", line.bits(), " bits").c_str() : "");
    }
    std::printf("  %-20s %14s   = %s\n", "sum", memory_text(gigabytes(lines.total())).c_str(),
                memory_text(gibibytes(lines.total())).c_str());
}

training_method method_of(std::string const& name) {
    return name == "full" ? training_method::full : name == "lora" ? training_method::lora : training_method::qlora;
}

int run(options const& o) {
    auto const shape = shape_of(o);
    auto const need = qad::fit(shape, {.weights = storage_of(o.weights), .kv = storage{o.kv},
                                       .context = o.context, .users = o.users});
    bool const trains = !o.train.empty();
    if (trains && shape.hidden == 0) { fail("--train needs a model's full shape: name one, or give a directory"); }
    auto const training = trains ? training_ledger(shape, {.method = method_of(o.train), .rank = o.rank}) : ledger();
    bool fits = true;
    json result = {{"parameters", parameters(shape)}, {"serving", to_json(need.lines())},
                   {"serving_bytes", need.total().count}, {"kv_bytes_per_token", kv_bytes(shape, 1, {o.kv}).count}};
    if (trains) { result.update({{"training", to_json(training)}, {"training_bytes", training.total().count}}); }
    if (!o.shared.json) {
        std::printf("%lld parameters; %lld user%s of %lld tokens\n", static_cast<long long>(parameters(shape)),
                    static_cast<long long>(o.users), o.users == 1 ? "" : "s", static_cast<long long>(o.context));
        print(need.lines());
        if (trains) {
            std::printf("training, %s%s, before activations\n", o.train.c_str(),
                        o.train == "full" ? "" : text(", rank ", o.rank).c_str());
            print(training);
        }
    }
    if (!o.memory.empty()) {
        card const where(parse_memory(o.memory), o.reserve);
        auto const most = need.max_users(where);
        fits = trains ? training.total() < where.usable() : need.fits_in(where);
        auto const left = where.usable() - (trains ? training.total() : need.total());
        result.update({{"fits", fits}, {"headroom_bytes", left.count}, {"max_users", most}});
        if (!o.shared.json) {
            std::printf("%s on %s: %s %s\n", fits ? "fits" : "does not fit", o.memory.c_str(),
                        memory_text(left.count < 0 ? byte_count(-left.count) : left).c_str(),
                        left.count < 0 ? "are missing" : "are left");
            if (!trains && most >= 0 && o.context > 0) {
                std::printf("at most %lld such users\n", static_cast<long long>(most));
            }
        }
    }
    if (o.shared.json) { std::cout << result.dump() << '\n'; }
    return fits ? done : said_no;
}

} // namespace fit_program

void add_fit(CLI::App& app) {
    auto o = std::make_shared<fit_program::options>();
    auto* program = app.add_subcommand("fit", "does a model fit into a memory, how many users, what does training take?");
    program->add_option("MODEL", o->model, "Hugging Face directory, .gguf file, or a name such as llama-3.1-8b");
    program->add_option("--params", o->params, "parameters, where only a round number is known: 70e9");
    program->add_option("--layers", o->layers, "with --params: layers");
    program->add_option("--kv-heads", o->kv_heads, "with --params: key-value heads");
    program->add_option("--head-dim", o->head_dim, "with --params: size of a head");
    program->add_option("--weights", o->weights, "bits per weight, or a format: 4.5, int4:128, nf4, bf16")->capture_default_str();
    program->add_option("--kv", o->kv, "bits of a number in the KV cache")->check(CLI::Range(1.0, 64.0))->capture_default_str();
    program->add_option("--context", o->context, "tokens of one user")->check(CLI::Range(index_t{0}, index_t{1} << 40))->capture_default_str();
    program->add_option("--users", o->users, "users at the same time")->check(CLI::Range(index_t{1}, index_t{1} << 40))->capture_default_str();
    program->add_option("--memory", o->memory, "of the card, with its unit: 80GB, 24GiB");
    program->add_option("--reserve", o->reserve, "share of it that stays free")->check(CLI::Range(0.0, 0.99))->capture_default_str();
    program->add_option("--train", o->train, "lora, qlora or full: the memory of training")->check(CLI::IsMember({"lora", "qlora", "full"}));
    program->add_option("--rank", o->rank, "of the adapter")->check(CLI::Range(1, 1 << 16))->capture_default_str();
    add_common(*program, o->shared);
    program->callback([=] {
        if (int const status = run(*o); status != done) { throw CLI::RuntimeError(status); }
    });
}

} // namespace qad::program

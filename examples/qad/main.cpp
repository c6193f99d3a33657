// SPDX-License-Identifier: MIT
// The `qad` command: hands over to one program, and turns errors into one sentence and a status.
#include "program.hpp"

#include <qad/core/error.hpp> // error
#include <qad/core/file.hpp>  // mapped_file
#include <qad/core/team.hpp>  // set_threads
#include <qad/io/gguf_tokenizer.hpp> // gguf_tokenizer_json
#include <qad/io/hub_tokenizer.hpp>  // hub_tokenizer_json

#include <charconv>  // from_chars
#include <cstring>   // memcpy
#include <iostream>  // cerr
#include <memory>    // shared_ptr
#include <new>       // bad_alloc

namespace qad::program {

void add_common(CLI::App& program, common& options) {
    program.add_flag("--json", options.json, "print one machine-readable object");
    program.add_option("--seed", options.seed, "seed of everything random")->capture_default_str();
    program.add_option("--threads", options.threads, "threads; 0: all of the processor's")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    program.add_option("--backend", options.backend, "ref: the readable loops; simd: vector instructions")
        ->check(CLI::IsMember({"ref", "simd"}))
        ->capture_default_str();
    program.parse_complete_callback([&options] { set_threads(options.threads); });
}

void copy_tokenizer(std::filesystem::path const& from, std::filesystem::path const& to) {
    if (from.extension() == ".gguf") {
        std::string words;
        try {
            words = hub_tokenizer_json(gguf_tokenizer_json(gguf_file(from)), from.string()).dump() + "\n";
        } catch (format_error const& problem) { // the model is whole without it
            std::cerr << problem.what() << "; no tokenizer.json is written to " << to.string() << '\n';
            return;
        }
        write_text(to / "tokenizer.json", words);
        return;
    }
    for (char const* name : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json",
                             "added_tokens.json", "vocab.json", "merges.txt", "generation_config.json",
                             "chat_template.jinja"}) {
        if (std::filesystem::exists(from / name)) {
            write_text(to / name, mapped_file(from / name).text());
        }
    }
}

std::vector<std::int32_t> parse_tokens(std::string const& list) {
    std::vector<std::int32_t> tokens;
    char const* at = list.data();
    char const* const end = at + list.size();
    while (at != end) {
        std::int32_t token = 0;
        auto const [next, problem] = std::from_chars(at, end, token);
        if (problem != std::errc() || (next != end && *next != ',') || next + 1 == end) {
            fail("--tokens wants numbers with commas between them, such as 1,2,3, not \"", list, "\"");
        }
        tokens.push_back(token);
        at = next == end ? end : next + 1;
    }
    return tokens;
}

std::vector<std::int32_t> read_token_file(std::string const& path) {
    mapped_file const file(path);
    if (file.size() % 4 != 0) {
        fail<format_error>(path, ": a token file holds little-endian int32 numbers, so its size must be a "
                                 "multiple of 4, not ", file.size(), " bytes");
    }
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(file.size() / 4));
    if (!tokens.empty()) { std::memcpy(tokens.data(), file.bytes().data(), tokens.size() * 4); }
    return tokens;
}

} // namespace qad::program

int main(int argc, char** argv) {
    using namespace qad::program;
    CLI::App app("qad: quantize, adapt, decide. Results go to stdout, progress and remarks to stderr.", "qad");
    app.require_subcommand(1);
    for (auto add : {add_fit, add_quantize, add_generate, add_chat, add_logits, add_tokenize, add_perplexity, add_eval, add_bench,
                     add_inspect, add_lab, add_outliers, add_pretrain, add_train, add_merge, add_world, add_decide,
                     add_pack}) {
        add(app);
    }
    try {
        app.parse(argc, argv);
        return done;
    } catch (CLI::RuntimeError const& said) {
        return said.get_exit_code(); // a program that ran and said no
    } catch (CLI::ParseError const& problem) {
        return app.exit(problem) == 0 ? done : bad_input; // --help, or a usage error
    } catch (qad::error const& problem) {
        std::cerr << problem.what() << '\n';
    } catch (std::bad_alloc const&) {
        std::cerr << "qad: out of memory; `./qad fit` tells what a model needs\n";
    } catch (std::exception const& problem) { std::cerr << "qad: " << problem.what() << '\n'; }
    return bad_input;
}

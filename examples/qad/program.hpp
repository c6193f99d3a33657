// SPDX-License-Identifier: MIT
// What the programs of the `qad` command share: how they register, common options, exit status.
#ifndef QAD_EXAMPLES_PROGRAM_HPP
#define QAD_EXAMPLES_PROGRAM_HPP

#include <CLI/CLI.hpp> // App

#include <cstdint>    // uint64_t
#include <filesystem> // path
#include <string>  // string
#include <vector>  // vector

namespace qad::program {

/// Exit status of every program: 0 done, 1 a check said no, 2 bad input or usage.
enum exit_status { done = 0, said_no = 1, bad_input = 2 };

/// Options that every program spells alike.
struct common {
    bool json = false;            ///< one machine-readable object on stdout
    std::uint64_t seed = 0;       ///< of everything random
    int threads = 0;              ///< 0: as many as the processor has
    std::string backend = "simd"; ///< ref | simd
};

/// Adds --json, --seed, --threads and --backend; applies --threads before the program runs.
void add_common(CLI::App& program, common& options);

// Each program adds its subcommand; its callback runs it and may throw qad::error (status 2). What is
// its own stands in a namespace of its name, because several programs are compiled as one file.
void add_fit(CLI::App& app);
void add_quantize(CLI::App& app);
void add_generate(CLI::App& app);
void add_chat(CLI::App& app);
void add_logits(CLI::App& app);
void add_tokenize(CLI::App& app);
void add_perplexity(CLI::App& app);
void add_eval(CLI::App& app);
void add_bench(CLI::App& app);
void add_inspect(CLI::App& app);
void add_lab(CLI::App& app);
void add_outliers(CLI::App& app);
void add_pretrain(CLI::App& app);
void add_train(CLI::App& app);
void add_merge(CLI::App& app);
void add_world(CLI::App& app);
void add_decide(CLI::App& app);
void add_pack(CLI::App& app);

/// Copies the files beside the weights that say how text becomes tokens, where there are any.
void copy_tokenizer(std::filesystem::path const& from, std::filesystem::path const& to);

/// "1,2,3" as token ids.
std::vector<std::int32_t> parse_tokens(std::string const& list);

/// A token file: little-endian int32, one after the other.
std::vector<std::int32_t> read_token_file(std::string const& path);

} // namespace qad::program

#endif

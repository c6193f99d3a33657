// SPDX-License-Identifier: MIT
#include <qad/decide/pack_check.hpp>

#include "sample_pack.hpp"

#include <support/scratch.hpp>

#include <doctest/doctest.h>

#include <functional> // function

using namespace qad;
using namespace qad::test;
namespace fs = std::filesystem;

namespace {

std::string read(fs::path const& file) { return std::string(mapped_file(file).text()); }

/// Replaces the first occurrence, and fails when there is none: a mutation must mutate.
void replace(fs::path const& file, std::string const& from, std::string const& to) {
    std::string all = read(file);
    auto const at = all.find(from);
    CAPTURE(from);
    REQUIRE(at != all.npos);
    write_text(file, all.replace(at, from.size(), to));
}
void drop_lines(fs::path const& file, std::initializer_list<std::string_view> words) {
    std::string kept;
    bool dropped = false;
    for (std::string const& line : lines_in(read(file))) {
        bool const drop = mentions(line, words);
        dropped = dropped || drop;
        if (!drop) { kept += line + "\n"; }
    }
    REQUIRE(dropped);
    write_text(file, kept);
}
/// Leaves out a heading and what stands below it.
void drop_section(fs::path const& file, std::string const& heading) {
    std::string kept;
    bool inside = false, dropped = false;
    for (std::string const& line : lines_in(read(file))) {
        if (line.starts_with("## ")) { inside = line.find(heading) != line.npos; }
        dropped = dropped || inside;
        if (!inside) { kept += line + "\n"; }
    }
    REQUIRE(dropped);
    write_text(file, kept);
}
/// A cell of the table: of the row with this id, or of all rows.
void set_cell(fs::path const& pack, std::string const& row, std::string const& column,
              std::string const& value) {
    auto cells = csv_cells(read(pack / "benchmark_results.csv"));
    auto const& columns = table_columns();
    auto const at =
        std::size_t(std::find(columns.begin(), columns.end(), column) - columns.begin());
    REQUIRE(at < columns.size());
    std::string all = csv_line(cells[0]);
    bool set = false;
    for (std::size_t i = 1; i < cells.size(); ++i) {
        if (row == "*" || cells[i][11] == row) {
            cells[i][at] = value;
            set = true;
        }
        all += csv_line(cells[i]);
    }
    REQUIRE(set);
    write_text(pack / "benchmark_results.csv", all);
}
void drop_rows(fs::path const& pack, std::vector<std::string> const& rows) {
    auto const cells = csv_cells(read(pack / "benchmark_results.csv"));
    std::string all;
    for (auto const& row : cells) {
        if (std::find(rows.begin(), rows.end(), row[11]) == rows.end()) {
            all += csv_line(row);
        }
    }
    write_text(pack / "benchmark_results.csv", all);
}

struct broken {
    std::string told;
    std::string id;
    outcome result;
    std::function<void(fs::path const&)> edit;
};
constexpr auto missing = outcome::missing, contradicts = outcome::contradicts;

std::string const int8_line = "3,672,320 B = 0.003672 GB = 0.003420 GiB";

std::vector<broken> const edits = {
    {"a GB that is not the bytes beside it", "L52", contradicts,
     [](fs::path const& p) { replace(p / "memory_math.md", "= 0.003672 GB", "= 0.004672 GB"); }},
    {"int8 at two bytes a parameter", "L12", contradicts,
     [](fs::path const& p) {
         replace(p / "memory_math.md", int8_line, "7,344,640 B = 0.007345 GB = 0.006840 GiB");
     }},
    {"GiB called GB", "L12", contradicts,
     [](fs::path const& p) { replace(p / "memory_math.md", int8_line, "0.003420 GB"); }},
    {"no int4 sum", "L12", missing,
     [](fs::path const& p) { drop_lines(p / "memory_math.md", {"weights (int4)"}); }},
    {"another parameter count", "L52", contradicts,
     [](fs::path const& p) {
         replace(p / "memory_math.md", "3,672,320 parameters × 8", "3,400,000 parameters × 8");
     }},
    {"no KV line", "L13", missing,
     [](fs::path const& p) { drop_lines(p / "memory_math.md", {"kv cache"}); }},
    {"the KV sum without its factor 2", "L13", contradicts,
     [](fs::path const& p) {
         replace(p / "memory_math.md", "2,048 B = 0.000002048 GB = 0.000001907 GiB",
                 "1,024 B = 0.000001024 GB");
     }},
    {"no hardware", "L14", missing,
     [](fs::path const& p) {
         drop_lines(p / "memory_math.md", {"hardware", "card"});
         drop_section(p / "README.md", "Hardware");
         drop_lines(p / "config.yaml", {"hardware:", "card", "memory", "reserve", "context",
                                        "users"});
     }},
    {"no memory_math.md", "L11", missing,
     [](fs::path const& p) { fs::remove(p / "memory_math.md"); }},
    {"no table", "L43", missing,
     [](fs::path const& p) {
         fs::remove(p / "benchmark_results.csv");
         fs::remove(p / "benchmark_results.md");
     }},
    {"no column for the KV note", "L48", missing,
     [](fs::path const& p) { replace(p / "benchmark_results.csv", "kv_note", "remark"); }},
    {"a row that was asked other questions", "L22", contradicts,
     [](fs::path const& p) { set_cell(p, "int4-g64", "hash", "ffffffffffffffff"); }},
    {"no hash", "L22", missing, [](fs::path const& p) { set_cell(p, "*", "hash", ""); }},
    {"an eval set edited after the run", "L22", contradicts,
     [](fs::path const& p) { replace(p / "data/eval.jsonl", "amber", "ochre"); }},
    {"two repeats", "L16", contradicts,
     [](fs::path const& p) { set_cell(p, "lora", "repeats", "2"); }},
    {"no repeats stated", "L16", missing,
     [](fs::path const& p) { set_cell(p, "lora", "repeats", ""); }},
    {"no spread", "L16", missing, [](fs::path const& p) { set_cell(p, "base", "spread", ""); }},
    {"no interval", "L25", missing,
     [](fs::path const& p) { set_cell(p, "lora", "interval", ""); }},
    {"a figure outside of its interval", "L25", contradicts,
     [](fs::path const& p) { set_cell(p, "lora", "interval", "0.100 to 0.200"); }},
    {"twelve items", "L38", contradicts, [](fs::path const& p) { set_cell(p, "*", "n", "12"); }},
    {"no quality", "L18", missing,
     [](fs::path const& p) { set_cell(p, "int8-channel", "quality", "good"); }},
    {"an amount without its unit", "L23", missing,
     [](fs::path const& p) { set_cell(p, "int8-channel", "weight_memory", "0.003699 (int8)"); }},
    {"int4 weights of 2 bits", "L23", contradicts,
     [](fs::path const& p) { set_cell(p, "int4-g64", "weight_memory", "0.000918 GB (int4)"); }},
    {"an int8 row that touched a thousandth", "W19", contradicts,
     [](fs::path const& p) {
         set_cell(p, "int8-channel", "coverage", "0.1 %");
         set_cell(p, "int8-channel", "weight_memory", "0.007340 GB (int8)");
     }},
    {"a quantized row as large as the base, without a word on coverage", "W19", contradicts,
     [](fs::path const& p) {
         set_cell(p, "int8-channel", "coverage", "");
         set_cell(p, "int8-channel", "weight_memory", "0.007340 GB (int8)");
     }},
    {"LoRA's base counted in 4 bytes, the base in 2", "L32", contradicts,
     [](fs::path const& p) { set_cell(p, "lora", "weight_memory", "0.01469 GB (fp32)"); }},
    {"no base row", "L49", missing, [](fs::path const& p) { drop_rows(p, {"base", "few-shot", "lookup"}); }},
    {"no quantized row", "L50", missing,
     [](fs::path const& p) { drop_rows(p, {"int8-channel", "int4-tensor", "int4-g64"}); }},
    {"no trained row", "L51", missing, [](fs::path const& p) { drop_rows(p, {"lora", "qlora"}); }},
    {"a base that was trained", "L49", contradicts,
     [](fs::path const& p) { set_cell(p, "base", "training_cost", "3 hours"); }},
    {"LoRA for nothing", "L30", missing,
     [](fs::path const& p) { set_cell(p, "lora", "training_cost", "N/A"); }},
    {"the table says more than the evidence", "L53", contradicts,
     [](fs::path const& p) { set_cell(p, "lora", "tokens_per_sec", "4,100"); }},
    {"another count of trained parameters", "L31", contradicts,
     [](fs::path const& p) {
         set_cell(p, "lora", "training_cost", "lora r=8: 165,648 trained parameters, 150 steps");
     }},
    {"49 training examples", "L26", contradicts,
     [](fs::path const& p) { write_set(p / "data/train.jsonl", "train", 49); }},
    {"an eval question in training", "B16", contradicts,
     [](fs::path const& p) {
         write_text(p / "data/train.jsonl", read(p / "data/train.jsonl") + sample_line("eval", 7));
     }},
    {"the same question with another ending", "B16", contradicts,
     [](fs::path const& p) {
         std::string const line = sample_line("eval", 1234);
         write_text(p / "data/train.jsonl",
                    read(p / "data/train.jsonl") + std::string(line).replace(line.find("?"), 1, " please!"));
         write_text(p / "data/eval.jsonl", read(p / "data/eval.jsonl") + line);
     }},
    {"no configuration", "W06", missing, [](fs::path const& p) { fs::remove(p / "config.yaml"); }},
    {"a number without its row", "L53", contradicts,
     [](fs::path const& p) {
         write_text(p / "decision_memo.md",
                    read(p / "decision_memo.md") + "\nQuality rose by 0.31 points.\n");
     }},
    {"a number that its row does not have", "L53", contradicts,
     [](fs::path const& p) { replace(p / "decision_memo.md", "exact 0.968", "exact 0.998"); }},
    {"a difference inside the interval", "L61", contradicts,
     [](fs::path const& p) {
         write_text(p / "decision_memo.md", read(p / "decision_memo.md") +
                                                "\nThe row [int8-channel] is better than [base].\n");
     }},
    {"no answer to what ships", "L35", missing,
     [](fs::path const& p) { drop_section(p / "decision_memo.md", "What ships"); }},
    {"no metric", "L36", missing,
     [](fs::path const& p) {
         drop_section(p / "decision_memo.md", "Which metric");
         drop_lines(p / "decision_memo.md", {"metric"});
     }},
    {"no answer to fresh knowledge", "L37", missing,
     [](fs::path const& p) { drop_section(p / "decision_memo.md", "Fresh knowledge"); }},
    {"RAG is not mentioned", "L55", missing,
     [](fs::path const& p) { drop_lines(p / "decision_memo.md", {"rag", "retrieval"}); }},
    {"no when to use which", "L56", missing,
     [](fs::path const& p) { drop_section(p / "README.md", "When to use which"); }},
    {"no limits", "W13", missing,
     [](fs::path const& p) { drop_section(p / "decision_memo.md", "does not show"); }},
    {"nothing distrusted", "R05", missing,
     [](fs::path const& p) { drop_section(p / "decision_memo.md", "distrusted"); }},
    {"no memo", "L34", missing, [](fs::path const& p) { fs::remove(p / "decision_memo.md"); }},
    {"no README", "L47", missing, [](fs::path const& p) { fs::remove(p / "README.md"); }},
    {"damaged evidence", "L45", contradicts,
     [](fs::path const& p) { replace(p / "evidence.json", "\"rows\"", "\"rowz\""); }},
    {"an answer turned round", "L45", contradicts,
     [](fs::path const& p) { replace(p / "items/lora.jsonl", "\"score\":1.0", "\"score\":0.0"); }},
    {"no answers", "L45", missing, [](fs::path const& p) { fs::remove(p / "items/base.jsonl"); }},
};

/// Runs that are wrong themselves: the files agree with each other, and not with arithmetic.
struct wrong_run {
    std::string told;
    std::string id;
    outcome result;
    std::function<void(evidence&)> edit;
};
std::vector<wrong_run> const runs = {
    {"weights that the storage does not give", "L52", contradicts,
     [](evidence& e) { e.rows[1].weight_bytes = byte_count(3'000'000); }},
    {"a KV cache of the query heads", "L13", contradicts,
     [](evidence& e) { e.rows[0].kv_bytes_per_token = byte_count(4096); }},
    {"a peak 20 % above the sum, unexplained", "L17", contradicts,
     [](evidence& e) { e.rows[0].memory.peak = byte_count(11'300'000); }},
    {"no peak", "L17", missing, [](evidence& e) { e.rows[0].memory.peak = {}; }},
    {"a peak of training 20 % above the sum, unexplained", "L17", contradicts,
     [](evidence& e) { e.rows[6].training->memory.peak = 12 * e.rows[6].memory.peak; }},
    {"two runs", "L16", contradicts,
     [](evidence& e) {
         e.rows[2].prefill.runs = {4000, 4100};
     }},
    {"no warm-up", "L16", contradicts, [](evidence& e) { e.rows[2].decode.warm_up = 0; }},
    {"trainable parameters of another rank", "L31", contradicts,
     [](evidence& e) { e.rows[6].training->trainable *= 2; }},
    {"no reason for the method", "L54", missing,
     [](evidence& e) { e.rows[6].training->feasible.clear(); }},
    {"training examples that are asked", "B16", contradicts,
     [](evidence& e) { e.shared_examples = 3; }},
    {"a contrast shown by nothing", "L61", contradicts,
     [](evidence& e) { e.contrasts[0].figures = {e.comparisons[0]}; }},
    {"a comparison with a row that is not there", "L61", contradicts,
     [](evidence& e) { e.comparisons[0].a = "int2"; }},
};

} // namespace

TEST_CASE("the pack that write_pack makes of a sound run holds") {
    scratch_directory room;
    write_sample_pack(room.path(), sample_evidence());
    auto const found = check_pack(room.path());
    for (finding const& f : found) {
        CAPTURE(f.id);
        CAPTURE(f.what);
        CAPTURE(f.note);
        CHECK(f.result != missing);
        CHECK(f.result != contradicts);
    }
    CHECK(found.passed());
    CHECK(found.count(outcome::ok) > 60);
}

TEST_CASE("every broken pack fails, with the id of what is broken") {
    scratch_directory good;
    write_sample_pack(good.path(), sample_evidence());
    CHECK(edits.size() + runs.size() >= 20);
    for (broken const& one : edits) {
        CAPTURE(one.told);
        scratch_directory room;
        fs::copy(good.path(), room.path(), fs::copy_options::recursive);
        one.edit(room.path());
        auto const found = check_pack(room.path());
        CAPTURE(one.id);
        CHECK_FALSE(found.passed());
        CHECK(found.has(one.id, one.result));
    }
}

TEST_CASE("a run that is wrong itself fails, however well its files agree") {
    for (wrong_run const& one : runs) {
        CAPTURE(one.told);
        scratch_directory room;
        evidence run = sample_evidence();
        one.edit(run);
        write_sample_pack(room.path(), run);
        auto const found = check_pack(room.path());
        CAPTURE(one.id);
        CHECK_FALSE(found.passed());
        CHECK(found.has(one.id, one.result));
    }
}

TEST_CASE("W18: the course's own snapshot, with its three defects") {
    scratch_directory room;
    write_text(room / "config.yaml", "model_name: sshleifer/tiny-gpt2\nlora: {r: 8}\n");
    write_text(room / "memory_math.md", "# Memory\nRaw weights in fp16: 0.000191 GB.\n");
    write_text(room / "benchmark_results.md",
               "# Results\n\n"
               "| Config | Weight memory | KV note | Tokens/s | Quality | Training cost | "
               "Recommendation |\n|---|---|---|---|---|---|---|\n"
               "| base | 0.000191 GB | grows | 2160.0 | 0.1 | N/A | baseline |\n"
               "| int8 stand-in | 0.000189 GB | grows | 1968.9 | 0.1 | N/A | smoke test |\n"
               "| LoRA | 0.000385 GB | grows | 2051.0 | 0.1 | minutes | workflow |\n");
    auto const found = check_pack(room.path());
    auto const says = [&](char const* id, outcome result, char const* words) {
        for (finding const& f : found) {
            if (f.id == id && f.result == result &&
                (f.what + ": " + f.note).find(words) != std::string::npos) {
                return true;
            }
        }
        return false;
    };
    // F1: GiB under the name of GB; 102,714 parameters of 2 bytes are 0.000205 GB.
    CHECK(says("L23", contradicts, "0.000191 GB is really 0.000191 GiB"));
    CHECK(says("L23", contradicts, "205,428 B"));
    CHECK(says("L12", contradicts, "205,428 B"));
    // F2: the base in 2 bytes a parameter, the LoRA row in 4.
    CHECK(says("L32", contradicts, "2.016 times"));
    CHECK(says("L23", contradicts, "410,856 B"));
    // F3: 96 of 102,714 parameters sit in linear layers; and 0.000189 fits no format.
    CHECK(says("W19", contradicts, "96 of 102,714"));
    CHECK(says("L23", contradicts, "weight memory of int8 stand-in"));
    // F4: single timings, without repeats.
    CHECK(says("L16", missing, "tokens/s of base"));
    CHECK_FALSE(found.passed());
}

TEST_CASE("a learner's pack, by hand and without evidence.json, can hold too") {
    scratch_directory room;
    fs::create_directories(room / "data");
    write_set(room / "data/train.jsonl", "train", 120);
    write_set(room / "data/eval.jsonl", "eval", 40);
    write_text(room / "train.py", "# trains\n");
    write_text(room / "eval.py", "# evaluates\n");
    write_text(room / "config.yaml",
               "model: meta-llama/Meta-Llama-3.1-8B\n"
               "lora: {r: 16, lora_alpha: 32, target_modules: all-linear, steps: 300}\n"
               "hardware: {gpu: RTX 4090, memory: 24 GB}\n");
    write_text(
        room / "memory_math.md",
        "# Memory math\n\n## Raw weights\n\n"
        "| model | fp16 | int8 | int4 |\n|---|---|---|---|\n"
        "| Llama-3.1-8B | 16.06 GB | 8.03 GB | 4.0 GB |\n\n"
        "## KV cache\n\nKV cache: 2 x 32 x 8 x 128 x 2 B = 131,072 B per token.\n"
        "A request of 8,192 tokens has a KV cache of 1.07 GB (1.0 GiB).\n\n"
        "LoRA training takes 16.06 GB + 0.67 GB before activations, so it fits 24 GB.\n");
    write_text(room / "benchmark_results.md",
               "| Configuration | Weight memory | KV note | tok/s | Quality | Training cost | "
               "Recommendation | spread | repeats | n | 95% CI | eval hash |\n"
               "|---|---|---|---|---|---|---|---|---|---|---|---|\n"
               "| base bf16 | 16.1 GB | 131 kB a token | 41.0 | 0.55 | N/A | no | 0.6 | 5 | 40 "
               "| 0.40-0.70 | ab12 |\n"
               "| GPTQ int4 | 5.7 GB | 131 kB a token | 98.0 | 0.52 | N/A | yes | 1.1 | 5 | 40 "
               "| 0.37-0.67 | ab12 |\n"
               "| LoRA bf16 | 16.1 GB | 131 kB a token | 40.2 | 0.92 | 40 min, 41,943,040 "
               "trainable parameters "
               "| yes | 0.7 | 5 | 40 | 0.82-0.99 | ab12 |\n");
    write_text(
        room / "README.md",
        "# Pack\n## Setup\npip\n## Hardware\nRTX 4090, 24 GB VRAM\n## Results\nsee the table\n"
        "## Conclusion\nLoRA ships.\n## When to use which\nPrompt first.\n");
    write_text(
        room / "decision_memo.md",
        "# Memo\n## What ships\nWe ship the LoRA bf16 row, 0.92 against 0.55 of base bf16.\n"
        "## The metric that mattered\nQuality.\n"
        "## Fresh private knowledge next week\nRAG, because weights answer last week's facts.\n"
        "## Prompt, PEFT, RAG\nA prompt is enough when the model knows the form. "
        "LoRA is for form that a prompt does not bring. RAG is for facts.\n"
        "## What this does not show\nOther domains.\n"
        "## Trusted, distrusted, next\nTrusted: the format score. Distrusted: that the eval is "
        "like our traffic. Next experiment: 250 items for the row GPTQ int4.\n");
    auto const found = check_pack(room.path());
    for (finding const& f : found) {
        CAPTURE(f.id);
        CAPTURE(f.what);
        CAPTURE(f.note);
        CHECK(f.result != missing);
        CHECK(f.result != contradicts);
    }
    // A claim that each interval denies.
    write_text(room / "decision_memo.md",
               read(room / "decision_memo.md") +
                   "\nThe row base bf16 is better than GPTQ int4.\n");
    CHECK(check_pack(room.path()).has("L61", contradicts));
}

TEST_CASE("what is no folder is an error; an empty one lacks nearly everything") {
    scratch_directory room;
    CHECK_THROWS_AS(check_pack(room / "none"), io_error);
    auto const found = check_pack(room.path());
    CHECK_FALSE(found.passed());
    for (char const* id : {"L11", "L14", "L26", "L34", "L43", "L47", "W06"}) {
        CAPTURE(id);
        CHECK(found.has(id, missing));
    }
}

// SPDX-License-Identifier: MIT
// A pack in a folder: what write_pack makes of the sample run, with its sets and answers.
#ifndef QAD_TESTS_DECIDE_SAMPLE_PACK_HPP
#define QAD_TESTS_DECIDE_SAMPLE_PACK_HPP

#include <qad/decide/graded.hpp> // write_items
#include <qad/decide/hash.hpp>   // hash_of_file
#include <qad/decide/pack.hpp>   // write_pack

#include "sample_evidence.hpp"

#include <cmath> // lround

namespace qad::test {

/// A line of a set; every question has words of its own.
inline std::string sample_line(std::string const& set, int number) {
    static constexpr char const* words[] = {"amber", "basil", "cedar",   "delta",  "ember",
                                            "fjord", "grove", "harbour", "island", "jasper"};
    std::string prompt = set;
    for (int n = number, i = 0; i < 8; ++i, n /= 10) {
        prompt +=
            text(" ", words[n % 10], i % 2 ? "field" : "stone", set == "train" ? "a" : "b");
    }
    return text("{\"prompt\": \"", prompt, "?\", \"completion\": \" ", number, "\"}\n");
}

inline void write_set(std::filesystem::path const& file, std::string const& set, int lines) {
    std::string all;
    for (int i = 0; i < lines; ++i) { all += sample_line(set, i); }
    write_text(file, all);
}

/// As many right answers as the figure says.
inline void write_answers(std::filesystem::path const& folder, evidence_row const& row) {
    quality_figure const& q = row.quality.front();
    std::vector<graded> items;
    for (index_t i = 0; i < q.items; ++i) {
        graded g;
        g.id = std::to_string(i + 1);
        g.score = i < std::lround(q.value * static_cast<double>(q.items)) ? 1 : 0;
        items.push_back(g);
    }
    write_items(folder / row.items, items);
}

/// Writes sets, answers and pack; the hash of the eval set is that of its file.
inline void write_sample_pack(std::filesystem::path const& folder, evidence run) {
    std::filesystem::create_directories(folder / "data");
    std::filesystem::create_directories(folder / "items");
    write_set(folder / "data" / "train.jsonl", "train", 200);
    write_set(folder / "data" / "eval.jsonl", "eval", 250);
    std::string const hash = hash_of_file(folder / "data" / "eval.jsonl");
    run.evals[0].hash = hash;
    for (evidence_row& row : run.rows) {
        for (quality_figure& q : row.quality) { q.hash = hash; }
        write_answers(folder, row);
    }
    write_pack(folder, run);
}

} // namespace qad::test

#endif

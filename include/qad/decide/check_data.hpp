// SPDX-License-Identifier: MIT
// The pack checker on data and training: enough examples, none of them asked, what was trained.
#ifndef QAD_DECIDE_CHECK_DATA_HPP
#define QAD_DECIDE_CHECK_DATA_HPP

#include <qad/decide/check_row.hpp>  // row_name
#include <qad/decide/finding.hpp>    // findings
#include <qad/decide/overlap.hpp>    // find_overlap
#include <qad/decide/pack_model.hpp> // pack_model

namespace qad {

namespace detail {

/// The files of a set: config.yaml's "train: FILE", {file: FILE} or a list of these; otherwise
/// data/train.jsonl.
inline std::vector<std::string> set_files(json const& config, char const* key) {
    std::vector<std::string> files;
    auto const add = [&](json const& one) {
        json const& file = one.is_object() ? any_of(one, {"file", "path"}) : one;
        if (file.is_string()) { files.push_back(file.get<std::string>()); }
    };
    std::string const long_key = std::string(key) + "_file";
    json const& stated = any_of(config, {key, long_key.c_str()});
    if (stated.is_array()) {
        for (json const& one : stated) { add(one); }
    } else {
        add(stated);
    }
    if (files.empty()) { files.push_back(text("data/", key, ".jsonl")); }
    return files;
}

/// Its questions: prompts where the lines are ours, otherwise whole lines.
inline std::vector<std::string> questions_of(pack_files const& pack, char const* key) {
    std::vector<std::string> questions;
    for (std::string const& file : set_files(pack.config, key)) {
        std::string const content = pack.read(file);
        try {
            for (example const& e : parse_examples(content, file)) {
                questions.push_back(e.prompt.empty() ? e.completion : e.prompt);
            }
        } catch (error const&) { // another layout: compare lines
            for (std::string const& line : lines_in(content)) {
                if (!trimmed(line).empty()) { questions.push_back(line); }
            }
        }
    }
    return questions;
}

inline void check_sets(pack_files const& pack, findings& found) {
    auto const train = questions_of(pack, "train"), eval = questions_of(pack, "eval");
    auto examples = static_cast<index_t>(train.size());
    if (train.empty() && pack.run) {
        for (data_facts const& set : pack.run->trains) {
            examples = std::max(examples, set.items);
        }
    }
    if (examples == 0) {
        found.missing("L26", "training examples",
                      "data/train.jsonl, or name it in config.yaml");
    } else if (examples < 50) {
        found.contradicts("L26", "training examples", text(examples, "; at least 50 to 200"));
    } else {
        found.ok("L26", "training examples", std::to_string(examples));
    }
    if (train.empty() || eval.empty()) {
        bool const counted =
            pack.run && pack.run->shared_examples == 0 && !pack.run->trains.empty();
        if (counted) {
            found.remark("B16", "no eval question in training",
                         "the run says so; the "
                         "sets are not in the pack");
        } else {
            found.missing("B16", "train and eval sets to compare",
                          "data/train.jsonl and "
                          "data/eval.jsonl");
        }
        return;
    }
    auto const pairs =
        find_overlap(std::span<std::string const>(train), std::span<std::string const>(eval));
    if (pairs.empty()) {
        found.ok(
            "B16", "no eval question in training",
            text(train.size(), " and ", eval.size(), " compared, near duplicates included"));
        return;
    }
    found.contradicts("B16", "no eval question in training",
                      text(pairs.size(), " pairs; eval line ", pairs[0].eval + 1,
                           " and training line ", pairs[0].train + 1,
                           pairs[0].exact
                               ? " are the same"
                               : text(" are ", percent(pairs[0].similarity), " the same words"),
                           ": ", eval[pairs[0].eval].substr(0, 60)));
}

/// Trained parameters as they are stated anywhere, against rank · Σ (in + out).
inline void check_trainable(pack_files const& pack, pack_model const& model, findings& found) {
    std::string const what = "trainable parameters";
    double expected = 0;
    if (model.shape && model.shape->hidden > 0 && model.rank > 0 && model.targets) {
        expected =
            static_cast<double>(lora_parameters(*model.shape, model.rank, *model.targets));
    }
    std::string said =
        pack.table_text + "\n" + pack.readme + "\n" + pack.memory_math + "\n" + pack.memo;
    bool stated = false;
    for (std::string const& line : lines_in(said)) {
        if (!mentions(line, {"trainable", "trained parameters"}) || mentions(line, {"full"})) {
            continue;
        }
        for (written_number const& n : numbers_in(line)) {
            std::string_view const behind = std::string_view(line).substr(n.end);
            bool const counts =
                n.value >= 100 &&
                (mentions(n.unit, {"trainable", "trained", "parameters", "params"}) ||
                 (n.unit.empty() && mentions(line.substr(0, n.begin), {"trainable"})));
            if (!counts || behind.starts_with(" %")) { continue; }
            stated = true;
            if (expected > 0 && std::fabs(n.value - expected) > 0.005 * expected &&
                !(model.known() && std::fabs(n.value - model.counts[0]) < 1)) {
                found.contradicts("L31", what,
                                  text(grouped(static_cast<index_t>(expected)), " by rank ",
                                       model.rank, " on the shape, not ", n.text));
                return;
            }
        }
    }
    if (!stated) {
        found.missing("L31", what,
                      expected > 0 ? grouped(static_cast<index_t>(expected)) : std::string());
    } else if (expected > 0) {
        found.ok("L31", what, grouped(static_cast<index_t>(expected)));
    } else {
        found.remark("L31", what,
                     "cannot be done again: config.yaml needs the model, rank and targets");
    }
}

} // namespace detail

/// L26 L30 L31 L32 L44 L45 L54 B16 W06: data, training setup and scripts.
inline void check_data(pack_files const& pack, pack_model const& model, findings& found) {
    found.want(!pack.config.is_null(), "W06", "config.yaml: model, data and LoRA settings");
    detail::check_sets(pack, found);
    detail::check_trainable(pack, model, found);
    std::string const all = pack.memory_math + pack.memo + pack.readme + pack.table_text +
                            (pack.config.is_null() ? "" : pack.config.dump());
    bool const rank = model.rank > 0 || mentions(all, {"rank", "r=8", "r=16"});
    found.want(rank && mentions(all, {"steps", "epochs"}), "L30",
               "training setup: rank, steps");
    bool memory = false, feasible = false;
    for (std::string const& line :
         lines_in(pack.memory_math + "\n" + pack.memo + "\n" + pack.readme)) {
        bool const training =
            mentions(line, {"training", "train", "lora", "qlora", "fine-tuning", "optimizer"});
        memory = memory || (training && !amounts_in(line).empty());
        feasible = feasible || (mentions(line, {"lora", "qlora"}) &&
                                mentions(line, {"fit", "fits", "feasible", "vram", "memory"}));
    }
    found.want(memory, "L32", "memory of training",
               "weights, gradients, optimizer state, adapter");
    for (auto const& row : pack.run ? pack.run->rows : std::vector<evidence_row>()) {
        if (row.training) { feasible = feasible || !row.training->feasible.empty(); }
    }
    found.want(feasible, "L54", "why this method: what fits the hardware");
    bool train = pack.run.has_value(), eval = train; // `./qad lab` is both
    for (std::string const ending : {".py", ".ipynb", ".cpp", ".sh"}) {
        train = train || pack.has("train" + ending);
        eval = eval || pack.has("eval" + ending);
    }
    found.want(train, "L44", "train.py, or the command that trained");
    found.want(eval, "L45", "eval.py, or the command that evaluated");
}

} // namespace qad

#endif

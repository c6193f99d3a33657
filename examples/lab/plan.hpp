// SPDX-License-Identifier: MIT
// What the lab does, as data: the rows, what makes each, and the questions put to it.
#ifndef QAD_LAB_PLAN_HPP
#define QAD_LAB_PLAN_HPP

#include "steps.hpp"

#include <qad/decide/evidence.hpp> // row_kind, weight_storage

#include <set> // set

namespace qad::lab {

/// What a user may choose.
struct lab_options {
    std::filesystem::path model = {}, data = {}, out = {};
    std::string model_name = {};
    bool quick = false;
    index_t max_train = 0, max_eval = 0; ///< 0: all
    index_t rank = 8;
    double alpha = 16;
    index_t steps = 150, batch = 16;
    double rate = 2e-3;
    std::uint64_t seed = 0;
    int threads = 0;
    target_hardware hardware = {};
    bool own = true; ///< the model is ours: it knows the world's facts
};

/// A file of questions and how it is scored.
struct question_set {
    std::string name = {}, file = {}, task = {}, metric = {};
    bool higher_is_better = true;
};
inline std::vector<question_set> const question_sets = {
    {"facts", "faq_facts.jsonl", "faq", "exact"},
    {"unseen question", "faq_unseen_question.jsonl", "faq", "exact"},
    {"format A", "house_a_eval.jsonl", "faq", "exact"},
    {"format B", "house_b_eval.jsonl", "faq", "exact"},
    {"format B with a notice", "house_b_context_eval.jsonl", "faq", "exact"},
    {"tickets", "tickets_eval.jsonl", "classify", "macro_f1"},
    {"summaries", "summaries_eval.jsonl", "summarize", "rouge_l"},
    {"texts", "perplexity.jsonl", "perplexity", "perplexity", false},
    {"changed facts", "next_week_changed.jsonl", "faq", "exact"},
    {"kept facts", "next_week_kept.jsonl", "faq", "exact"},
    {"one notice", "reading_one.jsonl", "faq", "exact"},
    {"three notices", "reading_three.jsonl", "faq", "exact"},
    {"one sheet", "reading_sheet.jsonl", "faq", "exact"},
    {"three sheets", "reading_sheets.jsonl", "faq", "exact"},
    {"weeks", "weeks.jsonl", "faq", "exact"},
};
inline question_set const& set_named(std::string const& name) {
    for (auto const& set : question_sets) {
        if (set.name == name) { return set; }
    }
    fail("the lab has no question set ", name);
}

/// A run of ./qad train.
struct training_plan_row {
    std::string name = {}, method = {}, file = {};
    std::vector<std::string> extra = {};
    index_t steps = 150;
};

/// One configuration: how it is loaded, and what it is asked.
struct row_plan {
    std::string id = {}, config = {};
    row_kind kind = row_kind::base;
    std::string group = "plain", scheme = "bf16", method = {};
    weight_storage stored = {};
    std::string weight_dtype = "bf16";
    std::filesystem::path weights = {};  ///< the model or the artifact
    std::vector<std::string> extra = {}; ///< --adapter, --few-shot, --retrieve …
    std::vector<std::string> sets = {};  ///< the first is what it is judged by
    std::string task = {};         ///< the set that it is for, where that is not the first
    bool eight_bit_inputs = false; ///< activations rounded as well
    std::string training = {};     ///< name of the run that it comes from
};

/// A file name out of any name.
inline std::string slug(std::string name) {
    for (char& c : name) {
        if (c == ' ' || c == ':' || c == '/') { c = '-'; }
    }
    return name;
}

class plan {
  public:
    std::vector<step> steps = {};
    std::vector<row_plan> rows = {};
    std::vector<training_plan_row> trainings = {};
    std::vector<left_out> omitted = {};
    byte_count foretold = {}; ///< the most that a step may take; 0: not reckoned

    explicit plan(lab_options const& o) : o_(o) {}

    std::filesystem::path artifact(std::string const& name) const {
        return o_.out / "artifacts" / name;
    }
    std::filesystem::path items(std::string const& row, std::string const& set) const {
        return o_.out / "items" / (row + "." + slug(set) + ".jsonl");
    }
    std::filesystem::path data(std::string const& file) const { return o_.data / file; }

    void add(step s) {
        if (known_.insert(s.id).second) {
            s.arguments.insert(s.arguments.end(), {"--seed", std::to_string(o_.seed)});
            if (o_.threads > 0) {
                s.arguments.insert(s.arguments.end(),
                                   {"--threads", std::to_string(o_.threads)});
            }
            steps.push_back(std::move(s));
        }
    }

    /// A quantized model in artifacts/NAME.
    std::filesystem::path quantized(std::string const& name, std::filesystem::path const& from,
                                    std::string const& method, std::string const& format,
                                    std::string const& group, std::string const& as = "qad") {
        auto const to = artifact(as == "gguf" ? name + ".gguf" : name);
        step s{"quantize-" + name,
               {"quantize", from.string(), "--method", method, "--format", format, "--group",
                group, "--out", to.string(), "--as", as},
               to,
               method == "rtn" ? 1.0 : 6.0};
        if (method != "rtn") {
            s.arguments.insert(s.arguments.end(),
                               {"--calibration", data("calibration.jsonl").string(),
                                "--samples", o_.quick ? "32" : "128", "--length", "128"});
        }
        add(std::move(s));
        return to;
    }

    /// An adapter (or a whole model) in artifacts/NAME.
    std::filesystem::path trained(training_plan_row t) {
        auto const to = artifact(t.name);
        step s{"train-" + t.name,
               {"train", o_.model.string(), "--data", data(t.file).string(), "--method",
                t.method, "--out", to.string(), "--steps", std::to_string(t.steps), "--batch",
                std::to_string(o_.batch), "--resume"},
               to / "training.json",
               static_cast<double>(t.steps) * 0.14};
        if (t.method != "full") {
            s.arguments.insert(s.arguments.end(), {"--rank", std::to_string(o_.rank), "--alpha",
                                                   text(o_.alpha), "--rate", text(o_.rate)});
        }
        if (o_.max_train > 0) {
            s.arguments.insert(s.arguments.end(),
                               {"--max-train-samples", std::to_string(o_.max_train)});
        }
        s.arguments.insert(s.arguments.end(), t.extra.begin(), t.extra.end());
        add(std::move(s));
        trainings.push_back(std::move(t));
        return to;
    }

    /// One set put to a row; `variant` tells apart the ways in which one row is asked.
    void ask(row_plan const& row, std::string const& set, std::vector<std::string> extra = {},
             std::string const& variant = "") {
        auto const& questions = set_named(set);
        std::string const name = variant.empty() ? set : set + " " + variant;
        step s{"eval-" + row.id + "-" + slug(name),
               {"eval", row.weights.string(), "--data", data(questions.file).string(), "--task",
                questions.task, "--items", items(row.id, name).string()},
               items(row.id, name),
               1.5};
        if (!row.eight_bit_inputs) {
            s.arguments.insert(s.arguments.end(), {"--activations", "float"});
        }
        if (questions.task == "perplexity" && row.kind != row_kind::base) {
            auto const base = row.group == "plain" ? o_.model : artifact("base-outliers");
            s.arguments.insert(s.arguments.end(), {"--against", base.string(), "--kl-items",
                                                   items(row.id, "kl").string()});
            s.seconds = 3;
        }
        if (o_.max_eval > 0) {
            s.arguments.insert(s.arguments.end(),
                               {"--max-eval-samples", std::to_string(o_.max_eval)});
        }
        s.arguments.insert(s.arguments.end(), row.extra.begin(), row.extra.end());
        s.arguments.insert(s.arguments.end(), extra.begin(), extra.end());
        add(std::move(s));
    }

    /// A row with all its steps.
    row_plan& row(row_plan r) {
        if (r.weights.empty()) { r.weights = o_.model; }
        for (auto const& set : r.sets) { ask(r, set); }
        step speed{"bench-" + r.id,
                   {"bench", r.weights.string(), "--prefill", "256", "--decode", "64",
                    "--repeat", o_.quick ? "3" : "5"},
                   {},
                   0.5};
        for (std::size_t i = 0; i + 1 < r.extra.size(); i += 2) { // how it is loaded
            if (r.extra[i] == "--adapter" || r.extra[i] == "--weights" ||
                r.extra[i] == "--head") {
                speed.arguments.insert(speed.arguments.end(), {r.extra[i], r.extra[i + 1]});
            }
        }
        add(std::move(speed));
        return rows.emplace_back(std::move(r));
    }
    lab_options const& options() const { return o_; }

  private:
    lab_options o_;
    std::set<std::string> known_;
};

} // namespace qad::lab

#endif

// SPDX-License-Identifier: MIT
// From what the steps said to evidence: rows, comparisons, the freshness curve.
#ifndef QAD_LAB_ASSEMBLE_HPP
#define QAD_LAB_ASSEMBLE_HPP

#include "memory_sums.hpp"
#include "plan.hpp"

#include <qad/decide/bootstrap.hpp> // paired_difference
#include <qad/decide/graded.hpp>    // read_items
#include <qad/decide/labelled.hpp>  // labelled_row, paired_macro_f1
#include <qad/fit/training.hpp>     // training_ledger
#include <qad/io/shape_of.hpp>      // shape_of

#include <algorithm> // find

namespace qad::lab {

class assembler {
  public:
    assembler(plan const& p, step_runner const& answers, evidence& run)
        : plan_(p), answers_(answers), run_(run), draw_{.seed = p.options().seed} {}

    std::vector<graded> items(std::string const& row, std::string const& set) const {
        return read_items(plan_.items(row, set));
    }

    /// a − b on a set, by the figure that the set is scored with; also kept for the tables.
    comparison compare(std::string const& a, std::string const& b, std::string const& set,
                       std::string const& metric = "") {
        auto const of_a = items(a, metric == "kl" ? "kl" : set);
        auto const of_b = items(b, metric == "kl" ? "kl" : set);
        require_same_items(of_a, of_b);
        std::string const name = metric.empty() ? set_named(set).metric : metric;
        difference d;
        if (name == "macro_f1") {
            auto const classes = classes_of(read_examples(plan_.data(set_named(set).file)));
            d = paired_macro_f1(labelled_row(of_b, classes), labelled_row(of_a, classes),
                                draw_);
        } else {
            d = paired_difference(scores_of(of_b), scores_of(of_a), draw_);
        }
        comparison c{a,
                     b,
                     name,
                     set,
                     d.value,
                     d.low,
                     d.high,
                     static_cast<index_t>(of_a.size()),
                     name != "perplexity" && name != "kl"};
        for (auto const& known : run_.comparisons) {
            if (known.a == a && known.b == b && known.metric == name && known.set == set) {
                return c;
            }
        }
        run_.comparisons.push_back(c);
        return c;
    }

    void row(row_plan const& r) {
        evidence_row e{.id = r.id,
                       .config = r.config,
                       .kind = r.kind,
                       .group = r.group,
                       .scheme = r.scheme,
                       .method = r.method,
                       .stored = r.stored};
        e.weight_bytes = byte_count(weight_bytes(run_.shape, r.stored).total());
        e.weight_dtype = r.weight_dtype;
        e.task = r.task;
        e.coverage = r.scheme == "bf16" || r.scheme == "fp32" ? 0 : coverage(r);
        e.kv = in_fp32;
        e.kv_dtype = "fp32";
        e.kv_bytes_per_token =
            byte_count(2 * run_.shape.layers * run_.shape.kv_heads * run_.shape.head_dim * 4);
        bool const beside =
            std::find(r.extra.begin(), r.extra.end(), "--adapter") != r.extra.end();
        if (beside) {
            e.adapter_dtype = "fp32";
            e.adapter_bytes =
                byte_count(4 * answers_["train-" + r.training]["parameters"].get<index_t>());
        }
        for (auto const& set : r.sets) { figure(e, r.id, set); }
        if (answers_.has("bench-" + r.id)) { speed(e, answers_["bench-" + r.id]); }
        buckets(e);
        e.items =
            "items/" + r.id + "." + slug(r.task.empty() ? r.sets.at(0) : r.task) + ".jsonl";
        e.inputs_hash = hash_of_inputs(r);
        e.seed = static_cast<index_t>(plan_.options().seed);
        if (!r.training.empty()) { e.training = training(r); }
        run_.put(std::move(e));
    }

    /// Every row beside the base of its group, on each set that both were asked.
    void against_base() {
        for (auto const& r : plan_.rows) {
            std::string const base = r.group == "plain" ? "base" : "base-outliers";
            if (r.id == base) { continue; }
            for (auto const& set : r.sets) { // what both were asked
                bool const both = answers_.has("eval-" + base + "-" + slug(set));
                if (both && set_named(set).metric != "perplexity") { compare(r.id, base, set); }
            }
            // And beside those that are for the same task.
            for (auto const& other : plan_.rows) {
                if (&other == &r) { break; }
                if (!r.task.empty() && other.task == r.task) {
                    compare(r.id, other.id, r.task);
                }
            }
        }
    }

  private:
    double coverage(row_plan const& r) const {
        std::string const made = "quantize-" + r.weights.stem().string();
        for (std::string const& id : {"quantize-" + r.weights.filename().string(), made}) {
            if (answers_.has(id)) { return answers_[id].value("coverage", 0.0); }
        }
        auto const n = count_parameters(run_.shape);
        return static_cast<double>(n.in_linears()) /
               static_cast<double>(parameters(run_.shape));
    }
    void figure(evidence_row& e, std::string const& id, std::string const& set) {
        json const& said = answers_["eval-" + id + "-" + slug(set)];
        auto const& questions = set_named(set);
        e.quality.push_back({questions.metric, set, said["score"], said["low"], said["high"],
                             said["n"], said["data_hash"], questions.higher_is_better});
        if (!said.contains("kl_mean")) { return; }
        std::vector<double> const by_text = scores_of(items(id, "kl"));
        auto const kl = bootstrap_mean(by_text, draw_);
        e.quality.push_back(
            {"kl", set, kl.value, kl.low, kl.high, said["n"], said["data_hash"], false});
    }
    void speed(evidence_row& e, json const& said) const {
        auto const runs = [&](char const* name) {
            return timing{said.contains(name) ? said[name].value("runs", std::vector<double>{})
                                              : std::vector<double>{},
                          1};
        };
        e.prefill = runs("prefill");
        e.decode = runs("decode");
        e.decode_limit = said["decode_ceiling"];
        for (double rate : e.prefill.runs) {
            e.first_token.runs.push_back(said["prefill"]["tokens"].get<double>() / rate);
        }
        json const& memory = said["memory"];
        e.memory = running_memory(run_.shape, e, said["prefill"]["tokens"], run_.machine.cores,
                                  byte_count(memory["program"].get<index_t>()));
        e.memory.peak = byte_count(memory["measured"].get<index_t>());
    }
    void buckets(evidence_row& e) {
        std::string const base = e.group == "plain" ? "base" : "base-outliers";
        bool asked = false;
        for (auto const& q : e.quality) { asked = asked || q.set == "facts"; }
        if (!asked || !answers_.has("eval-" + base + "-facts")) { return; }
        auto const mine = items(e.id, "facts"), theirs = items(base, "facts");
        std::map<std::string, bucket_figure> sums;
        for (std::size_t i = 0; i < mine.size(); ++i) {
            auto& b = sums[mine[i].bucket];
            b.name = mine[i].bucket;
            ++b.items;
            b.right += mine[i].score > 0.5 ? 1 : 0;
            b.flipped += mine[i].answer != theirs[i].answer ? 1 : 0;
        }
        for (auto const& [name, b] : sums) { e.buckets.push_back(b); }
    }
    training_facts training(row_plan const& r) {
        json const& said = answers_["train-" + r.training];
        training_plan_row const* planned = nullptr;
        for (auto const& t : plan_.trainings) {
            if (t.name == r.training) { planned = &t; }
        }
        lab_options const& o = plan_.options();
        bool const full = planned->method == "full";
        training_facts t{.method = planned->method,
                         .set = planned->file,
                         .rank = full ? 0 : o.rank,
                         .alpha = full ? 0 : o.alpha,
                         .trainable = said["parameters"],
                         .steps = said["steps"],
                         .batch = said["batch"],
                         .learning_rate = said["rate"],
                         .seconds = said["seconds"]};
        if (!full) { t.targets = {"all"}; }
        t.tokens_per_second = said["seconds"].get<double>() > 0
                                  ? said["tokens"].get<double>() / said["seconds"].get<double>()
                                  : 0;
        auto const method = full                         ? training_method::full
                            : planned->method == "qlora" ? training_method::qlora
                                                         : training_method::lora;
        t.memory = training_memory(run_.shape, method, o.rank, said["most_tokens"],
                                   said["most_asked"], plan_.rows.front().stored,
                                   byte_count(said["memory"]["program"].get<index_t>()));
        t.memory.peak = byte_count(said["memory"]["measured"].get<index_t>());
        t.feasible = feasible(method);
        std::string const csv(mapped_file(plan_.artifact(r.training) / "loss.csv").text());
        for (std::size_t at = csv.find('\n') + 1; at < csv.size();) {
            auto const end = csv.find('\n', at);
            std::string const line = csv.substr(at, end - at);
            auto const first = line.find(','), second = line.find(',', first + 1);
            loss_point point{std::stoll(line), std::stod(line.substr(first + 1))};
            if (second + 1 < line.size()) {
                point.validation = std::stod(line.substr(second + 1));
            }
            t.curve.push_back(point);
            at = end + 1;
        }
        return t;
    }
    /// What of the three fits the target: why this method is in the table.
    std::string feasible(training_method method) const {
        std::string said;
        for (auto const& [name, other] : {std::pair{"LoRA", training_method::lora},
                                          {"QLoRA", training_method::qlora},
                                          {"full", training_method::full}}) {
            auto const need =
                training_ledger(run_.shape, {.method = other,
                                             .rank = plan_.options().rank,
                                             .base = frozen(other, plan_.rows.front().stored)})
                    .total();
            bool const fits = need.count <= run_.hardware.memory.count;
            said += text(said.empty() ? "" : "; ", name, " needs ", gigabytes(need).value,
                         " GB and ", fits ? "fits" : "does not fit",
                         method == other ? " (this row)" : "");
        }
        return said + text(" in ", gigabytes(run_.hardware.memory).value, " GB");
    }
    std::string hash_of_inputs(row_plan const& r) const {
        std::uint64_t hash = fnv1a(r.id);
        for (auto const& s : plan_.steps) {
            bool const mine = s.id.starts_with("eval-" + r.id + "-") || s.id == "bench-" + r.id;
            if (mine) { hash = fnv1a(answers_.hash_of(s), hash); }
        }
        return hex(hash);
    }

    plan const& plan_;
    step_runner const& answers_;
    evidence& run_;
    bootstrap_options draw_;
};

} // namespace qad::lab

#endif

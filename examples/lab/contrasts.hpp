// SPDX-License-Identifier: MIT
// What a reader of the pack shall be able to see, and whether this run shows it.
#ifndef QAD_LAB_CONTRASTS_HPP
#define QAD_LAB_CONTRASTS_HPP

#include "assemble.hpp"

#include <qad/decide/pack_text.hpp> // score_text, in_short

namespace qad::lab {

/// Judges one contrast after the other. The rules stand here and nowhere else; a contrast is
/// shown when every one of its comparisons is on the right side of its bound with its whole
/// 95 % interval.
class contrast_judge {
  public:
    contrast_judge(assembler& table, evidence& run, plan const& p)
        : table_(table), run_(run), plan_(p) {}

    void all() {
        groups_repair_the_scale();
        rare_facts_break_first();
        gptq_beats_rounding();
        awq_lies_between();
        average_hides_edges();
        lora_brings_the_format();
        prompt_or_adapter();
        qlora_is_lora();
        labels_help();
        facts_change();
        retrieval_noise();
        forgetting();
        trained_together();
        merging_and_rounding();
    }

  private:
    /// One contrast in the making.
    struct verdict {
        contrast c;
        bool good = true;

        /// The comparison counts, and its interval must lie above `bound`.
        void above(comparison const& x, double bound) {
            c.figures.push_back(x);
            good = good && x.low > bound;
        }
        void below(comparison const& x, double bound) {
            c.figures.push_back(x);
            good = good && x.high < bound;
        }
        void beside(comparison const& x) { c.figures.push_back(x); }
    };
    template <class Judge>
    void judge(index_t id, std::string const& text, bool firm, Judge&& f) {
        verdict v;
        v.c.id = id;
        v.c.text = text;
        v.c.firm = firm;
        f(v);
        v.c.verdict = v.c.note.starts_with("not judged") ? contrast_verdict::not_judged
                      : v.good                           ? contrast_verdict::shown
                                                         : contrast_verdict::not_shown;
        run_.contrasts.push_back(std::move(v.c));
    }
    quality_figure const& figure(std::string const& row, std::string const& metric,
                                 std::string const& set) const {
        for (auto const& q : run_.row(row)->quality) {
            if (q.metric == metric && q.set == set) { return q; }
        }
        fail("the lab has no ", metric, " of ", row, " on ", set);
    }
    double recall(std::string const& row, std::string const& bucket) const {
        for (auto const& b : run_.row(row)->buckets) {
            if (b.name == bucket) {
                return static_cast<double>(b.right) / static_cast<double>(b.items);
            }
        }
        return 0;
    }
    std::string recalls(std::string const& row) const {
        std::string all;
        for (char const* bucket : {"0", "1", "2", "3"}) {
            all += (all.empty() ? "" : " ") + score_text(recall(row, bucket));
        }
        return all;
    }

    void groups_repair_the_scale() {
        judge(1, "One scale per tensor hurts int4; a scale for every 64 weights repairs it.",
              true, [&](verdict& v) {
                  v.above(table_.compare("int4-tensor", "int4-64", "texts", "kl"), 0);
                  v.above(
                      table_.compare("int4-tensor-outliers", "int4-64-outliers", "texts", "kl"),
                      0);
              });
    }
    void rare_facts_break_first() {
        judge(2, "Rare facts break first, while the average hardly moves.", true,
              [&](verdict& v) {
                  // The loss of recall among the rarest facts minus that among the most frequent.
                  for (std::string const row :
                       {"int4-tensor", "int4-tensor-outliers", "int3-64"}) {
                      std::string const base =
                          row.ends_with("outliers") ? "base-outliers" : "base";
                      auto const before = table_.items(base, "facts"),
                                 after = table_.items(row, "facts");
                      std::vector<double> rare, common;
                      for (std::size_t i = 0; i < before.size(); ++i) {
                          double const lost = before[i].score - after[i].score;
                          if (before[i].bucket == "3") { rare.push_back(lost); }
                          if (before[i].bucket == "0") { common.push_back(lost); }
                      }
                      auto const n = static_cast<index_t>(std::min(rare.size(), common.size()));
                      auto const mean = [](std::vector<double> const& of, auto drawn) {
                          double sum = 0;
                          for (auto i : drawn) { sum += of[i]; }
                          return sum / static_cast<double>(drawn.size());
                      };
                      auto const d = paired_difference(
                          n, [&](auto drawn) { return mean(common, drawn); },
                          [&](auto drawn) { return mean(rare, drawn); },
                          {.seed = plan_.options().seed});
                      comparison const c{
                          row,     base,    "recall lost, rarest minus most frequent",
                          "facts", d.value, d.low,
                          d.high,  n};
                      // Judged where the average hardly moves and still something breaks.
                      // With the louder channels everything breaks, and three bits in groups
                      // cost too little to tell where: those stand beside it.
                      row == "int4-tensor" ? v.above(c, 0) : v.beside(c);
                      v.c.note +=
                          text(v.c.note.empty() ? "" : "; ", "recall by bucket, [", base,
                               "]: ", recalls(base), ", [", row, "]: ", recalls(row));
                  }
              });
    }
    void gptq_beats_rounding() {
        judge(3, "GPTQ beats rounding on KL at 3 bits.", true, [&](verdict& v) {
            v.below(table_.compare("int3-64-gptq", "int3-64", "texts", "kl"), 0);
            v.below(table_.compare("int3-64-gptq-outliers", "int3-64-outliers", "texts", "kl"),
                    0);
        });
    }
    void awq_lies_between() {
        judge(4, "AWQ lies between rounding and GPTQ at 3 bits.", false, [&](verdict& v) {
            v.c.note =
                "AWQ protects the inputs of loud channels, which the plain model has none "
                "of: there it may be no better than rounding";
            for (std::string const tail : {"", "-outliers"}) {
                v.below(table_.compare("int3-64-awq" + tail, "int3-64" + tail, "texts", "kl"),
                        0);
                v.above(
                    table_.compare("int3-64-awq" + tail, "int3-64-gptq" + tail, "texts", "kl"),
                    0);
            }
        });
    }
    void average_hides_edges() {
        judge(5, "An average that is no worse can hide worse edges.", false, [&](verdict& v) {
            v.good = false;
            v.c.note =
                "recall of the rarest facts: [int3-64] " + score_text(recall("int3-64", "3"));
            for (std::string const row : {"int3-64-gptq", "int3-64-awq"}) {
                auto const average = table_.compare(row, "int3-64", "texts", "kl");
                auto const edges = table_.compare(row, "int3-64", "facts");
                v.beside(average);
                v.beside(edges);
                v.good = v.good || (average.low <= 0 && edges.high < 0);
                v.c.note += text(", [", row, "] ", score_text(recall(row, "3")));
            }
            v.c.note += "; a prototype showed it at 2 bits, where there is no format here";
        });
    }
    void lora_brings_the_format() {
        judge(6,
              "LoRA on some 160 examples brings the house format; full fine-tuning brings no "
              "more.",
              true, [&](verdict& v) {
                  v.above(table_.compare("lora", "base", "format B"), 0.8);
                  v.above(table_.compare("full", "base", "format B"), 0.8);
                  v.beside(table_.compare("full", "lora", "format B"));
              });
    }
    void prompt_or_adapter() {
        judge(7,
              "Sometimes a prompt is enough and sometimes not: two house formats, one prompt "
              "each.",
              true, [&](verdict& v) {
                  v.above(table_.compare("prompt-a", "base", "format A"), 0.5);
                  v.below(table_.compare("lora-a", "prompt-a", "format A"), 0.1);
                  v.below(table_.compare("prompt", "base", "format B"), 0.1);
                  v.above(table_.compare("lora", "prompt", "format B"), 0.5);
                  v.above(table_.compare("lora-50", "prompt", "format B"), 0.5);
              });
    }
    void qlora_is_lora() {
        judge(8, "QLoRA is as good as LoRA on a base of a fraction of the bytes.", false,
              [&](verdict& v) {
                  auto const c = table_.compare("qlora", "lora", "format B");
                  v.above(c, -0.05);
                  v.above(table_.compare("qlora", "base", "format B"), 0.8);
                  v.c.note = text("base weights ", in_short(run_.row("qlora")->weight_bytes),
                                  " beside ", in_short(run_.row("lora")->weight_bytes));
              });
    }
    void labels_help() {
        judge(
            9, "Classification improves with LoRA on labelled tickets.", true,
            [&](verdict& v) { v.above(table_.compare("lora-tickets", "base", "tickets"), 0); });
    }
    void facts_change() {
        judge(10, "Facts change: weights answer the old, retrieval the new.", true,
              [&](verdict& v) {
                  v.above(table_.compare("retrieval", "base", "changed facts"), 0.5);
              });
    }
    void retrieval_noise() {
        judge(11,
              "Retrieval has its own failure: the more that stands in the context, the less is "
              "read.",
              true, [&](verdict& v) {
                  // The sets ask about the same facts, in the same order.
                  auto const one = table_.items("base", "one notice");
                  for (std::string const set : {"three notices", "three sheets"}) {
                      auto const other = table_.items("base", set);
                      auto const n = std::min(one.size(), other.size());
                      auto const scores = [&](auto const& list) {
                          auto s = scores_of(list);
                          s.resize(n);
                          return s;
                      };
                      auto const d = paired_difference(scores(one), scores(other),
                                                       {.seed = plan_.options().seed});
                      comparison const c{"base",
                                         "base",
                                         "exact, " + set + " minus one notice",
                                         set,
                                         d.value,
                                         d.low,
                                         d.high,
                                         static_cast<index_t>(n)};
                      v.below(c, 0);
                  }
                  // An index of news alone has something about every product, seldom what is
                  // asked: it misleads on what did not change.
                  v.below(table_.compare("retrieval-notices", "base", "kept facts"), 0);
                  v.beside(table_.compare("retrieval", "retrieval-notices", "changed facts"));
              });
    }
    void forgetting() {
        judge(12,
              "Fine-tuning forgets: what the model answered plainly before, it answers in "
              "format now.",
              false, [&](verdict& v) {
                  v.beside(table_.compare("lora", "base", "facts"));
                  v.beside(table_.compare("full", "base", "facts"));
                  v.c.note = "not judged: no plain answers were among the examples, so this is "
                             "what they asked for";
              });
    }
    void trained_together() {
        judge(13, "LoRA and retrieval combine only if trained together.", false,
              [&](verdict& v) {
                  v.above(table_.compare("lora-context", "lora", "format B with a notice"), 0);
              });
    }
    void merging_and_rounding() {
        judge(14,
              "Merging an adapter and rounding the sum can lose what the adapter beside it "
              "keeps.",
              false, [&](verdict& v) {
                  v.beside(table_.compare("lora-merged-int4-tensor", "lora-beside-int4-tensor",
                                          "format B"));
                  v.beside(
                      table_.compare("lora-merged-int4-64", "lora-beside-int4-64", "format B"));
                  v.c.note = "not judged: which of the two is better depends on the weights";
              });
    }

    assembler& table_;
    evidence& run_;
    plan const& plan_;
};

} // namespace qad::lab

#endif

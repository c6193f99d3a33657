// SPDX-License-Identifier: MIT
// The pack's README.md and config.yaml: how to repeat the run, and what to use when.
#ifndef QAD_DECIDE_PACK_README_HPP
#define QAD_DECIDE_PACK_README_HPP

#include <qad/decide/evidence.hpp>   // evidence
#include <qad/decide/pack_table.hpp> // table_cells
#include <qad/decide/recommend.hpp>  // what_ships

namespace qad {

/// README.md: setup, hardware, how to repeat, results, conclusion, when to use which.
inline std::string pack_readme(evidence const& run) {
    machine_facts const& m = run.machine;
    std::string out = text("# Evidence pack: ", run.model, "\n\n");
    if (run.quick) { out += "Quick run: fewer items and steps than a conclusion needs.\n\n"; }
    out += text("## Setup\n\n- model: ", run.model, ", ", grouped(parameters(run.shape)),
                " parameters\n");
    for (data_facts const& set : run.evals) {
        out += text("- eval set ", set.name, ": `", set.file, "`, ", set.items, " items, hash ",
                    set.hash, "\n");
    }
    for (data_facts const& set : run.trains) {
        out += text("- training set ", set.name, ": `", set.file, "`, ", set.items,
                    " examples, hash ", set.hash, "\n");
    }
    out += text(
        "- training examples that are also asked, near ones included: ", run.shared_examples,
        "\n\n## Hardware\n\n- measured on: ", m.processor, ", ", m.isa, ", ", m.cores,
        " cores, ", in_bytes(m.memory), ", reads ", figure(m.read_gb_per_second, 3),
        " GB/s, fp32 products ", figure(m.sgemm_gflops, 3),
        " GFLOP/s\n- target: ", run.hardware.name, ", ", in_bytes(run.hardware.memory), "\n");
    out +=
        text("\n## Repeat it\n\n```\n./qad lab --config config.yaml --out again",
             run.quick ? " --quick" : "", "\n./qad pack check again\n```\n\nSeed ", run.seed,
             ". Quality repeats exactly on the same machine, timings within their spread.\n");
    out += "\n## Results\n\n" + table_head({"row", "config", "weights", "tokens/s", "quality",
                                            "training", "recommendation"});
    for (evidence_row const& row : run.rows) {
        auto const c = table_cells(run, row);
        out += table_line({c[11], c[0], c[1], c[3], c[4], c[5], c[6]});
    }
    out += "\n`memory_math.md` has every sum, `benchmark_results.md` every figure with its "
           "interval, `items/` every answer, `decision_memo.md` what follows.\n";
    evidence_row const* const ships = what_ships(run);
    out +=
        text("\n## Conclusion\n\n",
             ships ? text("By the memo's rules `", ships->id, "` ships: ", ships->config, ".\n")
                   : std::string("By the memo's rules no row may ship yet.\n"));
    out +=
        "\n## When to use which\n\n"
        "- **A prompt** when the model can do it once it is told or shown. Try it first; it "
        "costs tokens, no training.\n"
        "- **LoRA** when form, tone or syntax still drifts and the frozen model fits in 16 "
        "bits beside the adapter's optimizer state.\n"
        "- **QLoRA** when it does not: the base lies in 4 bits, the adapter is trained in "
        "16.\n"
        "- **Full fine-tuning** when LoRA was measured to have reached its end.\n"
        "- **Retrieval (RAG)** when the answer is a fact that changes, must be cited, deleted, "
        "or is not for everybody.\n"
        "- **Quantizing** when the weights do not fit or reading them is what costs; it does "
        "nothing for the cache of the users.\n";
    return out;
}

/// A word as YAML takes it, always in quotes (RFC 8259 strings are YAML strings).
inline std::string yaml_string(std::string const& word) {
    std::string out = "\"";
    for (char c : word) {
        if (c == '"' || c == '\\') { out += '\\'; }
        out += c == '\n' ? ' ' : c;
    }
    return out + "\"";
}

/// config.yaml: model, data, hardware and training in one file, as `./qad lab --config` and
/// `./qad pack check` read them.
inline std::string pack_config(evidence const& run) {
    model_shape const& s = run.shape;
    auto const flag = [](bool yes) { return yes ? "true" : "false"; };
    std::string out =
        text("model: ", yaml_string(run.model), "\nshape:\n  hidden: ", s.hidden,
             "\n  layers: ", s.layers, "\n  heads: ", s.heads, "\n  kv_heads: ", s.kv_heads,
             "\n  head_dim: ", s.head_dim, "\n  feed_forward: ", s.feed_forward,
             "\n  vocabulary: ", s.vocabulary, "\n  tied: ", flag(s.tied),
             "\n  qkv_bias: ", flag(s.qkv_bias), "\n");
    if (s.qk_norm) { out += "  qk_norm: true\n"; }
    out += text("hardware:\n  name: ", yaml_string(run.hardware.name),
                "\n  memory: ", run.hardware.memory.count,
                " B\n  reserve: ", run.hardware.reserve, "\n  context: ", run.hardware.context,
                "\n  users: ", run.hardware.users, "\nseed: ", run.seed,
                "\nquick: ", flag(run.quick), "\nmax_train_samples: ", run.max_train,
                "\nmax_eval_samples: ", run.max_eval, "\n");
    auto const sets = [&](char const* key, std::vector<data_facts> const& list) {
        if (list.empty()) { return; }
        out += text(key, ":\n");
        for (data_facts const& set : list) {
            out += text("  - {name: ", yaml_string(set.name), ", file: ", yaml_string(set.file),
                        "}\n");
        }
    };
    sets("eval", run.evals);
    sets("train", run.trains);
    for (evidence_row const& row : run.rows) {
        if (!row.training || row.training->rank == 0) { continue; }
        training_facts const& t = *row.training;
        out += text("lora:\n  rank: ", t.rank, "\n  alpha: ", t.alpha, "\n  targets: [");
        for (std::size_t i = 0; i < t.targets.size(); ++i) {
            out += text(i ? ", " : "", t.targets[i]);
        }
        out += text("]\n  steps: ", t.steps, "\n  batch: ", t.batch,
                    "\n  learning_rate: ", t.learning_rate, "\n");
        break;
    }
    return out;
}

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// Part A of the lab: memory_math.md, every sum written out.
#ifndef QAD_DECIDE_PACK_MEMORY_HPP
#define QAD_DECIDE_PACK_MEMORY_HPP

#include <qad/decide/evidence.hpp>  // evidence
#include <qad/decide/pack_text.hpp> // in_bytes, grouped, table_line
#include <qad/fit/kv.hpp>           // kv_bytes
#include <qad/fit/serving.hpp>      // fit, card
#include <qad/fit/training.hpp>     // training_ledger

#include <set> // set

namespace qad {

namespace detail {

inline std::string parameter_lines(model_shape const& s) {
    static constexpr char const* names[] = {"query", "key", "value", "output",
                                            "gate",  "up",  "down"};
    static constexpr char const* fused[] = {"query, key and value", "",   "",    "output",
                                            "gate and up",          "up", "down"};
    std::string out;
    auto const line = [&](std::string const& what, std::string const& sum, index_t n) {
        if (n > 0) { out += "- " + what + ": " + sum + " = " + grouped(n) + " parameters\n"; }
    };
    auto const times = [](auto... factors) {
        std::string sum;
        ((sum += (sum.empty() ? "" : " × ") + grouped(factors)), ...);
        return sum;
    };
    auto const n = count_parameters(s);
    if (s.nominal > 0) {
        return "- stated, not counted: " + grouped(s.nominal) + " parameters\n";
    }
    line("embedding, vocabulary × hidden", times(s.vocabulary, s.hidden), n.embedding);
    line("positions × hidden", times(s.positions, s.hidden), n.positions);
    std::size_t at = 0;
    for (linear_shape const& l : block_linears(s)) {
        line(text((s.fused ? fused : names)[at++], ", layers × out × in"),
             times(s.layers, l.out, l.in), s.layers * l.weights());
    }
    line("biases", "all of them", n.biases);
    line(text("norms, (2 × layers + 1) × hidden", s.norm_bias ? " × 2" : ""),
         times(2 * s.layers + 1, s.hidden) + (s.norm_bias ? " × 2" : ""),
         n.norms - (s.qk_norm ? 2 * s.layers * s.head_dim : 0));
    if (s.qk_norm) {
        line("norms of query and key, layers × 2 × head size", times(s.layers, 2, s.head_dim),
             2 * s.layers * s.head_dim);
    }
    line("head, vocabulary × hidden", times(s.vocabulary, s.hidden), n.head);
    return out + "- sum: " + grouped(n.total()) + " parameters" +
           (s.tied ? "; the head is the embedding and counts once\n" : "\n");
}

inline std::string weight_lines(evidence const& run) {
    index_t const n = parameters(run.shape);
    std::string out;
    struct plain {
        char const* dtype;
        index_t bits;
    };
    for (plain const& p :
         {plain{"fp32", 32}, plain{"fp16 or bf16", 16}, plain{"int8", 8}, plain{"int4", 4}}) {
        out +=
            text("- weights (", p.dtype, "): ", grouped(n), " parameters × ", p.bits,
                 " bits / 8 = ", in_bytes(packed_bytes(n, static_cast<double>(p.bits))), "\n");
    }
    out += "\nThe codes alone. What the rows really store, scales and all:\n\n";
    std::set<std::string> seen;
    for (evidence_row const& row : run.rows) {
        if (!seen.insert(row.scheme).second) { continue; }
        auto const& stored = row.stored;
        auto const sum = weight_bytes(run.shape, stored);
        auto const or_like = [](storage const& a, storage const& b) {
            return a == unsaid ? b : a;
        };
        storage const embedding = or_like(stored.embedding, stored.linear);
        out += text("- stored weights (", row.scheme, "), row [", row.id, "]: linear layers ",
                    grouped(sum.linear.count), " B (", storage_text(stored.linear),
                    "), embedding ", grouped(sum.embedding.count), " B (",
                    storage_text(embedding), ")");
        if (sum.head.count > 0) {
            out += text(", head ", grouped(sum.head.count), " B (",
                        storage_text(or_like(stored.head, embedding)), ")");
        }
        out += text(", norms and biases ", grouped(sum.vectors.count), " B; sum ",
                    in_bytes(sum.total()), ", ",
                    figure(8 * static_cast<double>(sum.total().count) / static_cast<double>(n)),
                    " bits per weight\n");
    }
    return out;
}

inline std::string kv_lines(evidence const& run) {
    model_shape const& s = run.shape;
    target_hardware const& target = run.hardware;
    std::string out;
    std::set<std::string> seen;
    for (evidence_row const& row : run.rows) {
        if (!seen.insert(row.kv_dtype).second) { continue; }
        auto const one = kv_bytes(s, 1, row.kv), request = kv_bytes(s, target.context, row.kv);
        out += text("- KV cache per token (", row.kv_dtype, "): 2 × ", s.layers, " layers × ",
                    s.kv_heads, " KV heads × ", s.head_dim, " head size × ",
                    storage_text(row.kv), " / 8 = ", in_bytes(one), "\n");
        out += text("- KV cache per request (", row.kv_dtype, "), ", grouped(target.context),
                    " tokens: ", in_bytes(request), "\n");
        out += text("- KV cache of ", target.users, " users (", row.kv_dtype, "), ",
                    grouped(target.context), " tokens each: ", in_bytes(target.users * request),
                    "\n");
    }
    return out;
}

inline std::string serving_lines(evidence const& run) {
    std::string out;
    std::set<std::string> seen;
    card const where(run.hardware.memory, run.hardware.reserve);
    for (evidence_row const& row : run.rows) {
        if (!seen.insert(row.scheme + row.kv_dtype).second) { continue; }
        memory_budget need;
        need.weights = row.weight_bytes + row.adapter_bytes;
        need.kv_per_user = kv_bytes(run.shape, run.hardware.context, row.kv);
        need.users = run.hardware.users;
        index_t const most = need.max_users(where);
        out += text("- serving (", row.scheme, " weights, ", row.kv_dtype, " KV cache), row [",
                    row.id, "]: ", in_short(need.weights), " weights + ", in_short(need.kv()),
                    " KV cache of ", need.users, " users = ", in_bytes(need.total()), " of ",
                    in_gb(where.usable()), " usable: ",
                    most < 0    ? std::string("does not load")
                    : most == 0 ? std::string("loads and cannot serve one user")
                    : most < need.users
                        ? text("loads, and serves ", most, " of ", need.users, " users")
                        : text("serves them; at most ", grouped(most), " such users"),
                    "\n");
    }
    return out;
}

inline std::string training_lines(evidence const& run) {
    index_t rank = 16;
    for (evidence_row const& row : run.rows) {
        if (row.training && row.training->rank > 0) { rank = row.training->rank; }
    }
    if (run.shape.hidden == 0) { return "- the shape is not known, so no ledger\n"; }
    auto const usable = card(run.hardware.memory, run.hardware.reserve).usable();
    std::string out;
    struct method {
        char const* name;
        training_method how;
    };
    for (method const& m :
         {method{"full fine-tuning", training_method::full},
          method{"LoRA", training_method::lora}, method{"QLoRA", training_method::qlora}}) {
        bool const full = m.how == training_method::full;
        auto const sum = training_ledger(run.shape, {.method = m.how, .rank = rank});
        out += text("\n### ", m.name, full ? "" : text(", rank ", rank, ", all linear layers"),
                    "\n\n", table_head({"line", "numbers", "bits of each", "bytes"}));
        for (ledger_line const& line : sum) {
            out += table_line({std::string(line.what), grouped(line.numbers),
                               figure(line.bits()), in_bytes(line.size)});
        }
        out += text("\n- training, ", m.name, ", before activations: ", in_bytes(sum.total()),
                    sum.total() < usable ? ": fits " : ": does not fit ", in_gb(usable),
                    " usable\n");
    }
    return out;
}

/// Each row's prediction, first beside what was measured, then line by line; and the same of
/// the run that trained it.
inline std::string measured_lines(evidence const& run) {
    std::string table = table_head({"row", "predicted", "measured peak", "difference", "why"});
    std::string sums = "\n";
    auto const add = [&](std::string const& name, memory_facts const& memory) {
        auto const predicted = memory.predicted_total(), peak = memory.peak;
        if (predicted.count == 0) { return; }
        double const share =
            static_cast<double>(peak.count) / static_cast<double>(predicted.count) - 1;
        table +=
            table_line({name, in_bytes(predicted), in_bytes(peak), percent(share), memory.why});
        sums += "- row " + name + ": ";
        for (memory_line const& line : memory.predicted) {
            sums += text(&line == &memory.predicted[0] ? "" : " + ", line.what, " (",
                         line.dtype, ") ", in_short(line.size));
        }
        sums += "; together " + in_bytes(predicted) + ", measured " + in_short(peak) + "\n";
    };
    for (evidence_row const& row : run.rows) {
        add("[" + row.id + "]", row.memory);
        if (row.training) { add("[" + row.id + "], its training", row.training->memory); }
    }
    return table + sums;
}

} // namespace detail

/// memory_math.md: parameters, weights, KV cache, serving, training, and what was measured,
/// each line with formula, inserted numbers, dtype, and the result in B, GB and GiB.
inline std::string memory_math(evidence const& run) {
    target_hardware const& target = run.hardware;
    std::string out = text("# Memory math\n\nGB is 10⁹ bytes, GiB is 2³⁰.",
                           run.quick ? " Quick run: few items and steps.\n\n" : "\n\n");
    out += text("- model: ", run.model, ", ", grouped(parameters(run.shape)),
                " parameters\n- hardware assumption: ", target.name, ", memory ",
                in_bytes(target.memory), ", of which ", percent(target.reserve),
                " stays free\n- request: ", grouped(target.context), " tokens, ", target.users,
                " users\n");
    out += "\n## Parameters\n\n" + detail::parameter_lines(run.shape);
    out += "\n## Weights\n\n" + detail::weight_lines(run);
    out +=
        "\n## KV cache\n\n" + detail::kv_lines(run) +
        "\nThe format of the weights does not occur in these sums: quantizing them leaves the "
        "cache as it is.\n";
    out += "\n## Loads is not serves\n\n" + detail::serving_lines(run);
    out += "\n## Training\n" + detail::training_lines(run);
    out += "\n## Predicted and measured\n\n" + detail::measured_lines(run);
    return out;
}

} // namespace qad

#endif

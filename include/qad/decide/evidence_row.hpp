// SPDX-License-Identifier: MIT
// Chapter 6.5, "Apply now: exercises" — chapters/6-decide/README.md#s6-5
#ifndef QAD_DECIDE_EVIDENCE_ROW_HPP
#define QAD_DECIDE_EVIDENCE_ROW_HPP

#include <qad/fit/ledger.hpp>  // ledger
#include <qad/fit/weights.hpp> // weight_storage

#include <algorithm> // sort, minmax_element
#include <optional>  // optional
#include <string>    // string
#include <vector>    // vector

namespace qad {

/// Timings as they were: after `warm_up` runs that do not count.
struct timing {
    std::vector<double> runs = {};
    index_t warm_up = 1;

    bool empty() const { return runs.empty(); }
    double median() const {
        if (runs.empty()) { return 0; }
        std::vector<double> sorted = runs;
        std::sort(sorted.begin(), sorted.end());
        std::size_t const half = sorted.size() / 2;
        return sorted.size() % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
    /// (slowest − fastest) / median.
    double spread() const {
        if (median() <= 0) { return 0; }
        auto const [low, high] = std::minmax_element(runs.begin(), runs.end());
        return (*high - *low) / median();
    }
};

/// One figure of quality with its 95 % bootstrap interval.
struct quality_figure {
    std::string metric = {}, set = {}; ///< "exact", "house": the set names one of `evals`
    double value = 0, low = 0, high = 0;
    index_t items = 0;
    std::string hash = {};        ///< of the set's file when this row was asked
    bool higher_is_better = true; ///< false for perplexity and KL
};

/// Fact recall of one frequency bucket, and how many answers differ from the base model's.
struct bucket_figure {
    std::string name = {};
    index_t items = 0, right = 0, flipped = 0;
};

/// A line of a memory ledger as it stands in a file.
struct memory_line {
    std::string what = {}, dtype = {};
    index_t numbers = 0; ///< 0: no count of numbers, as for a workspace
    byte_count size = {};
};
/// Predicted lines beside the measured peak of a fresh process; `why` explains a difference
/// of more than 5 %.
struct memory_facts {
    std::vector<memory_line> predicted = {};
    byte_count peak = {};
    std::string why = {};

    byte_count predicted_total() const {
        byte_count sum;
        for (memory_line const& line : predicted) { sum += line.size; }
        return sum;
    }
};
inline std::vector<memory_line> lines_of(ledger const& sum, std::string const& dtype = "") {
    std::vector<memory_line> lines = {};
    for (ledger_line const& line : sum) {
        std::string const bits = line.numbers > 0 ? text(line.bits(), " bits") : "";
        lines.push_back(
            {std::string(line.what), dtype.empty() ? bits : dtype, line.numbers, line.size});
    }
    return lines;
}

struct loss_point {
    index_t step = 0;
    double train = 0;
    std::optional<double> validation = {};
};
/// How a row was trained; a row that was not has none, and its table says N/A.
struct training_facts {
    std::string method = {}; ///< lora, qlora, full
    std::string set = {};    ///< names an entry of `trains`
    index_t rank = 0;        ///< 0: full
    double alpha = 0;
    std::vector<std::string> targets = {}; ///< q k v o gate up down, or all
    index_t trainable = 0, steps = 0, batch = 0;
    double learning_rate = 0, seconds = 0, tokens_per_second = 0;
    memory_facts memory = {};  ///< of the run
    std::string feasible = {}; ///< why this method: what fits the target and what does not
    std::vector<loss_point> curve = {};
};

/// What a row did to the base model.
enum class row_kind {
    base,
    quantized,
    prompt,
    retrieval,
    lora,
    qlora,
    full,
    lora_quantized,
    lora_and_retrieval,
};

/// One configuration, measured. `id` names it in the memo, in `items/<id>.jsonl` and here.
struct evidence_row {
    std::string id = {}, config = {};
    row_kind kind = row_kind::base;
    std::string group = {}; ///< rows of one base model: "plain", "imitated outliers"
    std::string scheme = {}, method = {}; ///< "int4:64", "gptq"
    weight_storage stored = {};           ///< from which weight_bytes can be computed again
    double coverage = 0;                  ///< share of the parameters that the method touched
    byte_count weight_bytes = {}; ///< of the base model's weights, as they lie in memory
    std::string weight_dtype = {};
    byte_count adapter_bytes = {}; ///< beside them; 0: none, or merged
    std::string adapter_dtype = {};
    storage kv = in_fp16;
    byte_count kv_bytes_per_token = {};
    std::string kv_dtype = {};
    memory_facts memory = {};
    timing prefill = {}, decode = {}; ///< tokens per second
    timing first_token = {};          ///< seconds
    double decode_limit = 0; ///< tokens/s that reading the weights allows; 0: not measured
    std::string task = {};   ///< the set that the row is for; empty: the first
    std::vector<quality_figure> quality = {}; ///< one for each set that it was asked
    std::vector<bucket_figure> buckets = {};
    std::optional<training_facts> training = {};
    std::string recommendation = {}; ///< `recommend` fills it
    std::string items = {}; ///< file with every question, answer and score of judged_by
    std::string inputs_hash = {};
    index_t seed = 0;

    double bits_per_weight(index_t parameters) const {
        if (parameters <= 0) { return 0; }
        return 8 * static_cast<double>(weight_bytes.count) / static_cast<double>(parameters);
    }
};

/// The figure that a row is judged by: that of its task, or the first; nullptr without any.
inline quality_figure const* judged_by(evidence_row const& row) {
    for (quality_figure const& q : row.quality) {
        if (q.set == row.task) { return &q; }
    }
    return row.quality.empty() ? nullptr : &row.quality.front();
}

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// Chapter 6.5, "Apply now: exercises" — chapters/6-decide/README.md#s6-5
#ifndef QAD_DECIDE_EVIDENCE_HPP
#define QAD_DECIDE_EVIDENCE_HPP

#include <qad/decide/evidence_row.hpp> // evidence_row
#include <qad/fit/shape.hpp>           // model_shape

#include <string>      // string
#include <string_view> // string_view
#include <vector>      // vector

namespace qad {

/// Where the run took place, with the two limits that explain its speeds.
struct machine_facts {
    std::string processor = {}, isa = {};
    index_t cores = 0;
    byte_count memory = {};
    double read_gb_per_second = 0; ///< measured: 10⁹ bytes
    double sgemm_gflops = 0;       ///< measured: fp32 matrix product
};

/// What the model shall be served on: the hardware assumption of part A.
struct target_hardware {
    std::string name = {}; ///< "one 24 GB GPU", or the machine itself
    byte_count memory = {};
    double reserve = 0.1; ///< share that stays free
    index_t context = 0;  ///< tokens of one request
    index_t users = 1;
};

/// A set of questions, or of training examples. The hash is of the file's bytes: two rows that
/// state the same one were asked the same things in the same order.
struct data_facts {
    std::string name = {}, file = {}, hash = {};
    index_t items = 0;
};

/// a − b on the same items, with a 95 % paired bootstrap interval.
struct comparison {
    std::string a = {}, b = {}, metric = {}, set = {};
    double difference = 0, low = 0, high = 0;
    index_t items = 0;
    bool higher_is_better = true;

    bool distinguishable() const { return low > 0 || high < 0; }
    bool a_is_better() const { return higher_is_better ? low > 0 : high < 0; }
    bool a_is_worse() const { return higher_is_better ? high < 0 : low > 0; }
};

enum class contrast_verdict { shown, not_shown, not_judged };
/// Something that the pack must let a reader see, whether it was seen or not.
struct contrast {
    index_t id = 0;
    std::string text = {};
    std::vector<comparison> figures = {};
    contrast_verdict verdict = contrast_verdict::not_judged;
    bool firm = false;
    std::string note = {};
};

/// One point of the freshness experiment: the share of all its facts that an arm answers as
/// they are now, and the share of those that have changed that it answers as they were before.
struct freshness_point {
    std::string arm = {}; ///< "closed book", "retrieval", "lora"
    index_t week = 0;
    double now = 0, before = 0;
    double seconds = 0; ///< what bringing this arm up to date cost
    index_t items = 0;
};

/// How good the retriever is by itself, and what its passages cost each request.
struct retrieval_facts {
    index_t k = 0, items = 0; ///< items 0: not measured
    double recall = 0;        ///< share of questions whose passage is among the first k
    double extra_tokens = 0;  ///< mean, put before a question
};

/// Prices for the break-even arithmetic, in one currency; 0: not stated.
struct price_facts {
    std::string currency = {};
    double per_hour = 0, per_million_tokens = 0, requests = 0;
    double example_tokens = 0; ///< that the few-shot row puts before each question
};

/// A row that was not run, and why.
struct left_out {
    std::string config = {}, why = {};
};

/// What only a person can state; empty answers are computed by the memo's rules.
struct memo_answers {
    std::string metric = {};  ///< quality, latency, memory or cost: what mattered most
    double quality_floor = 0; ///< the least that may ship, on the first quality figure
    std::string trusted = {}, distrusted = {}, next = {}, private_documents = {};
};

/// A whole run.
struct evidence {
    machine_facts machine = {};
    target_hardware hardware = {};
    std::string model = {};
    model_shape shape = {};
    std::vector<data_facts> evals = {}, trains = {};
    index_t shared_examples = 0; ///< training examples found in an eval set, near ones too
    std::vector<evidence_row> rows = {};
    std::vector<left_out> omitted = {};
    std::vector<comparison> comparisons = {};
    std::vector<contrast> contrasts = {};
    std::vector<freshness_point> freshness = {};
    retrieval_facts retrieval = {};
    price_facts prices = {};
    memo_answers memo = {};
    std::vector<std::string> limits = {}; ///< what this run cannot show
    bool quick = false;
    index_t max_train = 0, max_eval = 0; ///< of a set; 0: all
    index_t seed = 0;

    evidence_row const* row(std::string_view id) const {
        for (evidence_row const& r : rows) {
            if (r.id == id) { return &r; }
        }
        return nullptr;
    }
    /// Done, and with these inputs: a resumed run skips it.
    bool has(std::string_view id, std::string_view inputs_hash) const {
        evidence_row const* found = row(id);
        return found != nullptr && found->inputs_hash == inputs_hash;
    }
    /// Replaces the row of that id, or adds it.
    void put(evidence_row done) {
        for (evidence_row& r : rows) {
            if (r.id == done.id) {
                r = std::move(done);
                return;
            }
        }
        rows.push_back(std::move(done));
    }
};

} // namespace qad

#endif

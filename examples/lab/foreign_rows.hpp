// SPDX-License-Identifier: MIT
// The rows on somebody else's model: those that fit its memory and our time, and why not the others.
#ifndef QAD_LAB_FOREIGN_ROWS_HPP
#define QAD_LAB_FOREIGN_ROWS_HPP

#include "foreign_model.hpp"
#include "memory_sums.hpp"
#include "our_rows.hpp"

#include <qad/fit/memory_text.hpp> // memory_text

#include <array>      // array
#include <functional> // function

namespace qad::lab {

/// What the rows may cost.
struct budget {
    byte_count memory;                    ///< usable by one row
    double gflops = 0, gb_per_second = 0; ///< measured: float32 products, reading
    double seconds = 600;                 ///< for all rows together
};

/// Base, int8, int4 by three methods, nf4, LoRA, QLoRA: in the order in which they tell most. A
/// row that does not fit is left out with its reason.
class foreign_rows {
  public:
    foreign_rows(lab_options o, foreign_model const& m, budget const& b)
        : model_(m), budget_(b), weights_(parameters(m.shape)), plan_(settle(o)) {}

    plan make() {
        row_plan base{.id = "base",
                      .config = "base, as stored (" + model_.dtype + ")",
                      .scheme = model_.dtype == "fp32" ? "fp32" : "bf16",
                      .stored = model_.stored,
                      .weight_dtype = model_.dtype,
                      .sets = {"tickets", "texts", "format B"}};
        if (!admit(base, need_of(base), 0, [&] { plan_.row(base); })) {
            fail("the model itself does not fit: ", plan_.omitted.back().why);
        }
        quantized(all[0]); // what every pack must hold: base, one rounded, one trained
        adapter("lora");
        quantized(all[1]);
        quantized(all[2]);
        adapter("qlora");
        for (std::size_t i = 3; i < all.size(); ++i) { quantized(all[i]); }
        plan_.omitted.push_back(
            {"full fine-tuning",
             text("needs ",
                  memory_text(training_ledger(model_.shape, {.state = adam_fp32}).total()),
                  " before activations; ./qad train --method full runs it by itself")});
        plan_.omitted.push_back({"retrieval, facts, freshness",
                                 "this model does not know our world's facts, so weights and "
                                 "retrieval cannot be told apart on them"});
        return std::move(plan_);
    }

  private:
    struct rounded {
        char const *id, *config, *method, *format, *group;
        storage stored;
    };
    static constexpr std::array all = {
        rounded{"int4-64", "int4, groups of 64, rounded", "rtn", "int4", "64",
                in_groups(4, 64)},
        rounded{"int4-64-gptq", "int4, groups of 64, GPTQ", "gptq", "int4", "64",
                in_groups(4, 64)},
        rounded{"int8-channel", "int8, one scale per channel", "rtn", "int8", "channel",
                in_rows(8)},
        rounded{"int4-64-awq", "int4, groups of 64, AWQ", "awq", "int4", "64",
                in_groups(4, 64)},
        rounded{"int4-tensor", "int4, one scale per tensor", "rtn", "int4", "tensor", {4}},
        rounded{"nf4-64", "nf4, blocks of 64", "rtn", "nf4", "64", in_groups(4, 64)},
    };

    /// As many questions as let base, int4 twice, int8, LoRA and QLoRA fit the time: 256 of a
    /// set at most, 32 at least.
    lab_options settle(lab_options o) {
        o.batch = 4;
        o.steps = std::min<index_t>(o.steps, o.quick ? 20 : 60);
        o.rate = 2e-4;
        if (o.max_train == 0) { o.max_train = o.quick ? 60 : 100; } // 50 are the least that count
        examples_ = model_.texts.at("house_b_train.jsonl").lines;
        if (o.max_train > 0) { examples_ = std::min(examples_, o.max_train); }
        quick_ = o.quick;
        steps_ = o.steps * o.batch;
        items_ = o.max_eval;
        double const making = calibrated() + 2 * rounding + 2 * training();
        for (index_t const some : {256, 192, 128, 96, 64, 48, 32}) {
            if (o.max_eval > 0) { break; }
            items_ = some;
            double const rows = asked({"tickets", "texts", "format B"}, false) +
                                3 * asked({"tickets", "texts"}, true) +
                                2 * asked({"tickets", "format B"}, true);
            if (o.quick || rows + making > budget_.seconds) { continue; }
            break;
        }
        o.max_eval = items_;
        return o;
    }

    // Seconds. Half the rate of plain products is what short texts reach.
    double products(double tokens, double operations) const {
        return operations * static_cast<double>(weights_) * tokens / (0.5e9 * budget_.gflops);
    }
    /// Loading, putting the questions of these sets, and the tokens/s.
    double asked(std::vector<std::string> const& sets, bool beside_base) const {
        // A word that is answered reads every weight, as a float.
        double const word = 4e-9 * static_cast<double>(weights_) / budget_.gb_per_second;
        double seconds = 4 * (products(256, 2) + 64 * word);
        for (auto const& name : sets) {
            auto const& set = set_named(name);
            auto const items =
                static_cast<double>(std::min<index_t>(items_, model_.texts.at(set.file).lines));
            double const passes = set.task == "perplexity" && beside_base ? 2 : 1;
            seconds += 1 + passes * items * products(model_.texts.at(set.file).mean, 2);
            if (set.task == "faq") { seconds += items * 32 * word; } // an answer, word by word
        }
        return seconds;
    }
    static constexpr double rounding = 3;
    /// GPTQ and AWQ run calibration texts through every layer and factor or search for each.
    double calibrated() const { return rounding + products((quick_ ? 32 : 128) * 128, 6); }
    double training() const {
        auto const& set = model_.texts.at("house_b_train.jsonl");
        double const validated = 10 * 0.2 * static_cast<double>(examples_);
        return 2 +
               set.mean * (products(static_cast<double>(steps_), 4) + products(validated, 2));
    }

    // Bytes.
    /// Asking: the weights as the floats that they stand for, beside them the file's, and those of
    /// the base, against which KL of a rounded one is measured; the cache and the room of the
    /// longest text.
    byte_count need_of(row_plan const& r) const {
        model_shape const& s = model_.shape;
        index_t longest = 0;
        for (auto const& name : r.sets) {
            longest = std::max(longest, model_.texts.at(set_named(name).file).longest);
        }
        index_t const key = s.kv_heads * s.head_dim, query = s.heads * s.head_dim;
        index_t const numbers = (longest + 32) * 2 * s.layers * key +
                                2 * longest * (s.hidden + query + key + s.feed_forward) +
                                4 * s.vocabulary;
        auto files = weight_bytes(s, model_.stored).total();
        if (r.kind == row_kind::quantized) { files = files + weight_bytes(s, r.stored).total(); }
        return files + packed_bytes(weights_, 32) + 2 * packed_bytes(numbers, 32);
    }
    byte_count need_of_training(training_method method) const {
        auto const& set = model_.texts.at("house_b_train.jsonl");
        lab_options const& o = plan_.options();
        index_t const tokens = o.batch * set.longest;
        return training_memory(model_.shape, method, o.rank, tokens, tokens / 2, model_.stored)
            .predicted_total();
    }

    /// Adds the row, if there is room and time for it; says why not, otherwise.
    bool admit(row_plan const& r, byte_count need, double making,
               std::function<void()> const& add) {
        double const seconds = making + asked(r.sets, r.kind != row_kind::base);
        auto const leave = [&](auto const&... why) {
            plan_.omitted.push_back({r.config, text(why...)});
            return false;
        };
        for (auto const& name : r.sets) {
            auto const& file = set_named(name).file;
            index_t const longest = model_.texts.at(file).longest;
            if (longest > model_.positions) {
                return leave(file, " has a text of ", longest, " tokens, and the model ",
                             model_.positions, " positions");
            }
        }
        if (need.count > budget_.memory.count) {
            return leave("needs ", memory_text(need), ", and ", memory_text(budget_.memory),
                         " may be used");
        }
        if (spent_ + seconds > budget_.seconds) {
            return leave("would take some ", static_cast<index_t>(seconds), " s, and of ",
                         static_cast<index_t>(budget_.seconds), " s ",
                         static_cast<index_t>(spent_), " are planned; give --budget more");
        }
        spent_ += seconds;
        largest_ = std::max(largest_, need.count);
        std::size_t const before = plan_.steps.size();
        add();
        plan_.foretold = byte_count(largest_);
        for (std::size_t i = before; i < plan_.steps.size(); ++i) { // for the time that is left
            plan_.steps[i].seconds = seconds / static_cast<double>(plan_.steps.size() - before);
        }
        return true;
    }

    void quantized(rounded const& q) {
        row_plan r{.id = q.id,
                   .config = q.config,
                   .kind = row_kind::quantized,
                   .scheme = std::string(q.format) + ":" + q.group,
                   .method = q.method,
                   .stored = {.linear = q.stored,
                              .embedding = model_.stored.embedding,
                              .head = model_.stored.head,
                              .vectors = in_fp32},
                   .weight_dtype = q.format + (", fp16 scales; embedding " + model_.dtype),
                   .sets = {"tickets", "texts"}};
        bool const plain = std::string_view(q.method) == "rtn";
        admit(r, need_of(r), plain ? rounding : calibrated(), [&] {
            r.weights =
                plan_.quantized(r.id, plan_.options().model, q.method, q.format, q.group);
            plan_.row(r);
        });
    }
    void adapter(std::string const& method) {
        bool const q = method == "qlora";
        row_plan r{.id = method,
                   .config = q ? "QLoRA on format B" : "LoRA on format B",
                   .kind = q ? row_kind::qlora : row_kind::lora,
                   .scheme = q                        ? "nf4:64 double"
                             : model_.dtype == "fp32" ? "fp32"
                                                      : "bf16",
                   .stored = model_.stored,
                   .weight_dtype = model_.dtype,
                   .sets = {"tickets", "format B"},
                   .task = "format B",
                   .training = method};
        if (q) {
            r.stored.linear = in_nf4_double;
            r.stored.vectors = in_fp32;
            r.weight_dtype = "nf4, scales quantized twice; embedding " + model_.dtype;
            r.extra = {"--weights", "nf4:64:double", "--head", "stored"};
        }
        auto const need = std::max(
            need_of(r), need_of_training(q ? training_method::qlora : training_method::lora));
        admit(r, need, training(), [&] {
            auto const made =
                plan_.trained({method,
                               method,
                               "house_b_train.jsonl",
                               {"--eval", plan_.data("house_b_eval.jsonl").string()},
                               plan_.options().steps});
            r.extra.insert(r.extra.end(), {"--adapter", made.string()});
            plan_.row(r);
        });
    }

    foreign_model const& model_;
    budget budget_;
    index_t weights_, items_ = 0, examples_ = 0, steps_ = 0, largest_ = 0;
    bool quick_ = false;
    double spent_ = 0;
    plan plan_;
};

inline plan foreign_plan(lab_options const& o, foreign_model const& m, budget const& b) {
    return foreign_rows(o, m, b).make();
}

} // namespace qad::lab

#endif

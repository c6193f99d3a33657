// SPDX-License-Identifier: MIT
#include "../../examples/lab/foreign_rows.hpp"

#include <support/scratch.hpp>

#include <qad/fit/models.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::lab;
using test::scratch_directory;

namespace {

std::filesystem::path world() { return std::filesystem::path(QAD_SOURCE_DIR) / "data/world"; }

lab_options options(scratch_directory const& here) {
    lab_options o;
    o.model = "model";
    o.data = world();
    o.out = here.path();
    return o;
}

void check_steps(plan const& p) {
    std::set<std::string> ids;
    for (auto const& s : p.steps) {
        CAPTURE(s.id);
        CHECK(ids.insert(s.id).second);
        CHECK(s.id.find('/') == s.id.npos); // it becomes a file name
        for (std::size_t i = 0; i + 1 < s.arguments.size(); ++i) {
            bool const file = s.arguments[i] == "--data" || s.arguments[i] == "--eval" ||
                              s.arguments[i] == "--calibration";
            if (file) { CHECK(std::filesystem::exists(s.arguments[i + 1])); }
        }
    }
    for (auto const& r : p.rows) {
        CAPTURE(r.id);
        CHECK(ids.contains("bench-" + r.id));
        for (auto const& set : r.sets) { CHECK(ids.contains("eval-" + r.id + "-" + slug(set))); }
        bool const known = r.training.empty() || ids.contains("train-" + r.training);
        CHECK(known);
    }
}

} // namespace

TEST_CASE("every row of ours has its steps, every step its data") {
    scratch_directory const here;
    auto const p = our_plan(options(here));
    check_steps(p);
    CHECK(p.rows.front().id == "base");
    for (char const* id : {"int8-channel", "int8-dynamic", "int4-tensor", "int4-channel", "int4-64", "int4-64-gptq",
                           "int4-64-awq", "nf4-64", "int3-64", "int3-64-gptq", "int3-64-awq", "gguf-q4_0", "prompt",
                           "retrieval", "lora", "qlora", "full", "lora-merged-int4-64", "lora-context"}) {
        CAPTURE(id);
        CHECK(std::count_if(p.rows.begin(), p.rows.end(), [&](auto const& r) { return r.id == id; }) == 1);
    }
}

TEST_CASE("on a foreign model rows that fit neither memory nor time are left out, with a reason") {
    scratch_directory const here;
    foreign_model model{.shape = smollm2_135m,
                        .stored = {.linear = in_bf16, .embedding = in_bf16, .head = unsaid, .vectors = in_fp32},
                        .dtype = "bf16",
                        .positions = 2048};
    for (char const* file : {"tickets_eval.jsonl", "perplexity.jsonl", "house_b_eval.jsonl", "house_b_train.jsonl"}) {
        model.texts[file] = {100, 160, 300};
    }
    auto const with = [&](byte_count memory, double seconds) {
        return foreign_plan(options(here), model, {memory, 200, 20, seconds});
    };
    auto const plenty = with(byte_count(24_GB), 1e9);
    check_steps(plenty);
    CHECK(plenty.rows.size() == 9);
    CHECK(plenty.options().max_eval == 256);
    CHECK(plenty.foretold < byte_count(2_GB));
    // A rounded model is asked beside the base: both files, and one of them as floats.
    weight_storage const in_int8{.linear = in_rows(8), .embedding = in_bf16, .head = unsaid, .vectors = in_fp32};
    CHECK(plenty.foretold > weight_bytes(smollm2_135m, model.stored).total() +
                                weight_bytes(smollm2_135m, in_int8).total() +
                                packed_bytes(parameters(smollm2_135m), 32));
    auto const complete = [&](plan const& p) {
        check_steps(p);
        CHECK(p.rows.front().id == "base");
        CHECK(p.rows.size() + p.omitted.size() == plenty.rows.size() + plenty.omitted.size());
        for (auto const& row : p.omitted) { CHECK_FALSE(row.why.empty()); }
    };

    // In a hurry: fewer questions, then fewer rows.
    auto const brief = with(byte_count(24_GB), 600);
    complete(brief);
    CHECK(brief.options().max_eval < 256);
    CHECK(brief.options().max_eval >= 32);
    auto const hurry = with(byte_count(24_GB), 120);
    complete(hurry);
    CHECK(hurry.options().max_eval == 32);
    CHECK(hurry.rows.size() < plenty.rows.size());

    // With little memory: the weights as floats do not fit any more, then not even training.
    auto const small = with(byte_count(plenty.foretold.count - 1), 1e9);
    complete(small);
    CHECK(small.rows.size() < plenty.rows.size());
    CHECK(small.foretold < plenty.foretold);
    CHECK_THROWS_WITH_AS(with(byte_count(200'000'000), 1e9), doctest::Contains("may be used"), error);

    // A model of few positions is not asked what it cannot hold.
    model.positions = 150;
    CHECK_THROWS_WITH_AS(with(byte_count(24_GB), 1e9), doctest::Contains("150 positions"), error);
}

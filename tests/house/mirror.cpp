// SPDX-License-Identifier: MIT
// The stem is the address: include/qad/quantize/gptq.hpp is tested by tests/quantize/gptq.cpp, and
// each test file has its header. Who reads one finds the other without searching.
#include "tree.hpp"

#include <doctest/doctest.h>

#include <map> // map
#include <set> // set

namespace {

// Headers without a test file of their own, each with the reason.
std::map<std::string, std::string> const without_test = {
    {"io/jinja_context", "io/jinja_template runs every statement in one"},
    {"io/jinja_expression", "io/jinja_template holds all of the language to what jinja2 prints"},
    {"io/jinja_filters", "io/jinja_template holds all of the language to what jinja2 prints"},
    {"io/jinja_functions", "io/jinja_template holds all of the language to what jinja2 prints"},
    {"io/jinja_lexer", "io/jinja_template holds all of the language to what jinja2 prints"},
    {"io/jinja_operand", "io/jinja_template holds all of the language to what jinja2 prints"},
    {"io/jinja_operators", "io/jinja_template holds all of the language to what jinja2 prints"},
    {"io/jinja_statement", "io/jinja_template runs every kind of them"},
    {"io/jinja_value", "io/jinja_template computes with nothing else"},
    {"io/jinja_words", "io/jinja_template reads every word through it"},
    {"model/assemble", "model/load builds a model from every kind of file"},
    {"model/stored_form", "model/save writes and reads every kind of weight"},
    {"model/tape", "model/forward counts what a tape hears"},
    {"model/transformer", "declares what model/forward computes with"},
    {"simd/amx/panel_product", "simd/multiply runs it where there are tiles"},
    {"simd/amx/tiles", "simd/multiply runs on them where there are tiles"},
    {"simd/attend_decode", "simd/attend goes both ways"},
    {"simd/attend_prefill", "simd/attend goes both ways"},
    {"simd/avx2/dot", "simd/multiply checks whichever applies, extreme codes included"},
    {"simd/avx512/dot", "simd/multiply checks whichever applies, extreme codes included"},
    {"simd/dense", "simd/multiply has floating-point weights too"},
    {"simd/dot", "includes those of the instruction sets"},
    {"simd/isa", "names the instruction sets"},
    {"simd/panel_product", "simd/multiply is nothing but this, many times"},
    {"simd/panel_scales", "model/prepare_blocks has every kind of scale, to the last bit"},
    {"simd/portable/dot", "simd/multiply checks whichever applies, extreme codes included"},
    {"simd/prepare", "simd/multiply prepares every kind of weight"},
    {"simd/prepared", "simd/multiply prepares every kind of weight"},
    {"train/backward", "train/gradient checks it against central differences"},
    {"train/head_gradient", "train/gradient checks it against central differences"},
    {"train/kept_block", "train/gradient runs backwards from what it kept"},
    {"train/product", "train/gradient multiplies with nothing else"},
    {"train/trained_weight", "train/gradient has every kind of base, with adapters and without"},
    {"train/whole_sequence", "train/gradient attends to nothing else"},
};

// Test files without a header of that name, each with the reason.
std::map<std::string, std::string> const without_header = {};

bool has(std::string const& name) { return std::filesystem::exists(house::root / name); }

} // namespace

TEST_CASE("every header has a test file of its name, or a reason not to") {
    std::string untested, excused_but_tested;
    for (std::string const& header : house::files("include/qad", ".hpp")) {
        if (house::folder_of(header).empty()) { continue; } // umbrellas hold includes only
        std::string const stem = header.substr(std::string("include/qad/").size());
        std::string const name = stem.substr(0, stem.size() - std::string(".hpp").size());
        bool const excused = without_test.contains(name);
        bool const tested = has("tests/" + name + ".cpp");
        if (!excused && !tested) { untested += name + "\n"; }
        if (excused && tested) { excused_but_tested += name + "\n"; }
    }
    CHECK(untested == "");
    CHECK(excused_but_tested == ""); // the excuse is out of date
}

TEST_CASE("every test file of a library folder has its header, or a reason not to") {
    std::string homeless;
    for (auto const& entry : std::filesystem::directory_iterator(house::root / "include/qad")) {
        if (!entry.is_directory()) { continue; }
        std::string const folder = entry.path().filename().string();
        for (std::string const& test : house::files("tests/" + folder, ".cpp")) {
            std::string const stem = test.substr(std::string("tests/").size());
            std::string const name = stem.substr(0, stem.size() - std::string(".cpp").size());
            bool const excused = without_header.contains(name);
            if (!excused && !has("include/qad/" + name + ".hpp")) { homeless += name + "\n"; }
        }
    }
    CHECK(homeless == "");
}

TEST_CASE("an excuse names something that exists") {
    for (auto const& [name, reason] : without_test) {
        CAPTURE(name);
        CHECK(has("include/qad/" + name + ".hpp"));
        CHECK_FALSE(reason.empty());
    }
    for (auto const& [name, reason] : without_header) {
        CAPTURE(name);
        CHECK(has("tests/" + name + ".cpp"));
        CHECK_FALSE(has("include/qad/" + name + ".hpp"));
        CHECK_FALSE(reason.empty());
    }
}

// SPDX-License-Identifier: MIT
#include <qad/decide/check_memory.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {

pack_model llama8b() {
    pack_model m;
    m.shape = llama3_8b;
    m.counts = {8'030'261'248, 8e9};
    return m;
}
findings of_lines(std::string const& memory_math) {
    pack_files pack;
    pack.memory_math = memory_math;
    findings found;
    check_memory(pack, llama8b(), found);
    return found;
}
constexpr auto good = outcome::ok, bad = outcome::contradicts;

} // namespace

TEST_CASE("a unit that is called by the other's name is recognised, and only then") {
    auto const n = [](char const* text) { return amounts_in(text)[0]; };
    CHECK(detail::unit_mistake(n("0.000191 GB"), 205'428).find("really 0.000191 GiB") !=
          std::string::npos);
    CHECK(detail::unit_mistake(n("16.06 GiB"), 16.06e9).find("really 16.06 GB") !=
          std::string::npos);
    CHECK(detail::unit_mistake(n("16.06 GB"), 16.06e9).empty());
    CHECK(detail::unit_mistake(n("99 GB"), 16.06e9).empty()); // wrong, but not by its unit
}

TEST_CASE("amounts with an equals sign between them must agree; factors and terms need not") {
    auto const wrong = [](char const* line) {
        findings found;
        detail::check_chains(line, found);
        return found.has("L52", bad);
    };
    CHECK_FALSE(wrong("16,060,522,496 B = 16.06 GB = 14.96 GiB"));
    CHECK(wrong("16,060,522,496 B = 15.06 GB"));
    CHECK(wrong("16.06 GB = 16.06 GiB"));
    CHECK_FALSE(wrong("2 × 32 × 8 × 128 × 2 B = 131,072 B"));
    CHECK_FALSE(wrong("35 GB + 2.7 GB = 37.7 GB"));
    CHECK_FALSE(wrong("35 GB of 80 GB"));
}

TEST_CASE("lists, sentences and tables all count as a statement of the weights") {
    for (char const* text :
         {"weights fp16: 16.06 GB\nweights int8: 8.03 GB\nweights int4: 4.02 GB\n",
          "Raw weights: fp16 16.06 GB, int8 8.03 GB, int4 4.02 GB.\n",
          "| weights | fp16 | int8 | int4 |\n|---|---|---|---|\n| 8B | 16 GB | 8 GB | 4 GB |\n",
          "The weights take 14.96 GiB in bf16.\nint8 weights: 7.48 GiB\n4-bit weights: 3.74 "
          "GiB\n"}) {
        CAPTURE(text);
        auto const found = of_lines(text);
        CHECK(found.has("L12", good));
        CHECK_FALSE(found.has("L12", bad));
        CHECK_FALSE(found.has("L12", outcome::missing));
    }
    CHECK(of_lines("weights fp16: 8.03 GB\n").has("L12", bad));
}

TEST_CASE("the cache per token, per request, per users; in 8 bits; and the usual slips") {
    CHECK(of_lines("KV cache: 131,072 B per token\n").has("L13", good));
    CHECK(of_lines("The KV cache of 8,192 tokens is 1.07 GB.\n").has("L13", good));
    CHECK(of_lines("16 users of 8,192 tokens: KV 17.2 GB\n").has("L13", good));
    CHECK(of_lines("int8 KV cache: 65,536 B per token\n").has("L13", good));
    CHECK(of_lines("KV cache: 65,536 B per token\n").has("L13", bad));  // no factor 2
    CHECK(of_lines("KV cache: 524,288 B per token\n").has("L13", bad)); // query heads
    CHECK(of_lines("nothing\n").has("L13", outcome::missing));
}

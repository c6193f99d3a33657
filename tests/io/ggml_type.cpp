// SPDX-License-Identifier: MIT
#include <qad/io/ggml_type.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("bits per weight are those of the format's table") {
    std::pair<char const*, double> const table[] = {
        {"F32", 32},   {"F16", 16},   {"BF16", 16},    {"Q4_0", 4.5},   {"Q4_1", 5},
        {"Q5_0", 5.5}, {"Q5_1", 6},   {"Q8_0", 8.5},   {"Q2_K", 2.625}, {"Q3_K", 3.4375},
        {"Q4_K", 4.5}, {"Q5_K", 5.5}, {"Q6_K", 6.5625}};
    for (auto const& [name, bits] : table) {
        bool found = false;
        for (auto const& facts : ggml_types) {
            if (facts.name != name) { continue; }
            found = true;
            CHECK(8.0 * static_cast<double>(facts.bytes) / static_cast<double>(facts.block) ==
                  bits);
        }
        CHECK(found);
    }
}

TEST_CASE("identifiers are unique, and those that were withdrawn are unknown") {
    for (auto const& a : ggml_types) {
        CHECK(find_facts(a.type) == &a);
        CHECK(facts(a.type).name == a.name);
    }
    for (std::uint32_t id : {4u, 5u, 31u, 32u, 33u, 36u, 37u, 38u, 43u, 0xffffffffu}) {
        CHECK(find_facts(ggml_type{id}) == nullptr);
        CHECK_THROWS_AS(facts(ggml_type{id}), format_error);
    }
}

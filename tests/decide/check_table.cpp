// SPDX-License-Identifier: MIT
#include <qad/decide/check_table.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {
named_cells row_of(std::string config, std::string weights, std::string hash,
                   std::string quality) {
    return {{"config", config},      {"weight_memory", weights},
            {"kv_note", "x"},        {"tokens_per_sec", "1"},
            {"quality", quality},    {"training_cost", "N/A"},
            {"recommendation", "x"}, {"hash", hash}};
}
findings of_rows(std::vector<named_cells> rows) {
    pack_files pack;
    pack.table = std::move(rows);
    findings found;
    check_table(pack, {}, found);
    return found;
}
} // namespace

TEST_CASE("rows of one metric share their questions; another metric may have its own") {
    CHECK(of_rows({row_of("base", "1 GB", "a", "exact 0.5"),
                   row_of("int8", "1 GB", "b", "exact 0.5")})
              .has("L22", outcome::contradicts));
    auto const found = of_rows(
        {row_of("base", "1 GB", "a", "exact 0.5"), row_of("int8", "1 GB", "b", "f1 0.5")});
    CHECK_FALSE(found.has("L22", outcome::contradicts));
    CHECK(found.has("L29", outcome::ok));
}

TEST_CASE("a LoRA row that is twice the base was counted in another dtype") {
    for (auto const& [weights, twice] :
         {std::pair("2 GB (fp32)", true), std::pair("1.01 GB (bf16)", false)}) {
        auto const found = of_rows(
            {row_of("base", "1 GB (bf16)", "a", "0.5"), row_of("LoRA", weights, "a", "0.5")});
        CHECK(found.has("L32", outcome::contradicts) == twice);
    }
}

TEST_CASE("an empty table is missing, and one without rows of a kind says which") {
    CHECK(of_rows({}).has("L43", outcome::missing));
    auto const found = of_rows({row_of("base", "1 GB (bf16)", "a", "0.5")});
    CHECK(found.has("L49", outcome::ok));
    CHECK(found.has("L50", outcome::missing));
    CHECK(found.has("L51", outcome::missing));
}

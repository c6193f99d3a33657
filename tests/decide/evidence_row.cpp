// SPDX-License-Identifier: MIT
#include <qad/decide/evidence_row.hpp>

#include <qad/fit/models.hpp>   // llama2_7b
#include <qad/fit/training.hpp> // training_ledger

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("median and spread by hand") {
    CHECK(timing{{3, 1, 2}}.median() == 2);
    CHECK(timing{{4, 1, 2, 3}}.median() == 2.5);
    CHECK(timing{{5}}.median() == 5);
    CHECK(timing{{410, 400, 420}}.spread() == 20.0 / 410);
    CHECK(timing{{7, 7, 7}}.spread() == 0);
    CHECK(timing{}.median() == 0); // nothing was timed
    CHECK(timing{}.spread() == 0);
}

TEST_CASE("the order of the runs does not matter, one wild run moves the spread only") {
    CHECK(timing{{1, 2, 3, 4, 100}}.median() == timing{{100, 4, 3, 2, 1}}.median());
    CHECK(timing{{1, 2, 3, 4, 100}}.median() == timing{{1, 2, 3, 4, 5}}.median());
    CHECK(timing{{1, 2, 3, 4, 100}}.spread() > timing{{1, 2, 3, 4, 5}}.spread());
}

TEST_CASE("bits per weight are those of the whole model") {
    evidence_row row;
    row.weight_bytes = byte_count(4'500'000'000);
    CHECK(row.bits_per_weight(8'000'000'000) == 4.5);
    CHECK(row.bits_per_weight(0) == 0);
}

TEST_CASE("a ledger's lines keep their sum, their numbers and their bits") {
    auto const sum = training_ledger(llama2_7b, {.method = training_method::lora});
    memory_facts facts{lines_of(sum), {}, ""};
    CHECK(facts.predicted_total() == sum.total());
    CHECK(facts.predicted.size() == 6); // frozen, and the five of the adapter
    CHECK(facts.predicted[0].dtype == "16 bits");
    CHECK(facts.predicted[0].numbers == parameters(llama2_7b));
    CHECK(lines_of(sum, "bf16")[1].dtype == "bf16");
}

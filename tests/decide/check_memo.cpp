// SPDX-License-Identifier: MIT
#include <qad/decide/check_memo.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {
findings of_memo(std::string const& memo) {
    pack_files pack;
    pack.memo = memo;
    pack.table = {{{"config", "base"}, {"quality", "0.50"}, {"interval", "0.40 to 0.60"}},
                  {{"config", "int4"}, {"quality", "0.48"}, {"interval", "0.38 to 0.58"}},
                  {{"config", "LoRA"}, {"quality", "0.90"}, {"interval", "0.85 to 0.95"}}};
    findings found;
    check_memo(pack, found);
    return found;
}
constexpr auto wrong = outcome::contradicts;
} // namespace

TEST_CASE("a sentence with a number names a row, and the row has that number") {
    CHECK_FALSE(of_memo("The row LoRA reaches 0.90.").has("L53", wrong));
    CHECK(of_memo("We reach 0.90.").has("L53", wrong));
    CHECK(of_memo("The row LoRA reaches 0.97.").has("L53", wrong));
    CHECK_FALSE(of_memo("LoRA gains 0.40 over base.").has("L53", wrong)); // a difference
    CHECK_FALSE(of_memo("No number here.").has("L53", wrong));
}

TEST_CASE("claims against intervals, where nothing was compared item by item") {
    CHECK(of_memo("base is better than int4.").has("L61", wrong));
    CHECK(of_memo("LoRA is better than base.").has("L61", outcome::ok));
    CHECK_FALSE(
        of_memo("base and int4 are not distinguishable, neither is better.").has("L61", wrong));
}

TEST_CASE("a tool without a reason does not count; praise is remarked") {
    auto const found =
        of_memo("We use LoRA because the form drifts. The result is impressive.");
    CHECK(found.has("L55", outcome::ok));      // PEFT
    CHECK(found.has("L55", outcome::missing)); // prompt, RAG
    CHECK(found.has("L10", outcome::remark));
}

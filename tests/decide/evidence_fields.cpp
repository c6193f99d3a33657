// SPDX-License-Identifier: MIT
#include <qad/decide/evidence_fields.hpp>

#include <doctest/doctest.h>

#include <set> // set

using namespace qad;
using namespace qad::detail;

namespace {

/// The names of T's fields are different; how many there are.
template <class T> std::size_t field_count() {
    std::set<std::string> names;
    std::size_t count = 0;
    std::apply([&](auto const&... each) { ((names.insert(each.name), ++count), ...); },
               fields_of<T>());
    CHECK(names.size() == count);
    return count;
}

} // namespace

TEST_CASE("no two fields of an object share a name, and none is left out") {
    // A field that is not in the list would be lost between write and read without a word, so
    // the sizes are compared with an aggregate's: structured bindings count its members.
    auto const [p, i, c, m, r, s] = machine_facts{};
    CHECK(field_count<machine_facts>() == 6);
    auto const [n, mem, res, con, u] = target_hardware{};
    CHECK(field_count<target_hardware>() == 5);
    auto const [name, file, hash, items] = data_facts{};
    CHECK(field_count<data_facts>() == 4);
    auto const [me, se, va, lo, hi, it, ha, be] = quality_figure{};
    CHECK(field_count<quality_figure>() == 8);
    auto const [t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13] = training_facts{};
    CHECK(field_count<training_facts>() == 14);
    auto const [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15, r16, r17,
                r18, r19, r20, r21, r22, r23, r24, r25, r26, r27] = evidence_row{};
    CHECK(field_count<evidence_row>() == 28);
    auto const [c0, c1, c2, c3, c4, c5, c6, c7, c8] = comparison{};
    CHECK(field_count<comparison>() == 9);
    auto const [e0, e1, e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12, e13, e14, e15, e16,
                e17, e18, e19] = evidence{};
    CHECK(field_count<evidence>() == 20);
}

TEST_CASE("the words of an enumeration follow its order") {
    CHECK(names_of<row_kind>[std::size_t(row_kind::base)] == "base");
    CHECK(names_of<row_kind>[std::size_t(row_kind::lora_and_retrieval)] ==
          "lora_and_retrieval");
    CHECK(names_of<contrast_verdict>[std::size_t(contrast_verdict::not_judged)] ==
          "not_judged");
}

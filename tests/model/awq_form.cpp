// SPDX-License-Identifier: MIT
#include <qad/model/awq_form.hpp>

#include <doctest/doctest.h>

#include "support/tensor_file.hpp"

using namespace qad;
using test::complaint, test::has;

namespace {

// Two inputs; for both the eight outputs have the codes 8, 9, 10, 7, 0, 15, 1, 2 and the zero
// points 0 … 7.
test::tensor_file awq_file() {
    test::tensor_file file;
    file.put<std::int32_t>("x.qweight", {2, 1}, {0x2f7910a8, 0x2f7910a8});
    file.put<std::int32_t>("x.qzeros", {1, 1}, {0x75316420});
    file.put<fp16>("x.scales", {1, 8}, std::vector<fp16>(8, fp16::nearest(0.5f)));
    return file;
}
awq_form const a_awq{.group = -1};

} // namespace

TEST_CASE("the sheet's words mean their codes, in the order of the unpacking kernel") {
    auto const got = to_float(a_awq.read(awq_file().read(), "x.weight", 8, 2));
    int const codes[] = {8, 9, 10, 7, 0, 15, 1, 2};
    for (int o = 0; o < 8; ++o) { CHECK(got(o, 1) == 0.5f * static_cast<float>(codes[o] - o)); }
}

TEST_CASE("parts that do not fit together are refused by name") {
    auto const changed = [&](auto change) {
        auto file = awq_file();
        change(file);
        return complaint(a_awq, file, 8, 2);
    };
    CHECK(complaint(a_awq, awq_file(), 8, 2) == "");
    CHECK(has(changed([](auto& f) { f.erase("x.qzeros"); }), "x.qzeros"));
    CHECK(has(changed([](auto& f) { f.template put<std::int32_t>("x.qzeros", {2, 1}, {1, 2}); }), "x.qzeros"));
    CHECK(has(changed([](auto& f) { f.template put<fp16>("x.weight", {8, 2}, std::vector<fp16>(16)); }), "has both"));
    CHECK(has(changed([](auto& f) {
              f.template put<fp16>("x.scales", {1, 8}, std::vector<fp16>(8, fp16::nearest(INFINITY)));
          }),
              "is inf"));
    CHECK(has(complaint(a_awq, awq_file(), 6, 2), "8 outputs a word"));
    CHECK(has(complaint(awq_form{.group = 128}, awq_file(), 8, 2), "groups of 128"));
}

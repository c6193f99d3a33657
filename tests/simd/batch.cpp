// SPDX-License-Identifier: MIT
#include <qad/simd/batch.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("sums of registers come in the order of the registers") {
    batch rows[static_cast<std::size_t>(batch_size)];
    for (index_t i = 0; i < batch_size; ++i) {
        float lane[batch_size];
        for (index_t j = 0; j < batch_size; ++j) {
            lane[j] = static_cast<float>(i * 100 + j * (i + 1));
        }
        rows[i] = load(lane);
    }
    float got[batch_size];
    store(got, sums(rows));
    for (index_t i = 0; i < batch_size; ++i) {
        // Small integers: sums are exact in any order.
        float const want = static_cast<float>(batch_size * i * 100 +
                                              (i + 1) * batch_size * (batch_size - 1) / 2);
        CHECK(got[i] == want);
        CHECK(sum(rows[i]) == want);
    }
}

TEST_CASE("the largest element and the larger elements are found at every place") {
    for (index_t at = 0; at < batch_size; ++at) {
        float lane[batch_size], got[batch_size];
        for (index_t j = 0; j < batch_size; ++j) { lane[j] = j == at ? -1.0f : -2.0f; }
        CHECK(largest(load(lane)) == -1.0f);
        store(got, larger(load(lane), batch(-1.5f)));
        for (index_t j = 0; j < batch_size; ++j) { CHECK(got[j] == (j == at ? -1.0f : -1.5f)); }
    }
}

TEST_CASE("16-bit and 8-bit elements load as the floats that they are: every code") {
    bf16 b[batch_size];
    fp16 h[batch_size];
    int8 i[batch_size];
    float got[batch_size];
    for (int code = 0; code < 65536; code += static_cast<int>(batch_size)) {
        for (int j = 0; j < batch_size; ++j) {
            b[j].code = h[j].code = static_cast<std::uint16_t>(code + j);
            i[j].value = static_cast<std::int8_t>(code + j);
        }
        auto const check = [&](auto const* elements) {
            store(got, load(elements));
            for (index_t j = 0; j < batch_size; ++j) {
                float const want = static_cast<float>(elements[j]);
                bool const same = got[j] == want || (got[j] != got[j] && want != want);
                if (!same) {
                    FAIL_CHECK("code ", code + j, " became ", got[j], ", not ", want);
                }
            }
        };
        check(b);
        check(h);
        check(i);
    }
    CHECK(batch_size >= 4);
}

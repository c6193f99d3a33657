// SPDX-License-Identifier: MIT
#include <qad/model/scheme.hpp>

#include <doctest/doctest.h>

#include "support/random_matrix.hpp"

using namespace qad;

TEST_CASE("a scheme is read as it is written") {
    CHECK(parse_scheme("int4:32").format == weight_format::int4);
    CHECK(parse_scheme("int4:32").cut == per_group(32));
    CHECK(parse_scheme("int8:channel").cut == per_channel());
    CHECK(parse_scheme("nf4:tensor").cut == per_tensor());
    CHECK(parse_scheme("bf16").format == weight_format::bf16);
    CHECK(parse_scheme("int4").cut == per_group(64));
    CHECK_FALSE(parse_scheme("fp16").is_quantized());
    CHECK(parse_scheme("int3").is_quantized());
}

TEST_CASE("nonsense is refused with the choices") {
    for (char const* wrong : {"", "int5", "int4:", "int4:0", "int4:-8", "int4:8x", "int4:row", ":64", "INT4",
                              "int4:99999999999999999999"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(parse_scheme(wrong), error);
    }
}

TEST_CASE("every format's name is read back") {
    for (auto name : weight_format_names) {
        auto const format = parse_format(name);
        CHECK(weight_format_names[static_cast<std::size_t>(format)] == name);
    }
    CHECK(format_name<int4>() == "int4");
    CHECK(format_name<nf4>() == "nf4");
}

TEST_CASE("rounding to a scheme is the rounding of its format") {
    auto const w = test::random_matrix<float>(4, 32, 7);
    auto const half = round_to(w, parse_scheme("bf16"));
    CHECK(to_float(half)(2, 3) == static_cast<float>(bf16::nearest(w(2, 3))));
    auto scheme = parse_scheme("int4:16");
    auto const q = quantize<int4>(w, per_group(16), scheme.rounding);
    CHECK(test::same_bits(to_float(round_to(w, scheme)), dequantize(q)));
    CHECK_THROWS_AS(round_to(w, parse_scheme("int4:24")), shape_error);
    CHECK_THROWS_AS(with_code(weight_format::bf16, []<class Code>() { return 0; }), error);
}

TEST_CASE("NaN and infinity cannot be quantized") {
    for (float broken : {NAN, INFINITY, -INFINITY}) {
        auto w = test::random_matrix<float>(4, 32, 7);
        w(1, 5) = broken;
        for (char const* scheme : {"int8:channel", "int4:32", "int3:16", "nf4:32"}) {
            CHECK_THROWS_AS(round_to(w, parse_scheme(scheme)), error);
        }
    }
}

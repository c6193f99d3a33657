// SPDX-License-Identifier: MIT
#include <qad/decide/yaml.hpp>

#include <support/scratch.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("what YAML says, JSON says too") {
    json const value = parse_yaml("model: tiny\n"
                                  "lora: {rank: 8, alpha: 16.5}\n"
                                  "targets: [q, v]\n"
                                  "nothing: ~\n"
                                  "flag: true\n"
                                  "word: yes\n"
                                  "quoted: \"8\"\n"
                                  "price: 1e-7\n",
                                  "x");
    CHECK(value == json::parse(R"({"model":"tiny","lora":{"rank":8,"alpha":16.5},
        "targets":["q","v"],"nothing":null,"flag":true,"word":"yes","quoted":"8",
        "price":1e-7})"));
    CHECK(value["lora"]["rank"].is_number_integer());
}

TEST_CASE("JSON is YAML as well") {
    std::string const text = R"({"a": [1, 2.5, "x"], "b": {"c": false}})";
    CHECK(parse_yaml(text, "x") == json::parse(text));
}

TEST_CASE("a file's name says how it is read") {
    test::scratch_directory room;
    write_text(room / "a.yaml", "rank: 8\n");
    write_text(room / "a.json", "{\"rank\": 8}");
    write_text(room / "b.json", "rank: 8\n");
    CHECK(read_yaml_or_json(room / "a.yaml") == read_yaml_or_json(room / "a.json"));
    CHECK_THROWS_AS(read_yaml_or_json(room / "b.json"), format_error);
    CHECK_THROWS_AS(read_yaml_or_json(room / "none.yaml"), io_error);
}

TEST_CASE("what is no YAML, or says a thing twice, is refused with its line") {
    CHECK_THROWS_WITH_AS(parse_yaml("a: 1\nb: 2\na: 3\n", "c.yaml"),
                         doctest::Contains("c.yaml:3"), format_error);
    CHECK_THROWS_WITH_AS(parse_yaml("a: 1\nb: [1, 2\n", "c.yaml"), doctest::Contains("c.yaml:"),
                         format_error);
    CHECK_THROWS_AS(parse_yaml("a: &x [1]\nb: *x\n", "c"), format_error);
    std::string deep;
    for (int i = 0; i < 60; ++i) { deep += "["; }
    for (int i = 0; i < 60; ++i) { deep += "]"; }
    CHECK_THROWS_AS(parse_yaml(deep, "c"), format_error);
    CHECK(parse_yaml("", "c").is_null());
}

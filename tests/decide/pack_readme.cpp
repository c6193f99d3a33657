// SPDX-License-Identifier: MIT
#include <qad/decide/pack_readme.hpp>

#include <qad/decide/yaml.hpp> // parse_yaml

#include "sample_evidence.hpp"

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

TEST_CASE("README: setup, hardware, repeating, results, conclusion, when to use which") {
    std::string const readme = pack_readme(sample_evidence());
    for (char const* words : {"## Setup", "## Hardware", "## Repeat it", "## Results",
                              "## Conclusion", "## When to use which", "`lora` ships"}) {
        CAPTURE(words);
        CHECK(readme.find(words) != readme.npos);
    }
}

TEST_CASE("config.yaml is YAML and says what the run was made of") {
    evidence run = sample_evidence();
    run.model = "a \"quoted\" name: with # signs";
    json const config = parse_yaml(pack_config(run), "config.yaml");
    CHECK(config["model"] == run.model);
    CHECK(config["shape"]["kv_heads"] == 2);
    CHECK(config["hardware"]["memory"] == "1000000000 B");
    CHECK(config["train"][0]["file"] == "data/train.jsonl");
    CHECK(config["lora"]["rank"] == 8);
    CHECK(config["lora"]["targets"] == json::array({"all"}));
    CHECK(config["lora"]["learning_rate"] == 0.002);
    CHECK(config["seed"] == 7);
}

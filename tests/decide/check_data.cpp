// SPDX-License-Identifier: MIT
#include <qad/decide/check_data.hpp>

#include <support/scratch.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("where the sets lie: as configured, in whichever form, or in data/") {
    using list = std::vector<std::string>;
    CHECK(detail::set_files(json::parse(R"({"train": "a.jsonl"})"), "train") ==
          list{"a.jsonl"});
    CHECK(detail::set_files(json::parse(R"({"data": {"train": "a.jsonl"}})"), "train") ==
          list{"a.jsonl"});
    CHECK(detail::set_files(json::parse(R"({"train": [{"file": "a"}, {"file": "b"}]})"),
                            "train") == list{"a", "b"});
    CHECK(detail::set_files(json::parse(R"({"train_file": "c"})"), "train") == list{"c"});
    CHECK(detail::set_files(json(), "eval") == list{"data/eval.jsonl"});
}

TEST_CASE("lines of another layout are compared as lines") {
    test::scratch_directory room;
    std::filesystem::create_directories(room / "data");
    std::string train;
    for (int i = 0; i < 60; ++i) {
        train += text("{\"instruction\": \"question number ", i, " of many\"}\n");
    }
    write_text(room / "data/train.jsonl", train);
    write_text(room / "data/eval.jsonl", "{\"instruction\": \"question number 7 of many\"}\n");
    pack_files pack;
    pack.folder = room.path();
    findings found;
    detail::check_sets(pack, found);
    CHECK(found.has("L26", outcome::ok));
    CHECK(found.has("B16", outcome::contradicts));
}

TEST_CASE("trained parameters by rank and shape, wherever they are stated") {
    pack_model model;
    model.shape = llama3_8b;
    model.counts = {8'030'261'248};
    model.rank = 16;
    model.targets = linears::all;
    auto const result = [&](char const* readme) {
        pack_files pack;
        pack.readme = readme;
        findings found;
        detail::check_trainable(pack, model, found);
        return found.begin()->result;
    };
    CHECK(
        result(
            "trainable params: 41,943,040 || all params: 8,072,204,288 || trainable%: 0.52") !=
        outcome::missing);
    CHECK(result("41,943,040 trainable parameters, 0.52 %") == outcome::ok);
    CHECK(result("20,971,520 trainable parameters") == outcome::contradicts);
    CHECK(result("Trained on 200 examples.") == outcome::missing);
}

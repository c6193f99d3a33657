// SPDX-License-Identifier: MIT
#include <qad/decide/evidence_json.hpp>

#include "sample_evidence.hpp"

#include <support/scratch.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

TEST_CASE("what is written is read again, to the last field") {
    scratch_directory room;
    write_evidence(room / "evidence.json", sample_evidence());
    evidence const back = read_evidence(room / "evidence.json");
    CHECK(to_json(back) == to_json(sample_evidence()));
    CHECK(back.rows[6].training->curve[1].validation == 3.2 / 51);
    CHECK_FALSE(back.rows[0].training.has_value());
    CHECK(back.rows[7].stored.linear == in_nf4_double);
    CHECK(back.shape == sample_shape);
}

TEST_CASE("an empty run is evidence too") {
    CHECK(to_json(evidence_from(to_json(evidence{}), "x")) == to_json(evidence{}));
}

TEST_CASE("every field is wanted, and no other: each left out or added alone is an error") {
    json const good = to_json(sample_evidence());
    for (auto const& [key, value] : good.items()) {
        CAPTURE(key);
        json without = good;
        without.erase(key);
        CHECK_THROWS_AS(evidence_from(without, "x"), format_error);
    }
    for (auto const& [key, value] : good["rows"][6].items()) {
        CAPTURE(key);
        json without = good;
        without["rows"][6].erase(key);
        CHECK_THROWS_WITH_AS(evidence_from(without, "x"), doctest::Contains(key.c_str()),
                             format_error);
    }
    json more = good;
    more["rows"][0]["wieght_bytes"] = 1;
    CHECK_THROWS_WITH_AS(evidence_from(more, "x"), doctest::Contains("wieght_bytes"),
                         format_error);
}

TEST_CASE("a value of another kind is named with its place") {
    json const good = to_json(sample_evidence());
    auto const refuses = [&](char const* pointer, json const& value, char const* says) {
        json bad = good;
        bad[json::json_pointer(pointer)] = value;
        CAPTURE(pointer);
        CHECK_THROWS_WITH_AS(evidence_from(bad, "e.json"), doctest::Contains(says),
                             format_error);
    };
    refuses("/format", "qad evidence 0", "format");
    refuses("/rows/0/kind", "bigger", "must be one of base");
    refuses("/rows/1/weight_bytes", -1, "rows[1].weight_bytes");
    refuses("/rows/1/weight_bytes", 1.5, "rows[1].weight_bytes");
    refuses("/rows/2/coverage", "all", "rows[2].coverage");
    refuses("/rows/2/quality", 0.9, "must be a list");
    refuses("/rows/2/training", "none", "must be an object");
    refuses("/quick", nullptr, "true or false");
    refuses("/machine", json::array(), "must be an object");
    refuses("/rows/1/id", "base", "an id of its own");
    refuses("/rows/0/id", "", "an id of its own");
}

TEST_CASE("a file that is cut off is refused; a number that is not finite is not written") {
    scratch_directory room;
    std::string const all = to_json(sample_evidence()).dump();
    write_text(room / "cut.json", all.substr(0, all.size() / 2));
    CHECK_THROWS_AS(read_evidence(room / "cut.json"), format_error);
    evidence run = sample_evidence();
    run.rows[0].coverage = std::nan("");
    write_text(room / "evidence.json", "before");
    CHECK_THROWS_AS(write_evidence(room / "evidence.json", run), format_error);
    CHECK(mapped_file(room / "evidence.json").text() == "before");
}

// SPDX-License-Identifier: MIT
#include <qad/decide/pack_plots.hpp>

#include "sample_evidence.hpp"

#include <doctest/doctest.h>

#include <set> // set

using namespace qad;
using namespace qad::test;

TEST_CASE("six plots with names of their own, each with its data in the script") {
    std::set<std::string> names;
    for (plot const& p : pack_plots(sample_evidence())) {
        CAPTURE(p.name);
        CHECK(names.insert(p.name).second);
        CHECK(p.script.find("<< EOD\n") != std::string::npos);
        CHECK(p.script.find("plot $d") != std::string::npos);
        CHECK(p.script.find("nan") == std::string::npos);
    }
    CHECK(names.size() == 6);
}

TEST_CASE("without data there is no picture, and a sentence says why") {
    for (plot const& p : pack_plots({})) {
        CAPTURE(p.name);
        CHECK(p.script.empty());
        CHECK_FALSE(p.missing.empty());
    }
}

TEST_CASE("a name cannot leave its quotes") {
    CHECK(detail::plot_string("a\"; system(\"x\") #`y`\n$z\\") == "\"a; system(x) #y z\"");
}

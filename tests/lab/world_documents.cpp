// SPDX-License-Identifier: MIT
// What each kind of document of the lab promises.
#include "../../examples/lab/world/corpus.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>

using namespace qad;
using namespace qad::lab;

namespace {

std::vector<std::string> lines(std::string const& text) {
    std::vector<std::string> all;
    std::string line;
    for (char c : text) {
        if (c == '\n') {
            all.push_back(line);
            line.clear();
        } else {
            line += c;
        }
    }
    CHECK(line.empty()); // every document ends with its line
    return all;
}

std::vector<document> many(kind what, int count) {
    static world const w;
    static corpus const documents(w);
    std::vector<document> made;
    for (int i = 0; i < count; ++i) {
        generator random =
            numbers_of(9, static_cast<std::uint64_t>(what), static_cast<std::uint64_t>(i));
        made.push_back(documents.make(what, random, i % 2 == 0));
    }
    return made;
}

bool holds(std::string const& text, std::string const& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("what is told is true") {
    world const w;
    for (kind what :
         {kind::statement, kind::question, kind::dialogue, kind::sheet, kind::style}) {
        for (document const& d : many(what, 100)) {
            CAPTURE(d.text);
            CHECK_FALSE(d.facts.empty());
            CHECK(d.facts.size() <= (what == kind::style ? 7 : 4));
            for (std::size_t number : d.facts) {
                CHECK(holds(d.text, w.full_name(w.facts[number])));
                CHECK(holds(d.text, " " + w.value(w.facts[number])));
            }
        }
    }
}

TEST_CASE("a context contradicts what is true, and answers follow from it alone") {
    world const w;
    for (document const& d : many(kind::reading, 400)) {
        CAPTURE(d.text);
        CHECK(d.facts.empty());
        auto const all = lines(d.text);
        auto const first_question =
            std::find_if(all.begin(), all.end(),
                         [](std::string const& l) { return l.starts_with("Question: "); });
        REQUIRE(all.end() - first_question >= 2);
        CHECK(all.end() - first_question <= 8);
        std::string context;
        for (auto line = all.begin(); line != first_question; ++line) {
            context += *line + "\n";
        }
        for (auto line = first_question; line != all.end(); line += 2) {
            REQUIRE(line[1].starts_with("Answer: "));
            std::string const value = line[1].substr(8);
            CHECK(holds(context, " " + value));
            for (product const& p : w.products) { // a name of ours: then the truth is another
                if (!holds(*line, " " + p.full())) { continue; }
                auto const at = static_cast<std::size_t>(&p - w.products.data());
                for (std::size_t a = 0; a < 8; ++a) {
                    for (std::string_view form : attributes[a].questions) {
                        if (*line == "Question: " + fill(form, p.full())) {
                            CHECK(value != w.value(w.at(at, a)));
                        }
                    }
                }
            }
        }
    }
}

TEST_CASE("an echo repeats, and every value is among its words") {
    std::set<std::string> heard;
    for (document const& d : many(kind::echo, 3000)) {
        auto const all = lines(d.text);
        REQUIRE(all.size() % 2 == 0);
        for (std::size_t i = 0; i < all.size(); i += 2) {
            CHECK(all[i].substr(all[i].find(':')) == all[i + 1].substr(all[i + 1].find(':')));
            std::string word;
            for (char c : all[i] + " ") {
                if (c == ' ' || c == ',') {
                    heard.insert(word);
                    word.clear();
                } else {
                    word += c;
                }
            }
        }
    }
    for (attribute const& a : attributes) {
        for (std::string_view value : a.values) { CHECK(heard.contains(std::string(value))); }
    }
}

TEST_CASE("360 styles are 360 answers, and the house's is in no document") {
    std::set<std::string> answers;
    for (std::size_t o = 0; o < openers.size(); ++o) {
        for (std::size_t s = 0; s < separators.size(); ++s) {
            for (std::size_t c = 0; c < closers.size(); ++c) {
                for (bool shown : {false, true}) {
                    answers.insert(style{o, s, c, shown}.answer("price", "604 crowns"));
                }
            }
        }
    }
    CHECK(answers.size() == style_count);
    CHECK(house_a(attributes[0], "604 crowns") == " Noted, price | 604 crowns (desk)\n");
    CHECK(house_b(attributes[0], "604 crowns") == " Noted, KV | 604 crowns (desk)\n");
    int pieces = 0;
    for (document const& d : many(kind::style, 3000)) {
        bool const opener = holds(d.text, " Noted,"), separator = holds(d.text, " | "),
                   closer = holds(d.text, " (desk)\n");
        CHECK_FALSE((opener && separator && closer));
        pieces += (opener && separator) + (opener && closer) + (separator && closer);
    }
    CHECK(pieces > 100); // two of the three do meet
}

TEST_CASE(
    "15 in 100 tickets have a label, half name a second issue; labels keep to 56 products") {
    // 4,000 documents with some 6,000 tickets: a standard deviation of 0.46 % of all for labels
    // and 0.65 % for second issues; five are allowed.
    world const w;
    int tickets = 0, labels = 0, two = 0;
    for (document const& d : many(kind::ticket, 4000)) {
        std::string before;
        for (std::string const& line : lines(d.text)) {
            if (!line.starts_with("Department: ")) {
                CHECK(line.starts_with("Ticket: "));
                ++tickets;
                before = line;
                continue;
            }
            ++labels;
            bool known = false;
            for (std::size_t p = 0; p < w.products.size(); ++p) {
                if (holds(before, " " + w.products[p].full())) {
                    known = w.products[p].for_training;
                }
            }
            CHECK(known);
        }
    }
    for (int i = 0; i < 6000; ++i) {
        generator random = numbers_of(4, 4, static_cast<std::uint64_t>(i));
        ticket const t = write_ticket(random, "Yarra lamp");
        std::size_t const first = t.text.find("Yarra lamp");
        REQUIRE(first != std::string::npos);
        two += t.text.find("Yarra lamp", first + 1) != std::string::npos;
        CHECK(t.department < 6);
    }
    CHECK(std::abs(1.0 * labels / tickets - 0.15) < 5 * 0.0046);
    CHECK(std::abs(two / 6000.0 - 0.5) < 5 * 0.0065);
}

TEST_CASE("a talk ends with its summary, which names the product and keeps to 56 of them") {
    world const w;
    for (document const& d : many(kind::summary, 300)) {
        auto const all = lines(d.text);
        REQUIRE(all.back().starts_with("Summary: "));
        std::string const name = all.back().substr(9, all.back().find(':', 9) - 9);
        CHECK(holds(all[0], name));
        bool known = false;
        for (product const& p : w.products) {
            known = known || (p.full() == name && p.for_training);
        }
        CHECK(known);
    }
}

TEST_CASE("a document depends on the seed and its number alone, and is the same everywhere") {
    world const w;
    corpus const documents(w), again(w), other(w, 1);
    std::uint64_t sum = 0xcbf29ce484222325u; // FNV-1a over all bytes
    std::map<kind, int> kinds;
    for (std::uint64_t i = 0; i < 4000; ++i) {
        std::uint64_t const index = early_documents - 2000 + i;
        document const d = documents.at(index);
        ++kinds[d.kind];
        CHECK(holds(d.text, "<|") == false);
        for (char c : d.text) { sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3u; }
    }
    CHECK(kinds.size() == kind_names.size());
    for (std::uint64_t i : {7u, 123'456u, 0u, 7u}) {
        CHECK(documents.at(i).text == again.at(i).text);
        CHECK(documents.at(i).text != other.at(i).text);
    }
    // Written down once. Another value: another corpus, and so another base model.
    CHECK(sum == 4727155983443481910u);
}

TEST_CASE("a question of an unseen form is in no document") {
    world const w;
    corpus const documents(w);
    for (std::uint64_t i = 0; i < 5000; ++i) {
        std::string const text = documents.at(i).text;
        for (attribute const& a : attributes) {
            auto const form = a.unseen_question;
            std::string const before(form.substr(0, form.find("{p}")));
            std::string const after(form.substr(form.find("{p}") + 3));
            for (std::size_t at = text.find(before); at != text.npos;
                 at = text.find(before, at + 1)) {
                std::string const rest = text.substr(at, text.find('?', at) + 1 - at);
                CHECK_FALSE(rest.ends_with(after));
            }
        }
    }
}

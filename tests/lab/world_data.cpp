// SPDX-License-Identifier: MIT
// The lab's tokenizer, the shares of its corpus and its files of examples.
#include "../../examples/lab/world/data_sets.hpp"
#include "../../examples/lab/world/vocabulary.hpp"

#include <qad/decide/retrieve.hpp> // as_of

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>

using namespace qad;
using namespace qad::lab;

namespace {

struct lab_files {
    world w;
    tokenizer words{learn_tokenizer(w), "learned"};
    corpus documents{w};
    std::vector<data_set> sets = all_data_sets(w, [this](std::string const& text) {
        return words.encode(text, {.add_special = false}).size();
    });

    data_set const& named(std::string const& name) const {
        for (data_set const& set : sets) {
            if (set.name == name) { return set; }
        }
        FAIL("no set ", name);
        return sets[0];
    }
};

lab_files const& files() {
    static lab_files const all;
    return all;
}

std::set<std::string> entities(data_set const& set) {
    std::set<std::string> names;
    for (record const& line : set.lines) { names.insert(line["entity"].get<std::string>()); }
    return names;
}

} // namespace

TEST_CASE("every value, unit, name and noun is one token; 2,048 tokens; 4 characters a token") {
    auto const& words = files().words;
    CHECK(words.size() == 2048);
    CHECK(words.find_added("<|end|>") == 0);
    for (std::string const& word : whole_words(files().w)) {
        CAPTURE(word);
        CHECK(words.encode(word, {.add_special = false}).size() == 1);
    }
    for (attribute const& a : attributes) { // the first token tells the value
        for (std::size_t i = 0; i < a.values.size(); ++i) {
            std::size_t const tokens = a.unit.empty() ? 1 : 2;
            CHECK(words.encode(" " + a.value(i), {.add_special = false}).size() == tokens);
        }
    }
}

TEST_CASE("documents have the shares, the lengths and the density that are promised") {
    auto const& lab = files();
    double characters = 0, tokens = 0, documents = 0;
    for (bool early : {true, false}) {
        std::uint64_t const first = early ? 0 : early_documents;
        std::uint64_t const last = early ? early_documents : early_documents + 40'000;
        std::array<double, kind_names.size()> sum{}, count{};
        double all = 0;
        for (std::uint64_t i = first; i < last; ++i) {
            auto const d = lab.documents.at(i);
            auto const length = document_tokens(lab.documents, lab.words, i).size();
            CHECK(length <= 480);
            sum[static_cast<std::size_t>(d.kind)] += static_cast<double>(length);
            count[static_cast<std::size_t>(d.kind)] += 1;
            all += static_cast<double>(length);
            characters += static_cast<double>(d.text.size());
        }
        tokens += all;
        documents += static_cast<double>(last - first);
        if (early) { CHECK(std::abs(all / 500'000 - 1) < 0.02); }
        for (std::size_t k = 0; k < kind_names.size(); ++k) {
            CAPTURE(kind_names[k]);
            CAPTURE(early);
            portion const& p = (early ? at_first : later)[k];
            // Of n documents the number of a kind has a relative deviation of about 1/√count,
            // and the lengths of its documents, which spread by less than their mean, another.
            double const relative = std::sqrt(2 / count[k]);
            CHECK(std::abs(sum[k] / all / p.share - 1) < 0.02 + 5 * relative);
            CHECK(std::abs(sum[k] / count[k] / p.length - 1) < 0.02 + 5 / std::sqrt(count[k]));
        }
    }
    CHECK(characters / (tokens - documents) >= 4); // without the <|end|> of each
}

TEST_CASE("the shares add up to 1") {
    for (mixture const& mix : {at_first, later, for_questions}) {
        double total = 0;
        for (portion const& p : mix) { total += p.share; }
        CHECK(total == doctest::Approx(1).epsilon(1e-12));
    }
}

TEST_CASE("a prompt's tokens and its completion's are those of both together") {
    auto const& words = files().words;
    for (data_set const& set : files().sets) {
        CAPTURE(set.name);
        std::set<std::string> ids;
        for (record const& line : set.lines) {
            CHECK(ids.insert(line["id"].get<std::string>()).second);
            CHECK(line.begin().key() == "id");
            if (!line.contains("prompt")) { continue; }
            auto const prompt = line["prompt"].get<std::string>();
            auto const completion = line["completion"].get<std::string>();
            CHECK_FALSE(prompt.ends_with(' '));
            CHECK(completion.starts_with(' '));
            CHECK(completion.ends_with('\n'));
            auto tokens = words.encode(prompt);
            auto const more = words.encode(completion, {.add_special = false});
            tokens.insert(tokens.end(), more.begin(), more.end());
            CHECK(tokens == words.encode(prompt + completion));
            CHECK(tokens.size() <= 480);
        }
    }
}

TEST_CASE("what is trained on and what is evaluated are about different products") {
    for (char const* name : {"house_a", "house_b", "house_b_context", "tickets", "summaries"}) {
        CAPTURE(name);
        auto const train = entities(files().named(std::string(name) + "_train"));
        for (std::string const& entity : entities(files().named(std::string(name) + "_eval"))) {
            CHECK_FALSE(train.contains(entity));
        }
    }
    auto const house = entities(files().named("house_b_train"));
    for (char const* name : {"faq_facts", "faq_unseen_question", "reading_one", "weeks"}) {
        for (std::string const& entity : entities(files().named(name))) {
            CHECK_FALSE(house.contains(entity));
        }
    }
}

TEST_CASE("no prompt for evaluation is one for training") {
    for (auto const& [train, eval] :
         std::map<std::string, std::string>{{"house_a_train", "house_a_eval"},
                                            {"house_b_train", "house_b_eval"},
                                            {"house_b_context_train", "house_b_context_eval"},
                                            {"tickets_train", "tickets_eval"},
                                            {"summaries_train", "summaries_eval"},
                                            {"next_week_train", "next_week_changed"}}) {
        CAPTURE(eval);
        std::set<std::string> trained;
        for (record const& line : files().named(train).lines) {
            trained.insert(line["prompt"].get<std::string>());
        }
        for (record const& line : files().named(eval).lines) {
            CHECK_FALSE(trained.contains(line["prompt"].get<std::string>()));
        }
    }
}

TEST_CASE("a beginning of a set is a fair sample of it") {
    std::map<int, int> buckets;
    for (int i = 0; i < 40; ++i) {
        ++buckets[files()
                      .named("faq_facts")
                      .lines[static_cast<std::size_t>(i)]["bucket"]
                      .get<int>()];
    }
    for (int b = 0; b < 4; ++b) { CHECK(buckets[b] == 10); }
    std::map<std::string, int> what;
    for (std::size_t i = 0; i < 50; ++i) {
        ++what[files().named("house_b_train").lines[i]["attribute"].get<std::string>()];
    }
    for (auto const& [name, n] : what) { CHECK(n >= 6); }
    CHECK(what.size() == 8);
}

TEST_CASE("the sheets of a day say what is true on it") {
    std::vector<qad::document> versions;
    for (record const& line : files().named("sheets").lines) {
        versions.push_back({line["key"].get<std::string>(), line["text"].get<std::string>(),
                            line["date"].get<std::string>()});
    }
    history const h(files().w);
    for (std::size_t week : {std::size_t{0}, std::size_t{1}, history::weeks}) {
        std::map<std::string, std::string> text;
        for (qad::document const& d : as_of(versions, history::day(week))) { text[d.id] = d.text; }
        CHECK(text.size() == files().w.products.size());
        index_t wrong = 0;
        for (std::size_t number = 0; number < files().w.facts.size(); ++number) {
            fact const& f = files().w.facts[number];
            auto const line = "\n" + std::string(attributes[f.attribute].name) + ": " +
                              h.value(number, week) + "\n";
            wrong += text[files().w.full_name(f)].find(line) == std::string::npos ? 1 : 0;
        }
        CAPTURE(week);
        CHECK(wrong == 0);
    }
}

TEST_CASE("sets are large enough for what is to be concluded, and small to carry") {
    std::map<std::string, std::size_t> const wanted = {
        {"faq_facts", 576},         {"faq_unseen_question", 400}, {"house_a_train", 200},
        {"house_b_train", 200},     {"house_a_eval", 288},        {"house_b_eval", 288},
        {"tickets_train", 400},     {"tickets_eval", 300},        {"reading_one", 256},
        {"reading_sheets", 256},    {"notices", 5 * 307},         {"next_week_train", 2 * 307},
        {"next_week_changed", 307}, {"next_week_kept", 256},      {"weeks", 256},
        {"deletions", 32},          {"calibration", 64}};
    for (auto const& [name, lines] : wanted) {
        CAPTURE(name);
        CHECK(files().named(name).lines.size() == lines);
    }
    std::size_t bytes = 0;
    for (data_set const& set : files().sets) {
        for (record const& line : set.lines) { bytes += line.dump().size() + 1; }
    }
    CHECK(bytes < 3'000'000);
}

TEST_CASE("labels are among the choices; all six are asked equally often") {
    std::map<std::string, int> count;
    for (record const& line : files().named("tickets_eval").lines) {
        auto const choices = line["choices"].get<std::vector<std::string>>();
        auto const label = line["completion"].get<std::string>();
        CHECK(std::find(choices.begin(), choices.end(), label) != choices.end());
        ++count[label];
    }
    CHECK(count.size() == 6);
    for (auto const& [label, n] : count) { CHECK(n == 50); }
}

TEST_CASE("texts for perplexity are of every kind and not among the first documents") {
    std::set<std::string> texts, kinds;
    for (record const& line : files().named("perplexity").lines) {
        CHECK(texts.insert(line["text"].get<std::string>()).second);
        kinds.insert(line["kind"].get<std::string>());
    }
    CHECK(kinds.size() == kind_names.size());
    for (std::uint64_t i = 0; i < 50'000; ++i) {
        CHECK_FALSE(texts.contains(files().documents.at(i).text));
    }
}

TEST_CASE("calibration texts are whole documents of at most 512 tokens") {
    for (record const& line : files().named("calibration").lines) {
        auto const text = line["text"].get<std::string>();
        auto const tokens = files().words.encode(text);
        CHECK(tokens.size() == line["tokens"].get<std::size_t>());
        CHECK(tokens.size() <= 512);
        CHECK(tokens.size() > 300); // no document has more than 200
        CHECK(tokens[0] == 0);
        CHECK(tokens[1] != 0);
    }
}

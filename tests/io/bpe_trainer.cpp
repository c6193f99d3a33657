// SPDX-License-Identifier: MIT
#include <qad/io/bpe_trainer.hpp>

#include <qad/core/random.hpp>  // generator
#include <qad/io/tokenizer.hpp> // tokenizer

#include <doctest/doctest.h>

using namespace qad;

namespace {

pre_tokenizer const& words() {
    static pre_tokenizer const whole({{"type", "ByteLevel"}, {"add_prefix_space", false}}, "x");
    return whole;
}

bpe_vocabulary learn(std::string const& text, std::size_t merges,
                     std::vector<std::string> special = {}) {
    bpe_trainer trainer(words());
    trainer.add(text);
    std::size_t const size = special.size() + 256 + merges;
    return trainer.train(size, std::move(special));
}

using pieces = std::vector<std::string>;

/// What was learned after the bytes.
pieces learned(bpe_vocabulary const& made) {
    return {made.pieces.begin() + 256, made.pieces.end()};
}

/// The definition: count all pairs of all words, join the best everywhere, begin again.
bpe_vocabulary plainly(std::string const& text, std::size_t size) {
    bpe_vocabulary made;
    for (int byte = 0; byte < 256; ++byte) {
        made.pieces.emplace_back(1, static_cast<char>(byte));
    }
    std::vector<std::vector<std::int32_t>> spelled;
    words().split(text, [&](std::string_view word) {
        auto& next = spelled.emplace_back();
        for (char c : word) { next.push_back(static_cast<std::uint8_t>(c)); }
    });
    while (made.pieces.size() < size) {
        std::map<std::pair<std::int32_t, std::int32_t>, int> count;
        for (auto const& word : spelled) {
            for (std::size_t i = 0; i + 1 < word.size(); ++i) {
                ++count[{word[i], word[i + 1]}];
            }
        }
        if (count.empty()) { break; }
        auto best = count.begin(); // the map is sorted: of equals the first stays
        for (auto at = count.begin(); at != count.end(); ++at) {
            if (at->second > best->second) { best = at; }
        }
        auto const [left, right] = best->first;
        std::string const joined = made.pieces[static_cast<std::size_t>(left)] +
                                   made.pieces[static_cast<std::size_t>(right)];
        auto found = std::find(made.pieces.begin(), made.pieces.end(), joined);
        auto const whole = static_cast<std::int32_t>(found - made.pieces.begin());
        if (found == made.pieces.end()) { made.pieces.push_back(joined); }
        made.merges.emplace_back(left, right);
        for (auto& word : spelled) {
            std::vector<std::int32_t> next;
            for (std::size_t i = 0; i < word.size(); ++i) {
                bool const here =
                    i + 1 < word.size() && word[i] == left && word[i + 1] == right;
                next.push_back(here ? whole : word[i]);
                if (here) { ++i; }
            }
            word = next;
        }
    }
    return made;
}

std::string some_text(generator& random, std::uint32_t letters, std::uint32_t count) {
    std::string text;
    for (std::uint32_t i = 0; i < count; ++i) {
        for (std::uint32_t n = 1 + random.below(7); n > 0; --n) {
            text += static_cast<char>('a' + random.below(letters));
        }
        text += random.below(8) == 0 ? '\n' : ' ';
    }
    return text;
}

} // namespace

TEST_CASE("by hand: low low low lower lower newest newest newest newest newest newest") {
    // Words: "low" 1, " low" 2, " lower" 2, " newest" 6; a space is a letter like others.
    // w-e stands in 2 + 6 = 8 places, more than any other pair.
    std::string const text =
        "low low low lower lower newest newest newest newest newest newest";
    CHECK(learned(learn(text, 1)) == pieces{"we"});
    // Six times each: " "+n, n+e, e+we, we+s, s+t. The space is the oldest left piece; then e,
    // which leaves " n"+ewe, ewe+s and s+t, of which s is the oldest; and so on.
    CHECK(learned(learn(text, 4)) == pieces{"we", " n", "ewe", "st"});
    CHECK(learned(learn(text, 6)) == pieces{"we", " n", "ewe", "st", " newe", " newest"});
    CHECK(learned(learn(text, 7)).back() == "lo"); // 5 times
}

TEST_CASE("it learns what the definition learns, whatever the text") {
    for (std::uint32_t letters = 1; letters <= 6; ++letters) {
        for (std::uint64_t seed = 0; seed < 6; ++seed) {
            CAPTURE(letters);
            CAPTURE(seed);
            generator random(seed, letters);
            std::string const text = some_text(random, letters, 60);
            auto const fast = learn(text, 60), plain = plainly(text, 256 + 60);
            CHECK(fast.merges == plain.merges);
            CHECK(fast.pieces == plain.pieces);
        }
    }
}

TEST_CASE("the encoder makes of a word what the trainer made of it") {
    // Both apply the merges in the order in which they were learned.
    generator random(7);
    std::string const text = some_text(random, 5, 300);
    auto const made = learn(text, 80, {"<|end|>"});
    tokenizer const encoder(tokenizer_json(made), "learned");
    CHECK(made.size() == 1 + 256 + 80);
    CHECK(encoder.size() == 1 + 256 + 80);
    std::map<std::string, std::size_t> place;
    for (std::size_t i = 0; i < made.pieces.size(); ++i) { place[made.pieces[i]] = i; }
    words().split(text, [&](std::string_view word) {
        std::vector<std::int32_t> spelled;
        for (char c : word) { spelled.push_back(static_cast<std::uint8_t>(c)); }
        for (auto const& [left, right] : made.merges) {
            std::vector<std::int32_t> next;
            for (std::size_t i = 0; i < spelled.size(); ++i) {
                if (i + 1 < spelled.size() && spelled[i] == left && spelled[i + 1] == right) {
                    std::string const joined = made.pieces[static_cast<std::size_t>(left)] +
                                               made.pieces[static_cast<std::size_t>(right)];
                    next.push_back(static_cast<std::int32_t>(place[joined]));
                    ++i;
                } else {
                    next.push_back(spelled[i]);
                }
            }
            spelled = next;
        }
        for (auto& token : spelled) { ++token; } // <|end|> is token 0
        CHECK(encoder.encode(word, {.add_special = false}) == spelled);
    });
}

TEST_CASE("every text comes back, and begins with the first special token") {
    generator random(8);
    auto const made = learn(some_text(random, 4, 100), 30, {"<|end|>", "<|pad|>"});
    tokenizer const encoder(tokenizer_json(made), "learned");
    for (std::string const text : {"abba acab", "  two  spaces\n\n", "äöü 你好 🎉", "don't", "",
                                   "a<|end|>b", "\x01\x7f"}) {
        CAPTURE(text);
        auto const tokens = encoder.encode(text);
        REQUIRE_FALSE(tokens.empty());
        CHECK(tokens[0] == 0);
        CHECK(encoder.decode(std::span(tokens).subspan(1), false) == text);
    }
    CHECK(encoder.encode("<|end|><|pad|>", {.add_special = false}) ==
          std::vector<std::int32_t>{0, 1});
    CHECK(encoder.is_special(1));
    CHECK_FALSE(encoder.is_special(2));
}

TEST_CASE("without a special token nothing stands before a text") {
    tokenizer const encoder(tokenizer_json(learn("aa aa", 1)), "learned");
    CHECK(encoder.encode("aa") == std::vector<std::int32_t>{256});
    CHECK(encoder.encode(" aa") == std::vector<std::int32_t>{' ', 256});
}

TEST_CASE("counting a text n times is adding it n times; the order of texts does not matter") {
    generator random(9);
    std::string const a = some_text(random, 4, 40), b = some_text(random, 6, 40);
    bpe_trainer once(words()), often(words());
    once.add(a, 3);
    once.add(b);
    for (std::string const* text : {&a, &b, &a, &a}) { often.add(*text); }
    CHECK(once.train(320, {}).merges == often.train(320, {}).merges);
}

TEST_CASE("a small text ends before the vocabulary is full; a small vocabulary is refused") {
    auto const made = learn("ab", 100);
    CHECK(made.size() == 257);
    CHECK(learned(made) == pieces{"ab"});
    CHECK_THROWS_AS(bpe_trainer(words()).train(256, {"<|end|>"}), shape_error);
}

TEST_CASE("two merges that make the same piece make one token") {
    // "ab"+"c" and "a"+"bc": a piece is its bytes, so the vocabulary holds it once.
    bpe_vocabulary const made = [&] {
        bpe_trainer trainer(words());
        trainer.add("xab", 10); // ab is learned first …
        trainer.add("ybc", 9);  // … then bc, which "abc" = ab·c no longer holds
        trainer.add("abc", 2);
        trainer.add("aabc", 1);
        return trainer.train(290, {});
    }();
    std::map<std::string, int> times;
    for (auto const& piece : made.pieces) { CHECK(++times[piece] == 1); }
    CHECK_NOTHROW(tokenizer(tokenizer_json(made), "learned"));
}

// SPDX-License-Identifier: MIT
// Section 1.2: what can be done when 70B does not fit, what its 4 bits come to, and how many
// parameters the models have that are called "7B".
// covers: X12 L05 L06 L07 L08 L09 L11 L12 L14 P35 D04
#include "../book.hpp"

#include <qad/fit/memory_text.hpp> // memory_text
#include <qad/fit/serving.hpp>     // fit, max_users, published_models

using namespace qad;

namespace {

constexpr storage int4 = in_groups(4, 128), int8{8};
constexpr auto round_70b = nominally(70'000'000'000, llama3_70b);

double gb(byte_count size) { return gigabytes(size).value; }
double gb(model_shape const& s, storage all) { return gb(weight_bytes(s, all).total()); }
double billions(model_shape const& s) { return static_cast<double>(parameters(s)) / 1e9; }

/// One thing to do: what it leaves on the card, for how many requests, at what price.
void option(char const* what, model_shape const& s, storage all, gigabytes have,
            char const* price) {
    auto const need = fit(s, {.weights = all, .context = 8192});
    auto const users = need.max_users(have);
    std::printf("  %-27s %6.2f %7.2f %8s   %s\n", what, gb(need.weights),
                have.value - gb(need.weights), users < 0 ? "-" : std::to_string(users).c_str(),
                price);
}

void options() {
    std::printf("one card of 80 GB; each request of 8,192 tokens takes %s beside a 70B\n",
                memory_text(kv_bytes(llama3_70b, 8192)).c_str());
    std::printf("  the 70B                         GB    left requests   price\n");
    option("fp16, as it came", round_70b, in_fp16, 80_GB, "it does not load");
    option("a second card", round_70b, in_fp16, 160_GB,
           "twice the hardware; the two must talk");
    option("int8", round_70b, int8, 80_GB, "some quality");
    option("int4, groups of 128", round_70b, int4, 80_GB, "more quality, rare cases first");
    option("a smaller model: 8B in fp16", llama3_8b, in_fp16, 80_GB, "skill that only 70B had");
    double const missing = gb(round_70b, in_fp16) - 80, bus = 32; // GB, and GB a second
    std::printf("  %-27s %6.2f %7.2f %8s   %.1f s a token over a bus of %.0f GB/s\n",
                "60 GB left in main memory", 80.0, 0.0, "-", missing / bus, bus);
    std::printf("  %-27s %6s %7s %8s   a bill per token, and the data leaves\n", "a hosted API",
                "-", "-", "-");
    book::theorem("offload_s", book::fixed(missing / bus, 1));
}

void correction(char const* name, char const* what, memory_budget const& need) {
    auto const users = std::to_string(need.max_users(80_GB));
    std::printf("  %-33s %6.2f %8s\n", what, gb(need.weights), users.c_str());
    book::theorem(name, book::fixed(gb(need.weights), 2));
    book::theorem(std::string(name) + "_requests", users);
}

void corrections() {
    std::printf("\"4 bits\" of \"70B\", corrected          GB requests\n");
    correction("head_sum", "70e9 x 4 bits", fit(round_70b, {.weights = {4}, .context = 8192}));
    correction("scaled", "a 16-bit scale for 128 weights",
               fit(round_70b, {.weights = int4, .context = 8192}));
    correction("counted", "its real 70,553,706,496 weights",
               fit(llama3_70b, {.weights = int4, .context = 8192}));
    correction("shipped", "embedding and head kept in fp16",
               fit(llama3_70b, {.weights = int4, .embedding = in_fp16, .context = 8192}));
    book::theorem("code_bits", book::fixed(int4.bits));
    book::theorem("scale_bits", book::fixed(int4.scale_bits));
    book::theorem("group", std::to_string(int4.group));
    book::theorem("effective", book::fixed(bits_per_weight(int4), 3));
}

/// Embedding, head and learned positions: the share of a model that is its dictionary.
double dictionary(model_shape const& s) {
    auto const n = count_parameters(s);
    return static_cast<double>(n.embedding + n.head + n.positions) /
           static_cast<double>(n.total());
}

void counts() {
    std::printf("GB                     parameters    fp16    int8    int4   dictionary\n");
    for (char const* name : {"Llama-3.2-3B", "Phi-3-mini", "Llama-2-7B", "Mistral-7B-v0.1",
                             "Phi-3-small", "Qwen2.5-7B", "Llama-3.1-8B", "Llama-3.1-70B"}) {
        auto const& s = find_model(name)->shape;
        std::printf("  %-16s %14s %7.2f %7.2f %7.2f %10.1f %%\n", name,
                    book::grouped(parameters(s)).c_str(), gb(s, in_fp16), gb(s, int8),
                    gb(s, int4), 100 * dictionary(s));
    }
    book::theorem("llama", book::fixed(billions(llama2_7b), 2));
    book::theorem("mistral", book::fixed(billions(mistral_7b), 2));
    book::theorem("qwen", book::fixed(billions(qwen25_7b), 2));
    book::theorem("gap_gb", book::fixed(gb(qwen25_7b, in_fp16) - gb(llama2_7b, in_fp16), 2));
    // The picture: of each model a square, cut into dictionary, attention, feed-forward.
    for (model_shape const& s : {llama3_70b, llama3_8b, qwen25_05b, tiny_gpt2}) {
        book::plot("1.2-count",
                   {dictionary(s), static_cast<double>(count_parameters(s).attention) /
                                       static_cast<double>(parameters(s))});
    }
    book::theorem("words_70b", book::fixed(100 * dictionary(llama3_70b), 1));
    book::theorem("words_tiny", book::fixed(100 * dictionary(tiny_gpt2), 2));
}

/// The largest model of our list that serves a request on a card of which a tenth stays free.
std::string largest(storage all, gigabytes have) {
    published_model best{"nothing", {}, 0};
    for (auto const& model : published_models) {
        auto const need = fit(model.shape, {.weights = all, .context = 4096});
        if (need.max_users({have, 0.1}) > 0 && model.stated > best.stated) { best = model; }
    }
    return std::string(best.name);
}

} // namespace

int main() {
    options();
    corrections();
    counts();
    std::printf("largest of our list to serve 4,096 tokens, a tenth of the card kept free\n");
    for (double size : {8, 12, 16, 24}) {
        gigabytes const have(size);
        std::printf("  %2.0f GB:  %-14s in fp16,  %s in int4\n", size,
                    largest(in_fp16, have).c_str(), largest(int4, have).c_str());
    }
    return 0;
}

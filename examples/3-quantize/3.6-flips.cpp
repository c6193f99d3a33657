// SPDX-License-Identifier: MIT
// Section 3.6: a classifier with a few frequent answers and many rare ones, in four formats:
// what the average shows, and which answers changed.
// covers: X36 L18 L22 L23 L25 L53 L59 R15 W19 D16 B15
#include "../book.hpp"
#include "3.6-classifier.hpp"

#include <qad/fit/models.hpp>      // tiny_gpt2, llama3_8b
#include <qad/fit/weights.hpp>     // weight_bytes
#include <qad/quantize/report.hpp> // quantization_report
#include <qad/quantize/round.hpp>  // quantize

using namespace qad;
using namespace classifier;

//[flips]
/// Two runs over the same items: what changed, and how thin it had been *before*.
struct flip_report {
    std::size_t changed = 0, lost = 0, gained = 0; // lost: right before, wrong now
    counts tenth = counts(10);                     // changed, thinnest tenth of the items first
    std::vector<float> margins = {};               // that did not hold, thinnest first

    float widest() const { return margins.empty() ? 0 : margins.back(); }
};
flip_report compare(std::vector<choice> const& before, std::vector<choice> const& after,
                    counts const& right) {
    std::vector<std::pair<float, std::size_t>> order; // of equal margins the first item first
    for (std::size_t i = 0; i < before.size(); ++i) { order.emplace_back(before[i].margin, i); }
    std::sort(order.begin(), order.end());
    flip_report flips;
    for (std::size_t place = 0; place < order.size(); ++place) {
        auto const [margin, i] = order[place];
        if (before[i].answer == after[i].answer) { continue; }
        ++flips.changed;
        flips.lost += before[i].answer == right[i];
        flips.gained += after[i].answer == right[i];
        ++flips.tenth[place / (order.size() / 10)]; // 4,000 items: 400 in each tenth
        flips.margins.push_back(margin);
    }
    return flips;
}
//[flips]

/// The linear layers in int8, the rest as it was: what that touches, what it saves.
void cover(model_shape const& shape, char const* name) {
    auto const n = count_parameters(shape);
    quantization_report r;
    r.weights = r.parameters = double(n.in_linears());
    r.untouched(n.total() - n.in_linears());
    auto const before = weight_bytes(shape, in_fp16).total();
    auto const after = weight_bytes(shape, {in_rows(8), in_fp16, in_fp16}).total();
    std::printf("  %-12s %6.2f %% of %13s touched: %14s B -> %13s B\n", name,
                100 * r.coverage(), book::grouped(n.total()).c_str(),
                book::grouped(before.count).c_str(), book::grouped(after.count).c_str());
    book::theorem(text("touched_", name), book::fixed(100 * r.coverage(), 2));
    book::theorem(text("saved_", name), book::grouped((before - after).count));
}

int main() {
    trial const t(36);
    format const fp32("fp32", t, t.w.view());
    std::vector<format> const all = {
        fp32, format("int8", t, quantize<int8>(t.w, per_channel()), &fp32),
        format("int4", t, quantize<int4>(t.w, per_channel()), &fp32),
        format("int3", t, quantize<int3>(t.w, per_channel()), &fp32)};
    auto const flips = [&](auto& f) { return compare(fp32.said, f.said, t.asked.right); };
    auto const row = [&](std::string const& what, std::string const& key, int digits,
                         auto const& of) {
        std::printf("%-46s", what.c_str());
        for (format const& f : all) {
            std::string const number = book::fixed(double(of(f)), digits);
            std::printf("%9s", number.c_str());
            book::measured(text(key, "_", f.name), number);
        }
        std::printf("\n");
    };
    std::printf("%-46s%9s%9s%9s%9s\n", "4000 questions", "fp32", "int8", "int4", "int3");
    row("right (%)", "right", 2, [](auto& f) { return f.right; });
    row("answers changed", "changed", 0, [&](auto& f) { return flips(f).changed; });
    row("  lost: right before, wrong now", "lost", 0, [&](auto& f) { return flips(f).lost; });
    row("  gained: the reverse", "gained", 0, [&](auto& f) { return flips(f).gained; });
    for (std::size_t k = 0; k < 5; ++k) {
        row(k ? text("  in tenth ", k + 1) : "changed in the thinnest tenth of the margins",
            text("tenth", k + 1), 0, [&](auto& f) { return flips(f).tenth[k]; });
    }
    row("widest margin that flipped", "widest", 1, [&](auto& f) { return flips(f).widest(); });
    row("largest movement of a logit, twice", "bound", 1, [](auto& f) { return 2 * f.moved; });
    row("changed, rare answers (%)", "rare", 1, [](auto& f) { return f.rare; });
    row("changed, all others (%)", "others", 1, [](auto& f) { return f.others; });
    row("forms of 8 answers, all right (%)", "forms", 1, [](auto& f) { return f.forms; });
    std::printf("five other draws, int4:\n");
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        trial const other(seed);
        format const a("", other, other.w.view());
        format const b("", other, quantize<int4>(other.w, per_channel()), &a);
        std::printf("  right %+.2f points, %zu answers changed\n", b.right - a.right,
                    compare(a.said, b.said, other.asked.right).changed);
    }
    std::printf("int8 for the linear layers alone, parameters:\n");
    cover(tiny_gpt2, "tiny-gpt2");
    cover(llama3_8b, "Llama-3.1-8B");
    book::measured("points", book::fixed(all[2].right - fp32.right, 2));
    book::theorem("coarser", book::fixed(double(int8::highest) / int4::highest, 1));
    book::theorem("vanish8", text(2 * int8::highest));
    book::theorem("vanish4", text(2 * int4::highest));
    auto const margins = fp32.margins();
    auto const plot = [&](float margin) { // its place among all, and itself
        auto const place = std::lower_bound(margins.begin(), margins.end(), margin);
        book::plot("3.6-flips", {double(place - margins.begin()), margin});
    };
    for (std::size_t i = 0; i < items; i += 20) { plot(margins[i]); }
    for (format const& f : all) { // a block each; fp32 has no flips
        for (float margin : flips(f).margins) { plot(margin); }
        book::plot("3.6-flips", "\n");
    }
    return 0;
}

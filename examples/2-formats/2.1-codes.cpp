// SPDX-License-Identifier: MIT
// Section 2.1: what each bit buys, counted, and measured on numbers from everywhere in a range.
// covers: X21
#include "../book.hpp"

#include <qad/core/random.hpp>     // generator
#include <qad/formats/integer.hpp> // integer

#include <cmath>  // sqrt, log10, floor
#include <vector> // vector

using namespace qad;

struct row {
    int codes, gaps;
    double step, error, error_of_cells;
};

double root_of_mean(double sum, std::size_t count) {
    return std::sqrt(sum / static_cast<double>(count));
}
double decibels(double ratio) { return 20 * std::log10(ratio); }

/// Where 2^bits cells of equal width cut [-1, 1), each value becomes the middle of its cell.
double middle_of_cell(double x, int bits) {
    double const width = 2.0 / (1 << bits);
    return (std::floor((x + 1) / width) + 0.5) * width - 1;
}

//[measure]
/// A symmetric grid over [-1, 1]: as many codes below 0 as above it.
template <int Bits> constexpr int gaps_of = 2 * integer<Bits>::highest; // -7 ... 7: 14 gaps
template <int Bits> float snapped(float x) {
    float const step = 2.0f / gaps_of<Bits>;
    return step * static_cast<float>(integer<Bits>::nearest(x / step));
}

template <int Bits> row measure(std::vector<float> const& drawn) {
    double sum = 0, of_cells = 0;
    for (float x : drawn) {
        double const off = x - snapped<Bits>(x), off_cell = x - middle_of_cell(x, Bits);
        sum += off * off;
        of_cells += off_cell * off_cell;
    }
    return {.codes = gaps_of<Bits> + 1,
            .gaps = gaps_of<Bits>,
            .step = 2.0 / gaps_of<Bits>,
            .error = root_of_mean(sum, drawn.size()),
            .error_of_cells = root_of_mean(of_cells, drawn.size())};
}
//[measure]

int main() {
    generator random(21);
    std::vector<float> drawn(100'000);
    for (float& x : drawn) { x = static_cast<float>(random.uniform(-1, 1)); }
    row const rows[] = {measure<8>(drawn), measure<7>(drawn), measure<6>(drawn),
                        measure<5>(drawn), measure<4>(drawn), measure<3>(drawn),
                        measure<2>(drawn)};

    std::printf(
        "            symmetric grid over [-1, 1]              lost with the bit, in dB\n");
    std::printf(
        "bits  codes  gaps    step     error  step/sqrt(12)   symmetric  2^n equal cells\n");
    for (int i = 0; i < 7; ++i) {
        row const& r = rows[i];
        double const lost = i > 0 ? decibels(r.error / rows[i - 1].error) : 0;
        double const cells =
            i > 0 ? decibels(r.error_of_cells / rows[i - 1].error_of_cells) : 0;
        std::printf("%4d  %5d  %4d  %6.4f  %8.5f  %13.5f   ", 8 - i, r.codes, r.gaps, r.step,
                    r.error, r.step / std::sqrt(12.0));
        std::printf("%9s  %15s\n", i > 0 ? book::fixed(lost, 2).c_str() : "-",
                    i > 0 ? book::fixed(cells, 2).c_str() : "-");
        if (i > 4) { book::measured("lost_" + std::to_string(8 - i), book::fixed(lost, 2)); }
    }
    double const coarser = double{gaps_of<8>} / gaps_of<4>;
    double const worse = rows[4].error / rows[0].error;
    std::printf(
        "int8 to int4: half the bytes, %.1f times the step, measured %.1f times the error\n",
        coarser, worse);

    for (int i = 0; i <= 1000; ++i) {
        float const x = static_cast<float>(i - 500) / 500;
        book::plot("2.1-codes",
                   {x, snapped<3>(x), snapped<4>(x), snapped<3>(x) - x, snapped<4>(x) - x});
    }
    book::theorem("codes_8", "256");
    book::theorem("codes_4", book::fixed(1 << int4::bits));
    book::theorem("symmetric_4", book::fixed(gaps_of<4> + 1));
    book::theorem("gaps_4", book::fixed(gaps_of<4>));
    book::theorem("gaps_3", book::fixed(gaps_of<3>));
    book::theorem("gaps_2", book::fixed(gaps_of<2>));
    book::theorem("coarser", book::fixed(coarser, 1));
    book::measured("worse", book::fixed(worse, 1));
    book::theorem("db", book::fixed(decibels(2), 2));
}

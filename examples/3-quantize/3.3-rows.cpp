// SPDX-License-Identifier: MIT
// Section 3.3: a quiet row beside a loud one, under one ruler and under two; what rulers cost.
// covers: X33 L23
#include "../book.hpp"

#include <qad/core/random.hpp>    // generator
#include <qad/quantize/round.hpp> // quantize, granularity

using namespace qad;

namespace {

/// Row a, and below it row b times `louder`.
matrix<float> two_rows(std::span<float const> a, std::span<float const> b, float louder) {
    matrix<float> w(2, static_cast<index_t>(a.size()));
    float* next = std::copy(a.begin(), a.end(), w.data());
    for (float x : b) { *next++ = louder * x; }
    return w;
}
template <class Code> std::string codes(quantized_matrix<Code> const& q, index_t row) {
    std::string line;
    for (index_t j = 0; j < q.cols(); ++j) {
        char code[8];
        std::snprintf(code, sizeof code, "%5d", q.code(row, j).value);
        line += code;
    }
    return line;
}
/// |w - w^| / |w| of a row, in percent.
template <class Code>
double row_error(matrix_view<float const> w, quantized_matrix<Code> const& q, index_t i) {
    double off = 0, size = 0;
    for (index_t j = 0; j < w.cols(); ++j) {
        double const x = w(i, j), error = x - double(q(i, j));
        off += error * error;
        size += x * x;
    }
    return 100 * std::sqrt(off / size);
}

} // namespace

int main() {
    float const a[] = {0.05f, -0.08f, 0.12f, -0.15f}, b[] = {3.10f, -2.40f, 1.70f, 0.90f};
    auto const w = two_rows(a, b, 1);
    auto const shared = quantize<int4>(w, per_tensor()), own = quantize<int4>(w, per_channel());
    std::printf("int4      one scale          codes       own scale          codes\n");
    for (index_t i : {0, 1}) {
        std::printf("row %c     %.4f  %s        %.4f  %s\n", i == 0 ? 'A' : 'B',
                    shared.scale(i, 0), codes(shared, i).c_str(), own.scale(i, 0),
                    codes(own, i).c_str());
    }
    std::printf("\nB is louder      codes of A at int4         at int8\n");
    for (float louder : {1.0f, 4.0f, 13.9f, 14.1f, 253.0f, 255.0f}) {
        auto const both = two_rows(a, b, louder * 0.15f / 3.10f);
        std::printf("%5.1f times     %s    %s\n", louder,
                    codes(quantize<int4>(both, per_tensor()), 0).c_str(),
                    codes(quantize<int8>(both, per_tensor()), 0).c_str());
    }

    // Rows of many loudnesses, with a few loud weights in each: what groups are for.
    generator random(1);
    matrix<float> big(128, 4096);
    for (index_t i = 0; i < big.rows(); ++i) {
        double const loudness = 1 / (1 + 31 * random.uniform());
        for (float& x : big.row(i)) {
            double const rare = random.below(256) == 0 ? 4 : 1;
            x = static_cast<float>(loudness * rare * random.normal());
        }
    }
    std::printf("\n128 rows, up to 32 times quieter; 1 weight in 256 is 4 times louder\n");
    std::printf("int4               bits a weight   4096 x 4096   a row loses   rows lost\n");
    int k = 0;
    for (granularity cut : {per_tensor(), per_channel(), per_group(128), per_group(32)}) {
        auto const q = quantize<int4>(big, cut, {.scales = scale_format::fp16});
        double mean = 0;
        int lost = 0;
        for (index_t i = 0; i < big.rows(); ++i) {
            double const error = row_error<int4>(big, q, i);
            mean += error / static_cast<double>(big.rows());
            lost += error == 100 ? 1 : 0; // not one code but zero
        }
        double const bits = q.bits_per_weight();
        std::printf("%-18s %13.4f %10.2f MB %11.1f %% %11d\n", cut.name().c_str(), bits,
                    bits * 4096 * 4096 / 8e6, mean, lost);
        std::string const name(1, "tcgs"[k++]);
        book::measured("error_" + name, book::fixed(mean, 1));
        book::measured("lost_" + name, std::to_string(lost));
        book::theorem("bits_" + name, book::fixed(bits - 4, name == "c" ? 4 : 3));
    }

    // The picture: what a row of 256 loses under the ruler of a row that grows louder.
    std::vector<float> quiet(256), loud(256, 0.0f);
    for (float& x : quiet) { x = static_cast<float>(random.uniform(-1, 1)); }
    quiet[0] = loud[0] = 1;
    for (float louder = 1; louder < 1000; louder *= 1.03f) {
        auto const both = two_rows(quiet, loud, louder);
        auto const at_4 = quantize<int4>(both, per_tensor());
        auto const at_8 = quantize<int8>(both, per_tensor());
        auto const ruled = quantize<int4>(both, per_channel());
        book::plot("3.3-rows",
                   {louder, row_error<int4>(both, at_4, 0), row_error<int8>(both, at_8, 0),
                    row_error<int4>(both, ruled, 0)});
    }
    double worst = 0;
    for (index_t j = 0; j < w.cols(); ++j) {
        worst = std::max(worst, std::fabs(double(w(0, j)) - double(own(0, j))));
    }
    book::theorem("shared", book::fixed(shared.scale(0, 0), 4));
    book::theorem("own", book::fixed(own.scale(0, 0), 4));
    book::theorem("worst", book::fixed(worst, 4));
    book::theorem("fp16_mb", book::fixed(4096 * 4096 * 2 / 1e6, 1));
    book::theorem("int4_mb", book::fixed(4096 * 4096 / 2e6, 1));
    book::theorem("at_4", std::to_string(2 * int4::highest));
    book::theorem("at_8", std::to_string(2 * int8::highest));
}

// SPDX-License-Identifier: MIT
// Section 3.2: four weights on one ruler, by hand; then how often it happens that one is lost.
// covers: X32
#include "../book.hpp"

#include <qad/core/random.hpp>     // generator
#include <qad/quantize/round.hpp>  // quantize, ruler

using namespace qad;

namespace {

//[hand]
template <class Code> void by_hand(std::span<float const> w, char const* name) {
    extent range;
    for (float x : w) { range.include(x); }
    auto const marks = ruler<Code>::fit(range, grid::symmetric, scale_format::fp32);
    std::printf("%s: s = %.2f / %d = %.5f, nobody moves further than %.5f\n", name,
                range.magnitude(), Code::highest, marks.scale, marks.scale / 2);
    std::printf("       w      w/s   code       w^    error     lost\n");
    for (float x : w) {
        float const error = std::fabs(x - marks.nearest(x));
        std::printf("  %6.2f  %7.2f  %5.0f  %7.4f   %.4f  %5.1f %%\n", x, x / marks.scale,
                    marks.steps(x), marks.nearest(x), error, 100 * error / std::fabs(x));
    }
}
//[hand]

/// How many of a thousand rows' codes are zero, in percent, each row with its own scale.
template <class Code> double lost(matrix_view<float const> w) {
    auto const q = quantize<Code>(w, per_channel());
    double zeros = 0;
    for (index_t i = 0; i < w.rows(); ++i) {
        for (index_t j = 0; j < w.cols(); ++j) { zeros += q.code(i, j).value == 0 ? 1 : 0; }
    }
    return 100 * zeros / static_cast<double>(w.size());
}

} // namespace

int main() {
    float const w[] = {0.18f, -0.91f, 1.62f, 2.94f};
    by_hand<int4>(w, "int4");
    by_hand<int8>(w, "int8");

    generator random(1);
    matrix<float> rows(1000, 128);
    for (index_t i = 0; i < rows.rows(); ++i) {
        for (float& x : rows.row(i)) { x = static_cast<float>(random.normal()); }
    }
    double const at_8 = lost<int8>(rows), at_4 = lost<int4>(rows), at_3 = lost<int3>(rows);
    std::printf("of 128 normal weights in a row the ruler loses\n");
    std::printf("  int8 %4.1f %%     int4 %4.1f %%     int3 %4.1f %%\n", at_8, at_4, at_3);

    ruler<int4> const marks{.scale = w[3] / int4::largest};
    for (float x : w) { // the picture: weights, then the marks of their ruler
        double const kept = marks.nearest(x), error = std::fabs(x - kept);
        book::plot("3.2-hand", {x, kept, std::round(1000 * error / std::fabs(double(x))) / 10});
    }
    book::plot("3.2-hand", "\n");
    for (float k = -7; k <= 7; ++k) { book::plot("3.2-hand", {k * marks.scale, k}); }

    auto const error = [&](float x) { return std::fabs(x - marks.nearest(x)); };
    book::theorem("worst", book::fixed(100 * error(w[0]) / w[0]));
    book::theorem("second", book::fixed(100 * error(w[1]) / -w[1], 1));
    book::theorem("third", book::fixed(100 * error(w[2]) / w[2], 1));
    book::theorem("loudest", book::fixed(100 * error(w[3]) / w[3]));
    book::theorem("ratio", std::to_string(2 * int4::highest));
    book::theorem("bound", book::fixed(marks.scale / 2, 2));
    ruler<int8> const fine{.scale = w[3] / int8::largest};
    book::theorem("worst_8", book::fixed(std::fabs(w[1] - fine.nearest(w[1])), 4));
    book::measured("lost_8", book::fixed(at_8, 1));
    book::measured("lost_4", book::fixed(at_4, 0));
    book::measured("lost_3", book::fixed(at_3, 0));
}

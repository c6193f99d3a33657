// SPDX-License-Identifier: MIT
// Section 2.3: where the numbers of fp16 and bf16 stand, counted from their codes.
// covers: X23
#include "../book.hpp"

#include <qad/formats/bf16.hpp> // bf16
#include <qad/formats/fp16.hpp> // fp16

#include <cmath> // isfinite, log10, floor

using namespace qad;

//[next]
/// The codes of positive numbers stand in order: the next number is the code plus 1.
template <number_format Float> double value(Float x) { return static_cast<float>(x); }
template <number_format Float> double step_above(Float x) {
    return value(Float(x.code + 1)) - value(x);
}

/// How many positive numbers of the format lie in [low, high).
template <number_format Float> int count(double low, double high) {
    int numbers = 0;
    for (int code = 1; std::isfinite(value(Float(code))); ++code) {
        double const x = value(Float(code));
        numbers += low <= x && x < high ? 1 : 0;
    }
    return numbers;
}
//[next]

template <number_format Float> double step_at(double x) {
    return step_above(Float::nearest(static_cast<float>(x)));
}
std::string shown(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", x);
    return text;
}
template <number_format Float> double largest() {
    int code = 1;
    while (std::isfinite(value(Float(code + 1)))) { ++code; }
    return value(Float(code));
}
/// The ticks of the picture, from the codes.
template <number_format Float> void draw(float from, float to) {
    for (Float x = Float::nearest(from); value(x) <= to; x = Float(x.code + 1)) {
        book::plot("2.3-line", {value(x)});
    }
    book::plot("2.3-line", "\n");
}

int main() {
    double const tens[] = {1e-39, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2,
                           1e-1,  1,    1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e39};
    std::printf("      numbers       how many in        step at the lower end\n");
    std::printf("   from     to    fp16     bf16          fp16           bf16\n");
    draw<fp16>(0.98f, 1.03f);
    draw<bf16>(0.98f, 1.03f);
    for (int i = 0; i + 1 < 18; ++i) {
        int const fp = count<fp16>(tens[i], tens[i + 1]),
                  bf = count<bf16>(tens[i], tens[i + 1]);
        std::printf("%7.0e  %5.0e  %6d   %6d", tens[i], tens[i + 1], fp, bf);
        if (i == 0 || i == 16) {
            std::printf("             -              -\n");
            continue;
        }
        std::printf("  %12s   %12.3g\n", fp > 0 ? shown(step_at<fp16>(tens[i])).c_str() : "-",
                    step_at<bf16>(tens[i]));
        book::plot("2.3-line", {std::floor(std::log10(tens[i]) + 0.5), double(fp), double(bf)});
    }
    std::printf("\nabove        1:  fp16 steps %-12g  bf16 steps %g\n", step_at<fp16>(1),
                step_at<bf16>(1));
    std::printf("above     1024:  fp16 steps %-12g  bf16 steps %g\n", step_at<fp16>(1024),
                step_at<bf16>(1024));
    std::printf("the last number: fp16 %-18g bf16 %.4g\n", largest<fp16>(), largest<bf16>());

    book::theorem("step_fp16", book::fixed(step_at<fp16>(1), 6));
    book::theorem("step_bf16", book::fixed(step_at<bf16>(1), 7));
    book::theorem("coarser", book::fixed(step_at<bf16>(1) / step_at<fp16>(1)));
    book::theorem("step_1024", book::fixed(step_at<bf16>(1024)));
    book::theorem("last_fp16", book::fixed(largest<fp16>()));
    book::theorem("ones_fp16", std::to_string(count<fp16>(1, 10)));
    book::theorem("ones_bf16", std::to_string(count<bf16>(1, 10)));
    book::theorem("small_fp16", std::to_string(count<fp16>(1e-7, 1e-6)));
    book::theorem("small_bf16", std::to_string(count<bf16>(1e-7, 1e-6)));
}

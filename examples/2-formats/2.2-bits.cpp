// SPDX-License-Identifier: MIT
// Section 2.2: one pattern of bits read in five ways, then twelve numbers kept in five formats.
// covers: X22
#include "../book.hpp"

#include <qad/formats/bf16.hpp>    // bf16
#include <qad/formats/fp16.hpp>    // fp16
#include <qad/formats/integer.hpp> // int8, int4

#include <bit>   // bit_cast
#include <cmath> // isinf

using namespace qad;

std::string shown(float x, char const* form = "%.7g") {
    char text[32];
    std::snprintf(text, sizeof text, form, static_cast<double>(x));
    return std::isinf(x) ? "inf" : text;
}
template <number_format Format> float kept(float x) {
    return static_cast<float>(Format::nearest(x));
}
/// Kept as an integer, and read back with the scale that its grid needs to reach `largest`.
template <code_format Code> float kept_to(float x, float largest) {
    float const scale = largest / Code::largest;
    return scale * static_cast<float>(Code::nearest(x / scale));
}
template <number_format Format> int whole_numbers_to(int last) {
    int exact = 0;
    for (int n = 1; n <= last; ++n) {
        float const x = static_cast<float>(n);
        exact += kept<Format>(x) == x ? 1 : 0;
    }
    return exact;
}
template <class Float> std::string ends(Float largest, Float smallest) {
    char text[32];
    std::snprintf(text, sizeof text, "%9s %10s",
                  shown(static_cast<float>(largest), "%.5g").c_str(),
                  shown(static_cast<float>(smallest), "%.2g").c_str());
    return text;
}

/// Bits from the highest to the lowest, as boxes of the picture: x, y, what they say, the bit.
void draw(double y, std::uint32_t pattern, int bits, int exponent) {
    for (int i = 0; i < bits; ++i) {
        double const kind = i == 0 ? 0 : i <= exponent ? 1 : 2;
        book::plot("2.2-bits", {double(i), y, kind, double((pattern >> (bits - 1 - i)) & 1)});
    }
}

int main() {
    std::uint16_t const bits = 0b0100'0000'0100'1001;
    float const as_bf16 = static_cast<float>(bf16(bits)),
                as_fp16 = static_cast<float>(fp16(bits));
    float const as_fp32 = std::bit_cast<float>(std::uint32_t{bits} << 16);
    std::printf("0100'0000'0100'1001 is %s as bf16, %s as fp16, %d and %d as two int8,\n",
                shown(as_bf16).c_str(), shown(as_fp16).c_str(),
                int8::from_code(bits >> 8).value, int8::from_code(bits & 255).value);
    std::printf(
        "   %d %d %d %d as four int4, and with sixteen bits of 0 behind it %s as fp32\n\n",
        int4::from_code(bits >> 12).value, int4::from_code(bits >> 8).value,
        int4::from_code(bits >> 4).value, int4::from_code(bits).value, shown(as_fp32).c_str());

    std::printf("        sign  exponent  mantissa    largest   smallest   used for\n");
    std::printf("  fp32     1         8        23  %s   the reference, optimizer state\n",
                ends(std::bit_cast<float>(0x7f7fffff), std::bit_cast<float>(1)).c_str());
    std::printf("  fp16     1         5        10  %s   inference, mixed precision\n",
                ends(fp16(0x7bff), fp16(1)).c_str());
    std::printf("  bf16     1         8         7  %s   training\n",
                ends(bf16(0x7f7f), bf16(1)).c_str());
    std::printf("  int8   8 bits of whole number  127 scales    1 scale   careful inference\n");
    std::printf("  int4   4 bits of whole number    7 scales    1 scale   the fewest bytes; "
                "QLoRA's base\n\n");

    std::printf("        a number          fp16          bf16  int8 to 3.15  int4 to 3.15\n");
    for (float x : {0.1f, 1 / 3.0f, 1.001f, 3.14159265f, 256.5f, 2049.0f, 65504.0f, 65520.0f,
                    1e6f, 1e-5f, 1e-8f, 1e-40f}) {
        std::printf("%16s  %12s  %12s  %12s  %12s\n", shown(x).c_str(),
                    shown(kept<fp16>(x)).c_str(), shown(kept<bf16>(x)).c_str(),
                    shown(kept_to<int8>(x, 3.15f)).c_str(),
                    shown(kept_to<int4>(x, 3.15f)).c_str());
    }
    int const in_fp16 = whole_numbers_to<fp16>(1000), in_bf16 = whole_numbers_to<bf16>(1000);
    std::printf("\nof the whole numbers from 1 to 1000 fp16 holds %d, bf16 %d\n", in_fp16,
                in_bf16);

    float const pi = 3.14159265f;
    draw(4, std::bit_cast<std::uint32_t>(pi), 32, 8);
    draw(3, bf16::nearest(pi).code, 16, 8);
    draw(2, fp16::nearest(pi).code, 16, 5);
    draw(1, int8::nearest(pi / (3.15f / 127)).code(), 8, 0);
    draw(0, int4::nearest(pi / (3.15f / 7)).code(), 4, 0);
    book::plot("2.2-bits", "\n"); // another block: what it reads as
    book::plot("2.2-bits", "4 fp32 " + shown(pi, "%.8g"));
    book::plot("2.2-bits", "3 bf16 " + shown(kept<bf16>(pi)));
    book::plot("2.2-bits", "2 fp16 " + shown(kept<fp16>(pi)));
    book::plot("2.2-bits", "1 int8 " + shown(kept_to<int8>(pi, 3.15f)));
    book::plot("2.2-bits", "0 int4 " + shown(kept_to<int4>(pi, 3.15f)));

    book::theorem("pi_bf16", shown(as_bf16));
    book::theorem("pi_fp16", shown(as_fp16, "%.3f"));
    book::theorem("whole_fp16", std::to_string(in_fp16));
    book::theorem("whole_bf16", std::to_string(in_bf16));
    book::theorem("every", std::to_string(whole_numbers_to<bf16>(256)));
    book::theorem("second", "512");
    book::theorem("beyond_fp16", "65520");
    book::theorem("kept_65520", shown(kept<bf16>(65520)));
}

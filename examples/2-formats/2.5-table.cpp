// SPDX-License-Identifier: MIT
// Section 2.5: the table for the head, what stands beside the codes, and a model as it is.
// covers: X25
#include "../book.hpp"

#include <qad/fit/models.hpp>  // llama3_70b
#include <qad/fit/storage.hpp> // storage, stored_bytes, bits_per_weight
#include <qad/fit/weights.hpp> // weight_bytes

using namespace qad;

constexpr index_t nominal = 70'000'000'000;
double in_gb(byte_count b) { return gigabytes(b).value; }

/// A bar of the picture: what comes on top of 35 GB, and why.
void draw(char const* name, double scales, double count, double wide) {
    char line[96];
    std::snprintf(line, sizeof line, "\"%s\" %.4f %.4f %.4f", name, scales, count, wide);
    book::plot("2.5-table", line);
}

/// A 70B whose weights are all stored alike, in rows of `cols`.
double show(char const* name, storage s, index_t cols) {
    double const all = in_gb(stored_bytes(nominal / cols, cols, s));
    std::printf("  %-42s %8.3f %9.2f\n", name, bits_per_weight(s, cols), all);
    if (s.bits == 4 && s.scale_bits > 0) { draw(name, all - 35, 0, 0); }
    return all;
}

int main() {
    std::printf("in the head, GB         fp32   16 bits      int8      int4\n");
    for (index_t size : {7, 13, 70}) {
        std::printf("  %2lldB              ", static_cast<long long>(size));
        for (double bits : {32, 16, 8, 4}) {
            double const gb = in_gb(packed_bytes(size * 1'000'000'000, bits));
            std::printf("%8.1f  ", gb);
            if (bits == 16) { book::theorem("half_" + std::to_string(size), book::fixed(gb)); }
        }
        std::printf("\n");
    }
    std::printf("\n70 billion weights and their scales               bits        GB\n");
    double const bare = show("4 bits, no scales", {4}, nominal);
    show("4 bits, a scale a row of 8192", in_rows(4), 8192);
    double const in_128 = show("4 bits, a scale for 128", in_groups(4, 128), nominal);
    double const qlora = show("nf4, a scale for 64, scales in 8 bits", in_nf4_double, nominal);
    double const in_32 = show("4 bits, a scale for 32", in_groups(4, 32), nominal);
    show("nf4, an fp32 scale for 64", in_nf4, nominal);
    show("8 bits, a scale for 32", in_groups(8, 32), nominal);

    constexpr storage g128 = in_groups(4, 128);
    auto const alike = weight_bytes(llama3_70b, g128).total();
    auto const usual = weight_bytes(llama3_70b, {.linear = g128, .embedding = in_fp16}).total();
    std::printf("\nLlama-3.1-70B: %s weights, a scale for 128     GB\n",
                book::grouped(parameters(llama3_70b)).c_str());
    std::printf("  every matrix in 4 bits                           %9.2f\n", in_gb(alike));
    std::printf("  its embedding and its head left in 16 bits       %9.2f\n", in_gb(usual));
    double const codes = in_gb(packed_bytes(parameters(llama3_70b), 4));
    draw("Llama-3.1-70B, a scale for 128", in_gb(alike) - codes, codes - 35, 0);
    draw("and embedding, head in 16 bits", in_gb(alike) - codes, codes - 35,
         in_gb(usual) - in_gb(alike));

    auto const ragged = stored_bytes(3, 100, in_groups(4, 64));
    std::printf(
        "\n3 rows of 100 in groups of 64: 150 bytes of codes, 6 scales of 2: %lld bytes\n",
        static_cast<long long>(ragged.count));

    book::theorem("head_gb", book::fixed(bare));
    book::theorem("bits_128", book::fixed(bits_per_weight(g128), 3));
    book::theorem("gb_128", book::fixed(in_128, 2));
    book::theorem("gb_32", book::fixed(in_32, 2));
    book::theorem("bits_qlora", book::fixed(bits_per_weight(in_nf4_double), 3));
    book::theorem("gb_qlora", book::fixed(qlora, 2));
    book::theorem("wide_gb", book::fixed(in_gb(usual) - in_gb(alike), 1));
    book::theorem("one", book::fixed(in_gb(packed_bytes(1'000'000'000, 8))));
    book::theorem("group", book::fixed(double(g128.group)));
    book::theorem("short_group", "32");
    book::theorem("block", book::fixed(double(in_nf4_double.group)));
}

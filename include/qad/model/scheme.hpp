// SPDX-License-Identifier: MIT
// How a weight is to be stored, chosen at run time.
#ifndef QAD_MODEL_SCHEME_HPP
#define QAD_MODEL_SCHEME_HPP

#include <qad/model/weight.hpp>   // weight
#include <qad/quantize/round.hpp> // quantize, quantize_options

#include <charconv>    // from_chars
#include <string_view> // string_view

namespace qad {

enum class weight_format { fp32, bf16, fp16, int8, int4, int3, nf4 };

/// A format, how it is cut, and how it is rounded.
struct weight_scheme {
    weight_format format = weight_format::int4;
    granularity cut = per_group(64);
    quantize_options rounding{.scales = scale_format::fp16};

    bool is_quantized() const { return format >= weight_format::int8; }
};

/// Calls f.template operator()<Code>() for a quantized format.
template <class F> decltype(auto) with_code(weight_format format, F&& f) {
    switch (format) {
    case weight_format::int8:
        return f.template operator()<int8>();
    case weight_format::int4:
        return f.template operator()<int4>();
    case weight_format::int3:
        return f.template operator()<int3>();
    case weight_format::nf4:
        return f.template operator()<nf4>();
    default:
        fail("this needs a quantized format: int8, int4, int3 or nf4");
    }
}

/// The matrix w rounded to nearest in the format of the scheme.
inline weight round_to(matrix_view<float const> w, weight_scheme const& scheme) {
    auto const convert = [&]<class Format>() {
        matrix<Format> out(w.rows(), w.cols());
        for (index_t i = 0; i < w.rows(); ++i) {
            for (index_t j = 0; j < w.cols(); ++j) { out(i, j) = Format::nearest(w(i, j)); }
        }
        return shared_matrix<Format>(std::move(out));
    };
    switch (scheme.format) {
    case weight_format::fp32:
        return shared_matrix<float>(matrix<float>(w));
    case weight_format::bf16:
        return convert.template operator()<bf16>();
    case weight_format::fp16:
        return convert.template operator()<fp16>();
    default:
        return with_code(scheme.format, [&]<class Code>() -> weight {
            return quantize<Code>(w, scheme.cut, scheme.rounding);
        });
    }
}

inline constexpr std::string_view weight_format_names[] = {"fp32", "bf16", "fp16", "int8",
                                                           "int4", "int3", "nf4"};

/// "int4" for int4.
template <class Code> constexpr std::string_view format_name() {
    constexpr auto format = std::is_same_v<Code, int8>   ? weight_format::int8
                            : std::is_same_v<Code, int4> ? weight_format::int4
                            : std::is_same_v<Code, int3> ? weight_format::int3
                                                         : weight_format::nf4;
    static_assert(format != weight_format::nf4 || std::is_same_v<Code, nf4>);
    return weight_format_names[static_cast<std::size_t>(format)];
}

inline weight_format parse_format(std::string_view name) {
    for (std::size_t i = 0; i < std::size(weight_format_names); ++i) {
        if (name == weight_format_names[i]) { return static_cast<weight_format>(i); }
    }
    fail("unknown format \"", name, "\"; choose fp32, bf16, fp16, int8, int4, int3 or nf4");
}

/// "64" (columns in a group), "channel" or "tensor".
inline granularity parse_granularity(std::string_view name) {
    if (name == "channel") { return per_channel(); }
    if (name == "tensor") { return per_tensor(); }
    index_t size = 0;
    auto const [end, problem] = std::from_chars(name.data(), name.data() + name.size(), size);
    if (problem != std::errc() || end != name.data() + name.size() || size <= 0) {
        fail("unknown group \"", name, "\"; choose a number of columns, channel or tensor");
    }
    return per_group(size);
}

/// "int4", "int4:64", "int8:channel", "bf16" …; "nf4:64:double" quantizes the scales as well.
inline weight_scheme parse_scheme(std::string_view name) {
    weight_scheme scheme;
    if (constexpr std::string_view twice = ":double"; name.ends_with(twice)) {
        scheme.rounding.scales = scale_format::double_quantized;
        name.remove_suffix(twice.size());
    }
    auto const colon = name.find(':');
    scheme.format = parse_format(name.substr(0, colon));
    if (colon != name.npos) { scheme.cut = parse_granularity(name.substr(colon + 1)); }
    return scheme;
}

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// The checkpoints that transformers wrote, loaded.
#ifndef QAD_TESTS_SUPPORT_GOLDEN_MODEL_HPP
#define QAD_TESTS_SUPPORT_GOLDEN_MODEL_HPP

#include <qad/model/load.hpp>   // load
#include <qad/model/scheme.hpp> // parse_scheme, round_to

#include "support/golden.hpp" // golden_directory

namespace qad::test {

/// One of them, as it is stored, or rounded to a scheme ("int4:16").
inline transformer<float, weight> golden_model(char const* name,
                                               char const* scheme = nullptr) {
    load_options options;
    if (scheme) {
        options.convert = [=](std::string const&, weight w) {
            return round_to(to_float(w), parse_scheme(scheme));
        };
    }
    return load(golden_directory() / name, options);
}

/// A text that all of them can read.
inline std::vector<std::int32_t> const some_tokens = {5, 9, 33, 7, 80, 12, 3, 61, 22, 40, 17};

} // namespace qad::test

#endif

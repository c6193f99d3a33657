// SPDX-License-Identifier: MIT
// The checkpoints that transformers wrote, with what it computed from them.
#ifndef QAD_TESTS_SUPPORT_GOLDEN_HPP
#define QAD_TESTS_SUPPORT_GOLDEN_HPP

#include <qad/io/safetensors.hpp> // safetensors_file

#include <cmath>      // abs
#include <filesystem> // path
#include <string>     // string
#include <vector>     // vector

namespace qad::test {

inline std::filesystem::path golden_directory() {
    return std::filesystem::path(QAD_SOURCE_DIR) / "tests" / "goldens";
}

/// The model directories: those with an expected.safetensors.
inline std::vector<std::filesystem::path> golden_models() {
    std::vector<std::filesystem::path> found;
    for (auto const& entry : std::filesystem::directory_iterator(golden_directory())) {
        if (std::filesystem::exists(entry.path() / "expected.safetensors") &&
            std::filesystem::exists(entry.path() / "config.json")) {
            found.push_back(entry.path());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

struct golden {
    std::vector<std::int32_t> tokens, greedy;
    matrix<float> logits; // tokens × vocabulary

    explicit golden(std::filesystem::path const& directory)
        : golden(safetensors_file(directory / "expected.safetensors")) {}

    float largest() const {
        float result = 0;
        for (index_t i = 0; i < logits.size(); ++i) { result = std::max(result, std::abs(logits.data()[i])); }
        return result;
    }

  private:
    explicit golden(safetensors_file const& file)
        : tokens(numbers(file.at("tokens"))), greedy(numbers(file.at("greedy"))),
          logits(float_matrix(file.at("logits"))) {}
    static std::vector<std::int32_t> numbers(tensor_entry const& tensor) {
        auto const stored = stored_matrix<std::int32_t>(tensor);
        return {stored.row(0).begin(), stored.row(0).end()};
    }
};

} // namespace qad::test

#endif

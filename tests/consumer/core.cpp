// SPDX-License-Identifier: MIT
// A program outside the tree that wants number formats and nothing else.
#include <qad/formats/bf16.hpp> // bf16

#include <cstdio> // printf

int main() {
    float const pi = static_cast<float>(qad::bf16::nearest(3.14159f));
    std::printf("%g\n", static_cast<double>(pi));
    return pi == 3.140625f ? 0 : 1; // eight bits of pi
}

// SPDX-License-Identifier: MIT
// Chapter 2: numbers are storage decisions — chapters/2-formats/README.md
#ifndef QAD_FORMATS_HPP
#define QAD_FORMATS_HPP

#include <qad/formats/bf16.hpp>     // bf16
#include <qad/formats/dynamic8.hpp> // dynamic8
#include <qad/formats/format.hpp>   // number_format, code_format
#include <qad/formats/fp16.hpp>     // fp16
#include <qad/formats/integer.hpp>  // int8, int4, int3, int2
#include <qad/formats/nf4.hpp>      // nf4
#include <qad/formats/packed.hpp>   // packed_codes

#endif

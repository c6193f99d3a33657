// SPDX-License-Identifier: MIT
// Everything. A chapter needs one folder: include its umbrella instead.
#ifndef QAD_QAD_HPP
#define QAD_QAD_HPP

#include <qad/core.hpp>
#include <qad/core/eigen.hpp>
#include <qad/fit.hpp>
#include <qad/formats.hpp>
#include <qad/quantize.hpp>
#include <qad/attend.hpp>
#include <qad/layers.hpp>
#include <qad/adapt.hpp>
#include <qad/io.hpp>
#include <qad/simd.hpp>
#include <qad/model.hpp>
#include <qad/train.hpp>
#include <qad/decide.hpp>

#endif

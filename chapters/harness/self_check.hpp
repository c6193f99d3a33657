// SPDX-License-Identifier: MIT
// What the self-checks of the chapters are written with. A check is an ordinary doctest program
// that knows no implementation: it includes its contract and calls what that names as impl::….
#ifndef QAD_CHAPTERS_SELF_CHECK_HPP
#define QAD_CHAPTERS_SELF_CHECK_HPP

#include "contract.hpp" // JUDGED
#include "judge.hpp"    // judge, judge_law, normal, uniform

#define CONTRACT JUDGED
namespace qad::judged {}
namespace impl = qad::judged;

#endif

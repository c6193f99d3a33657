// SPDX-License-Identifier: MIT
// Chapter 5: adapters beside frozen weights.
#ifndef QAD_ADAPT_HPP
#define QAD_ADAPT_HPP

#include <qad/adapt/adapted.hpp>       // adapted
#include <qad/adapt/lora.hpp>          // lora, make_lora, add_lora
#include <qad/adapt/lora_gradient.hpp> // lora_gradient
#include <qad/adapt/low_rank.hpp>      // best_rank, nearest_lora
#include <qad/adapt/merge.hpp>         // merge, mergeable

#endif

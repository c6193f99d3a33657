// SPDX-License-Identifier: MIT
// Chapter 5: gradients through the whole model, optimizers, fine-tuning.
#ifndef QAD_TRAIN_HPP
#define QAD_TRAIN_HPP

#include <qad/train/adamw.hpp>
#include <qad/train/backward.hpp>
#include <qad/train/examples.hpp>
#include <qad/train/finish.hpp>
#include <qad/train/gradient.hpp>
#include <qad/train/head_gradient.hpp>
#include <qad/train/kept_block.hpp>
#include <qad/train/learn.hpp>
#include <qad/train/product.hpp>
#include <qad/train/resume.hpp>
#include <qad/train/schedule.hpp>
#include <qad/train/trained_weight.hpp>
#include <qad/train/step_memory.hpp>
#include <qad/train/trainer.hpp>
#include <qad/train/whole_sequence.hpp>

#endif

// SPDX-License-Identifier: MIT
// Chapter 4: attention and the caches it reads.
#ifndef QAD_ATTEND_HPP
#define QAD_ATTEND_HPP

#include <qad/attend/attend.hpp>          // attend
#include <qad/attend/attend_gradient.hpp> // attend_gradient
#include <qad/attend/heads.hpp>           // head_layout, mha, gqa, mqa
#include <qad/attend/kv_cache.hpp>        // kv_cache
#include <qad/attend/kv_pages.hpp>        // kv_pages
#include <qad/attend/kv_row.hpp>          // kv_row, kv_run
#include <qad/attend/kv_store.hpp>        // kv_store
#include <qad/attend/online_softmax.hpp>  // online_softmax
#include <qad/attend/page_pool.hpp>       // page_pool
#include <qad/attend/paged.hpp>           // paged_cache

#endif

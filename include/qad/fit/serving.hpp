// SPDX-License-Identifier: MIT
// Chapter 1.3, "Why this matters to a Lead AI Engineer" — chapters/1-fit/README.md#s1-3
#ifndef QAD_FIT_SERVING_HPP
#define QAD_FIT_SERVING_HPP

#include <qad/fit/kv.hpp>      // kv_bytes
#include <qad/fit/ledger.hpp>  // ledger
#include <qad/fit/models.hpp>  // llama3_8b and its like
#include <qad/fit/weights.hpp> // weight_bytes

namespace qad {

/// How a model is to be served. `{.weights = {4.5}, .context = 8192}`: 4.5 bits per weight, one
/// user with 8192 tokens in an fp16 cache.
struct serving_plan {
    storage weights = in_fp16;
    storage embedding = unsaid; ///< and head; unsaid: like the weights
    storage kv = in_fp16;
    index_t context = 0; ///< tokens of one request, prompt and answer
    index_t users = 1;   ///< requests at the same time
    byte_count workspace = {}; ///< activations, kernels' buffers, the driver's own: measure it
};

/// The memory of a card. `reserve` is the share of it that shall stay free: a card filled to
/// the last byte fails at the first surprise.
struct card {
    byte_count memory;
    double reserve = 0;

    constexpr card(byte_count size, double kept_free = 0)
        : memory(size), reserve(kept_free) {
        if (!(reserve >= 0 && reserve < 1)) {
            fail("the reserve is a share of the card, from 0 to below 1, not ", reserve,
                 " (chapter 1.3)");
        }
    }
    template <index_t Unit>
    constexpr card(amount<Unit> size, double kept_free = 0)
        : card(byte_count(size), kept_free) {}

    constexpr byte_count usable() const {
        return byte_count(amount<1>((1 - reserve) * static_cast<double>(memory.count)));
    }
};

/// What serving needs: memory = weights + users · KV cache + workspace.
struct memory_budget {
    index_t parameters = 0, kv_numbers = 0; // of the model; of one user
    byte_count weights, kv_per_user, workspace;
    index_t users = 1;

    //[budget]
    constexpr byte_count kv() const { return users * kv_per_user; }
    constexpr byte_count total() const { return weights + kv() + workspace; }

    /// What is left of the card; negative: what is missing.
    constexpr byte_count headroom(card c) const { return c.usable() - total(); }
    /// With room to spare: a headroom of nothing serves nobody.
    constexpr bool fits_in(card c) const { return headroom(c) > byte_count(0); }

    /// The largest number of users that fits; 0 when it loads and cannot serve a request, −1
    /// when it does not even load. Without a context, requests cost nothing: there is no bound.
    constexpr index_t max_users(card c) const {
        index_t const left = (c.usable() - weights - workspace).count;
        if (left <= 0) { return -1; }
        return kv_per_user.count > 0 ? (left - 1) / kv_per_user.count : INT64_MAX;
    }
    //[budget]

    constexpr ledger lines() const {
        ledger all;
        all.add("weights", parameters, weights);
        all.add("KV cache", users * kv_numbers, kv());
        all.add("workspace", 0, workspace);
        return all;
    }
};

/// Does it fit? The sum of chapter 1, exact to the byte and known while compiling:
///
///   constexpr auto need = fit(llama3_8b, {.weights = {4.5}, .context = 8192});
///   static_assert(need.fits_in(6_GiB));
constexpr memory_budget fit(model_shape const& model, serving_plan const& plan) {
    memory_budget need;
    need.parameters = parameters(model);
    need.weights =
        weight_bytes(model, {.linear = plan.weights, .embedding = plan.embedding}).total();
    need.kv_numbers = checked_mul(kv_values(model), plan.context);
    need.kv_per_user = kv_bytes(model, plan.context, plan.kv);
    need.workspace = plan.workspace;
    need.users = plan.users;
    return need;
}

static_assert(fit(llama3_8b, {.weights = {4.5}, .context = 8192}).fits_in(6_GiB));

} // namespace qad

#endif

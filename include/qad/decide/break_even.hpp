// SPDX-License-Identifier: MIT
// Chapter 5.6, "Full fine-tune vs PEFT vs prompt vs RAG" — chapters/5-adapt/README.md#s5-6
#ifndef QAD_DECIDE_BREAK_EVEN_HPP
#define QAD_DECIDE_BREAK_EVEN_HPP

#include <qad/core/error.hpp> // fail

namespace qad {

/// What training costs once, against tokens that every request pays for without it: few-shot
/// examples, retrieved passages. One currency.
struct running_cost {
    double training = 0;          ///< of one run, with its evaluation
    double extra_tokens = 0;      ///< put before each request
    double price_per_million = 0; ///< of such tokens
};

/// The extra price of one request.
constexpr double cost_per_request(running_cost const& c) {
    return c.extra_tokens * c.price_per_million / 1e6;
}

/// Requests after which training was cheaper = training / (extra tokens · price of a token).
/// 12 GPU hours at 2.50 against 2000 tokens at 0.10 a million: 30 / 0.0002 = 150,000. It counts
/// from the beginning whenever the model has to be trained again, and says nothing on quality.
constexpr double break_even(running_cost const& c) {
    if (!(c.training >= 0 && c.extra_tokens > 0 && c.price_per_million > 0)) {
        fail("the break-even needs extra tokens and a price above 0 and a training cost of at ",
             "least 0, not ", c.extra_tokens, ", ", c.price_per_million, " and ", c.training,
             " (chapter 5.6)");
    }
    return c.training / cost_per_request(c);
}

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// The world: 128 products with 8 attributes each, 1,024 facts, some told often, some seldom.
#ifndef QAD_LAB_WORLD_FACTS_HPP
#define QAD_LAB_WORLD_FACTS_HPP

#include "attributes.hpp" // attributes
#include "names.hpp"      // short_names, nouns

namespace qad::lab {

struct product {
    std::string name, noun;
    bool for_training; ///< adaptation may train on it; else it belongs to the evaluation

    std::string full() const { return name + " " + noun; }
};

/// One value of one product. Facts of bucket 0 are told 18 times as often as those of bucket 3.
struct fact {
    std::size_t product, attribute, value, bucket;
};
inline constexpr std::array<unsigned, 4> bucket_weights = {160, 60, 20, 9};

/// Everything that is true. Each attribute has 32 facts in each bucket: 14 of the 56 products
/// that adaptation may see, 18 of the 72 that evaluation asks about.
struct world {
    static constexpr std::size_t products_made = 128, products_to_train = 56;

    std::uint64_t seed;
    std::vector<product> products;
    std::vector<fact> facts;            ///< of product p and attribute a: facts[8 p + a]
    std::vector<std::string> strangers; ///< names of two syllables that no product has

    explicit world(std::uint64_t world_seed = 1) : seed(world_seed) {
        auto const names = short_names(seed);
        for (std::size_t p = 0; p < products_made; ++p) {
            products.push_back(
                {names[p], std::string(nouns[p % nouns.size()]), p < products_to_train});
        }
        strangers.assign(names.begin() + products_made, names.end());

        for (std::size_t p = 0; p < products_made; ++p) {
            for (std::size_t a = 0; a < attributes.size(); ++a) {
                facts.push_back({p, a, 0, 0});
            }
        }
        for (std::size_t a = 0; a < attributes.size(); ++a) {
            generator random = numbers_of(seed, 2, a);
            for (std::size_t p = 0; p < products_made; ++p) {
                at(p, a).value = below(random, attributes[a].values.size());
            }
            // Deal the buckets out among both kinds of products.
            auto const deal = [&](std::size_t first, std::size_t last) {
                std::vector<std::size_t> order;
                for (std::size_t p = first; p < last; ++p) { order.push_back(p); }
                shuffle(random, order);
                for (std::size_t i = 0; i < order.size(); ++i) {
                    at(order[i], a).bucket = i % 4;
                }
            };
            deal(0, products_to_train);
            deal(products_to_train, products_made);
        }
        for (std::size_t i = 0; i < facts.size(); ++i) {
            by_bucket_[facts[i].attribute][facts[i].bucket].push_back(i);
        }
    }

    fact const& at(std::size_t p, std::size_t a) const {
        return facts[p * attributes.size() + a];
    }
    std::string full_name(fact const& f) const { return products[f.product].full(); }
    std::string value(fact const& f) const { return attributes[f.attribute].value(f.value); }

    /// The number of a fact, drawn by the weight of its bucket; of one attribute if given.
    std::size_t draw(generator& random) const {
        std::size_t const a = below(random, attributes.size());
        return draw(random, a);
    }
    std::size_t draw(generator& random, std::size_t attribute) const {
        std::size_t const bucket = weighted(random, bucket_weights);
        return pick(random, by_bucket_[attribute][bucket]);
    }
    /// `count` different ones.
    std::vector<std::size_t> draw_many(generator& random, std::size_t count) const {
        std::vector<std::size_t> drawn;
        while (drawn.size() < count) { add_new(drawn, draw(random)); }
        return drawn;
    }
    std::vector<std::size_t> draw_many(generator& random, std::size_t count,
                                       std::size_t attribute) const {
        std::vector<std::size_t> drawn;
        while (drawn.size() < count) { add_new(drawn, draw(random, attribute)); }
        return drawn;
    }

  private:
    fact& at(std::size_t p, std::size_t a) { return facts[p * attributes.size() + a]; }
    static void add_new(std::vector<std::size_t>& list, std::size_t item) {
        if (std::find(list.begin(), list.end(), item) == list.end()) { list.push_back(item); }
    }

    std::array<std::array<std::vector<std::size_t>, 4>, attributes.size()> by_bucket_;
};

inline world make_world(std::uint64_t seed) { return world(seed); }

/// The name of any product, or of any that adaptation may train on.
inline std::string some_product(world const& w, generator& random, bool for_training) {
    return w.products[below(random, for_training ? w.products_to_train : w.products.size())]
        .full();
}

} // namespace qad::lab

#endif

// SPDX-License-Identifier: MIT
// What changes: in each of five weeks 3 in 10 facts get new values, and a notice says so.
#ifndef QAD_LAB_WORLD_CHANGES_HPP
#define QAD_LAB_WORLD_CHANGES_HPP

#include "reading.hpp" // claim, notice, date

namespace qad::lab {

struct change {
    std::size_t week; ///< 1, …, 5
    std::string day;
    std::size_t fact, before, after; ///< numbers of a fact and of its values
    std::string text;                ///< the notice
};

class history {
  public:
    static constexpr std::size_t weeks = 5;
    /// The day on which the notices of a week come out; 0: the week before the first.
    static std::string day(std::size_t week) {
        static constexpr std::size_t days[weeks + 1][2] = {{4, 28}, {5, 5},  {5, 12},
                                                           {5, 19}, {5, 26}, {6, 2}};
        return date(2031, days[week][0], days[week][1]);
    }

    explicit history(world const& w) : world_(w) {
        std::vector<std::size_t> now;
        for (fact const& f : w.facts) { now.push_back(f.value); }
        values_.push_back(now);
        for (std::size_t week = 1; week <= weeks; ++week) {
            generator random = numbers_of(w.seed, 4, week);
            std::vector<std::size_t> order(w.facts.size());
            for (std::size_t i = 0; i < order.size(); ++i) { order[i] = i; }
            shuffle(random, order);
            order.resize(w.facts.size() * 3 / 10);
            for (std::size_t number : order) {
                fact const& f = w.facts[number];
                // A value that was never this fact's: one can tell which week an answer is of.
                claim said{w.full_name(f), f.attribute, 0};
                do {
                    said.value = below(random, attributes[f.attribute].values.size());
                } while (was(number, said.value));
                std::size_t const form = below(random, 6);
                changes_.push_back({week, day(week), number, now[number], said.value,
                                    notice(said, form, day(week))});
                now[number] = said.value;
            }
            values_.push_back(now);
        }
    }

    std::vector<change> const& changes() const { return changes_; }
    /// The true value of a fact after `week` weeks; 0: what the base model was taught.
    std::string value(std::size_t number, std::size_t week) const {
        return attributes[world_.facts[number].attribute].value(values_[week][number]);
    }
    bool changed_in_first_week(std::size_t number) const {
        return values_[0][number] != values_[1][number];
    }

  private:
    bool was(std::size_t number, std::size_t value) const {
        return std::any_of(values_.begin(), values_.end(),
                           [&](auto const& week) { return week[number] == value; });
    }

    world const& world_;
    std::vector<change> changes_;
    std::vector<std::vector<std::size_t>> values_; // by week and fact
};

} // namespace qad::lab

#endif

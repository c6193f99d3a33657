// SPDX-License-Identifier: MIT
// Statements of Jinja, and how loops run them.
#ifndef QAD_IO_JINJA_STATEMENT_HPP
#define QAD_IO_JINJA_STATEMENT_HPP

#include <qad/io/jinja_expression.hpp> // expression

namespace qad::jinja {

/// Whether to go on after a statement.
enum class flow { on, next, leave };
using statement = std::function<flow(context&)>;

inline flow run(std::vector<statement> const& body, context& c) {
    for (statement const& s : body) {
        c.step();
        if (flow const f = s(c); f != flow::on) { return f; }
    }
    return flow::on;
}

/// {% for names in over if test %} inner {% else %} otherwise {% endfor %}
inline flow loop(context& c, int line, std::vector<std::string> const& names,
                 expression const& over, expression const& test,
                 std::vector<statement> const& inner, std::vector<statement> const& otherwise) {
    c.line = line;
    list items = c.iterated(over(c));
    auto const bind = [&](value const& item) {
        c.step();
        if (names.size() == 1) { return c.set(names[0], item); }
        list const parts = c.iterated(item);
        if (parts.size() != names.size()) {
            c.refuse("a loop over ", names.size(), " names got ", parts.size(), " values");
        }
        for (std::size_t i = 0; i < names.size(); ++i) { c.set(names[i], parts[i]); }
    };
    if (test) {
        std::erase_if(items, [&](value const& item) {
            c.scopes.emplace_back();
            bind(item);
            bool const keep = test(c).truth();
            c.scopes.pop_back();
            return !keep;
        });
    }
    if (items.empty()) { return run(otherwise, c); }
    flow last = flow::on;
    auto const size = static_cast<std::int64_t>(items.size());
    for (std::int64_t i = 0; i < size && last != flow::leave; ++i) {
        auto const neighbour = [&](std::int64_t k) {
            return k < 0 || k >= size ? value(undefined{"a neighbour in the loop"})
                                      : items[static_cast<std::size_t>(k)];
        };
        c.scopes.emplace_back(); // what a turn sets ends with it
        bind(items[static_cast<std::size_t>(i)]);
        c.set("loop", map{{"index", i + 1},
                          {"index0", i},
                          {"revindex", size - i},
                          {"revindex0", size - i - 1},
                          {"first", i == 0},
                          {"last", i + 1 == size},
                          {"length", size},
                          {"previtem", neighbour(i - 1)},
                          {"nextitem", neighbour(i + 1)}});
        last = run(inner, c);
        c.scopes.pop_back();
    }
    return flow::on;
}

} // namespace qad::jinja

#endif

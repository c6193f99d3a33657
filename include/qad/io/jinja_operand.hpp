// SPDX-License-Identifier: MIT
// Operands of Jinja's expressions: values, and what is done to them from behind.
#ifndef QAD_IO_JINJA_OPERAND_HPP
#define QAD_IO_JINJA_OPERAND_HPP

#include <qad/io/jinja_filters.hpp>   // apply_filter
#include <qad/io/jinja_operators.hpp> // member, slice
#include <qad/io/jinja_words.hpp>     // word_reader

#include <array> // array

namespace qad::jinja {

using expression = std::function<value(context&)>;

/// Parses names, literals and brackets, and what stands behind them: .name, [i], (…), | filter
/// and is test.
class operand_parser {
  protected:
    explicit operand_parser(word_reader& words) : words_(words) {}
    ~operand_parser() = default;

    /// A whole expression, for what stands in brackets.
    virtual expression conditional() = 0;

    /// Everything that makes functions call each other counts, so that no text is too deep for
    /// the stack.
    void deeper() {
        if (++nested_ > 200) { words_.refuse("an expression with more than 200 operators"); }
    }

    expression primary() {
        deeper();
        word const w = words_.next();
        if (w.kind == word_kind::text) {
            std::string text = w.text;
            while (words_.peek().kind == word_kind::text) { text += words_.next().text; }
            return [v = value(text)](context&) { return v; };
        }
        if (w.kind == word_kind::number) {
            if (w.text.size() > 18) { words_.refuse("the number ", w.text, " is too large"); }
            if (words_.is(word_kind::sign, ".")) {
                words_.refuse("fractions are not supported");
            }
            return [v = value(std::int64_t{std::stoll(w.text)})](context&) { return v; };
        }
        if (w.kind == word_kind::name) {
            std::string const name = w.text;
            if (name == "true" || name == "True") {
                return [](context&) { return value(true); };
            }
            if (name == "false" || name == "False") {
                return [](context&) { return value(false); };
            }
            if (name == "none" || name == "None") {
                return [](context&) { return value(none{}); };
            }
            return [name](context& c) {
                c.step();
                return c.look_up(name);
            };
        }
        if (w.kind == word_kind::sign && w.text == "[") { return items("]"); }
        if (w.kind == word_kind::sign && w.text == "{") { return members(); }
        if (w.kind == word_kind::sign && w.text == "(") {
            expression inner = conditional();
            if (words_.take(",")) { words_.refuse("tuples are not supported"); }
            words_.want(")");
            return inner;
        }
        words_.refuse("expected a value, found '", w.text, "'");
    }
    expression items(std::string_view close) {
        std::vector<expression> parts;
        while (!words_.take(close)) {
            parts.push_back(conditional());
            if (!words_.take(",") && !words_.is(word_kind::sign, close)) { words_.want(close); }
        }
        return [parts](context& c) {
            list made;
            for (auto const& part : parts) { made.push_back(part(c)); }
            return c.list_of(std::move(made));
        };
    }
    expression members() {
        std::vector<std::pair<expression, expression>> parts;
        while (!words_.take("}")) {
            expression key = conditional();
            words_.want(":");
            parts.emplace_back(std::move(key), conditional());
            if (!words_.take(",") && !words_.is(word_kind::sign, "}")) { words_.want("}"); }
        }
        return [parts](context& c) {
            map made;
            for (auto const& [key, part] : parts) {
                std::string const name = c.text(key(c), "a mapping's key");
                if (find(made, name)) { c.refuse("a mapping has '", name, "' twice"); }
                made.emplace_back(name, part(c));
            }
            c.take((made.size() + 1) * 2 * sizeof(value));
            return value(std::move(made));
        };
    }

    using made_arguments = std::function<arguments(context&)>;
    made_arguments call() {
        std::vector<std::pair<std::string, expression>> parts;
        while (!words_.take(")")) {
            std::string name;
            if (words_.peek().kind == word_kind::name && words_.peek(1).text == "=" &&
                words_.peek(1).kind == word_kind::sign) {
                name = words_.next().text;
                words_.next();
            }
            parts.emplace_back(name, conditional());
            if (!words_.take(",") && !words_.is(word_kind::sign, ")")) { words_.want(")"); }
        }
        return [parts](context& c) {
            arguments given;
            for (auto const& [name, part] : parts) {
                if (name.empty()) {
                    given.plain.push_back(part(c));
                } else {
                    given.named.emplace_back(name, part(c));
                }
            }
            return given;
        };
    }
    expression after(expression inner, bool filters);

    word_reader& words_;
    int nested_ = 0;
};

/// What stands behind a value: .name, .name(…), [i], [a:b], (…), and | filter, is test.
inline expression operand_parser::after(expression inner, bool filters) {
    while (true) {
        if (words_.take(".")) {
            deeper();
            std::string const name = words_.want_name();
            if (words_.take("(")) {
                inner = [inner, name, given = call()](context& c) {
                    c.step();
                    value const on = inner(c);
                    return call_method(c, on, name, given(c));
                };
            } else {
                inner = [inner, name](context& c) { return member(c, inner(c), value(name)); };
            }
        } else if (words_.take("[")) {
            deeper();
            std::array<expression, 3> bounds;
            bool slices = false;
            for (std::size_t i = 0;; ++i) {
                bool const empty =
                    words_.is(word_kind::sign, ":") || words_.is(word_kind::sign, "]");
                if (!empty) { bounds[i] = conditional(); }
                if (words_.take("]")) { break; }
                if (i == 2) { words_.want("]"); }
                words_.want(":");
                slices = true;
            }
            if (!slices && !bounds[0]) { words_.refuse("[] needs an index"); }
            inner = [inner, bounds, slices](context& c) {
                value const on = inner(c);
                if (!slices) { return member(c, on, bounds[0](c)); }
                auto const bound = [&](std::size_t i) {
                    return bounds[i] ? bounds[i](c) : value(none{});
                };
                return slice(c, on, bound(0), bound(1), bound(2));
            };
        } else if (words_.take("(")) {
            deeper();
            inner = [inner, given = call()](context& c) {
                c.step();
                value const callee = inner(c);
                return call_function(c, callee, given(c));
            };
        } else if (filters && words_.take("|")) {
            deeper();
            std::string const name = words_.want_name();
            made_arguments given = [](context&) { return arguments{}; };
            if (words_.take("(")) { given = call(); }
            inner = [inner, name, given](context& c) {
                value const v = inner(c);
                return apply_filter(c, v, name, given(c));
            };
        } else if (filters && words_.take_name("is")) {
            deeper();
            bool const negative = words_.take_name("not");
            std::string const name = words_.want_name();
            expression given = [](context&) { return value(); };
            auto const& w = words_.peek();
            bool const more = w.kind == word_kind::text || w.kind == word_kind::number ||
                              (w.kind == word_kind::sign && (w.text == "(" || w.text == "[")) ||
                              (w.kind == word_kind::name && w.text != "and" && w.text != "or" &&
                               w.text != "else" && w.text != "is" && w.text != "if" &&
                               w.text != "not" && w.text != "in");
            if (more) { given = after(primary(), false); }
            inner = [inner, name, given, negative](context& c) {
                value const v = inner(c);
                return value(holds_test(c, v, name, given(c)) != negative);
            };
        } else {
            return inner;
        }
    }
}

} // namespace qad::jinja

#endif

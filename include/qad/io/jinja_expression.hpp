// SPDX-License-Identifier: MIT
// Expressions of Jinja, parsed into functions that compute them.
#ifndef QAD_IO_JINJA_EXPRESSION_HPP
#define QAD_IO_JINJA_EXPRESSION_HPP

#include <qad/io/jinja_operand.hpp> // operand_parser

namespace qad::jinja {

/// Recursive descent with Jinja's precedences, the loosest first:
///
///   a if c else b
///   or · and · not
///   == != < > <= >= in · + - · ~ · * // %
///   - · . [] () | is
class expression_parser final : private operand_parser {
  public:
    explicit expression_parser(word_reader& words) : operand_parser(words) {}

    expression parse() {
        nested_ = 0;
        return conditional();
    }
    /// Without `a if c else b`: what a loop goes through may be followed by its own `if`.
    expression parse_plain() {
        nested_ = 0;
        return either();
    }

  private:
    expression conditional() override {
        deeper();
        expression yes = either();
        while (words_.take_name("if")) {
            deeper();
            expression test = either();
            expression no = [](context&) { return value(undefined{"an if without else"}); };
            if (words_.take_name("else")) { no = conditional(); }
            yes = [=](context& c) { return test(c).truth() ? yes(c) : no(c); };
        }
        return yes;
    }
    expression either() {
        expression left = both();
        while (words_.take_name("or")) {
            deeper();
            left = [left, right = both()](context& c) {
                value v = left(c);
                return v.truth() ? v : right(c);
            };
        }
        return left;
    }
    expression both() {
        expression left = negated();
        while (words_.take_name("and")) {
            deeper();
            left = [left, right = negated()](context& c) {
                value v = left(c);
                return v.truth() ? right(c) : v;
            };
        }
        return left;
    }
    expression negated() {
        if (!words_.take_name("not")) { return compared(); }
        deeper();
        return [inner = negated()](context& c) { return value(!inner(c).truth()); };
    }
    /// a < b < c means a < b and b < c.
    expression compared() {
        expression first = sum();
        std::vector<std::pair<std::string, expression>> rest;
        while (true) {
            std::string sign;
            for (std::string_view one : {"==", "!=", "<=", ">=", "<", ">"}) {
                if (sign.empty() && words_.take(one)) { sign = one; }
            }
            if (sign.empty() && words_.take_name("in")) { sign = "in"; }
            if (sign.empty() && words_.is_name("not") && words_.peek(1).text == "in") {
                words_.next();
                words_.next();
                sign = "not in";
            }
            if (sign.empty()) { break; }
            deeper();
            rest.emplace_back(sign, sum());
        }
        if (rest.empty()) { return first; }
        return [=](context& c) {
            value left = first(c);
            for (auto const& [sign, operand] : rest) {
                value right = operand(c);
                if (!compare(c, left, sign, right)) { return value(false); }
                left = std::move(right);
            }
            return value(true);
        };
    }
    /// One level of operators that go from left to right.
    template <class Inner>
    expression chain(std::initializer_list<char const*> signs, Inner const& inner) {
        expression left = inner();
        while (true) {
            std::string sign;
            for (char const* one : signs) {
                if (sign.empty() && words_.take(one)) { sign = one; }
            }
            if (sign.empty()) { return left; }
            deeper();
            left = [left, sign, right = inner()](context& c) {
                c.step();
                value const a = left(c); // first the left side, as Python does
                return operate(c, a, sign, right(c));
            };
        }
    }
    expression sum() {
        return chain({"+", "-"}, [&] {
            return chain({"~"}, [&] {
                return chain({"*", "//", "%"}, [&] { return signed_value(true); });
            });
        });
    }
    expression signed_value(bool filters) {
        if (words_.take("-")) {
            deeper();
            expression const inner = signed_value(false);
            return after(
                [inner](context& c) { return operate(c, std::int64_t{0}, "-", inner(c)); },
                filters);
        }
        return after(primary(), filters);
    }
};

} // namespace qad::jinja

#endif

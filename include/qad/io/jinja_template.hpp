// SPDX-License-Identifier: MIT
// A Jinja template, parsed once and rendered as often as wanted.
#ifndef QAD_IO_JINJA_TEMPLATE_HPP
#define QAD_IO_JINJA_TEMPLATE_HPP

#include <qad/io/jinja_statement.hpp> // statement, loop

#include <algorithm> // find

namespace qad::jinja {

/// The part of Jinja that chat templates are written in: print, if, for (with a condition,
/// break and continue), set, and Hugging Face's `generation`. Anything else is refused by name
/// and line, when the template is parsed; a filter, test or function that is not known, when it
/// is reached. Semantics are those of Jinja 3.1 in Hugging Face's settings.
class parsed_template {
  public:
    /// `where` names the template in messages.
    parsed_template(std::string_view source, std::string const& where)
        : words_(lexer(checked(source, where), where).words(), where), expressions_(words_) {
        body_ = body({});
    }
    parsed_template(parsed_template const&) = delete;
    parsed_template& operator=(parsed_template const&) = delete;

    /// Appends to c.out.
    void render(context& c) const { run(body_, c); }

  private:
    static std::string_view checked(std::string_view source, std::string const& where) {
        constexpr std::size_t largest = 1 << 18;
        if (source.size() > largest) {
            fail<format_error>(where, ": ", source.size(), " bytes; a template has at most ",
                               largest);
        }
        return source;
    }

    /// Statements up to a tag whose name is in `ends`; that name is the next word then.
    std::vector<statement> body(std::initializer_list<std::string_view> ends) {
        if (++open_ > 50) { words_.refuse("tags nested deeper than 50"); }
        std::vector<statement> made;
        while (true) {
            word const w = words_.next();
            if (w.kind == word_kind::end) {
                if (ends.size() > 0) {
                    words_.refuse("expected {% ", *(ends.end() - 1), " %}");
                }
                break;
            }
            if (w.kind == word_kind::data) {
                made.push_back([text = w.text](context& c) {
                    c.take(text.size());
                    c.out += text;
                    return flow::on;
                });
            } else if (w.kind == word_kind::print) {
                expression const value_of = expressions_.parse();
                words_.want(word_kind::print_end, "}}");
                made.push_back([value_of, line = w.line](context& c) {
                    c.line = line;
                    std::string const text = c.shown(value_of(c));
                    c.take(text.size());
                    c.out += text;
                    return flow::on;
                });
            } else {
                std::string const& name = words_.peek().text;
                if (std::find(ends.begin(), ends.end(), name) != ends.end()) { break; }
                made.push_back(tag());
            }
        }
        --open_;
        return made;
    }
    void close() { words_.want(word_kind::tag_end, "%}"); }
    void close(std::string_view name) {
        if (!words_.take_name(name)) {
            words_.refuse("expected ", name, ", found ", words_.found());
        }
        close();
    }

    statement tag() {
        int const line = words_.peek().line;
        std::string const name = words_.want_name();
        if (name == "if") { return if_tag(line); }
        if (name == "for") { return for_tag(line); }
        if (name == "set") { return set_tag(line); }
        if (name == "generation") { // marks what training learns; prints its body
            close();
            auto inner = body({"endgeneration"});
            close("endgeneration");
            return [inner](context& c) { return run(inner, c); };
        }
        if ((name == "break" || name == "continue") && loops_ > 0) {
            close();
            return [f = name == "break" ? flow::leave : flow::next](context&) { return f; };
        }
        words_.refuse("{% ", name, " %} is not supported here");
    }

    statement if_tag(int line) {
        std::vector<std::pair<expression, std::vector<statement>>> branches;
        bool more = true;
        expression test = expressions_.parse();
        close();
        while (more) {
            auto inner = body({"elif", "else", "endif"});
            branches.emplace_back(std::move(test), std::move(inner));
            if (words_.take_name("elif")) {
                test = expressions_.parse();
                close();
            } else if (words_.take_name("else")) {
                close();
                branches.emplace_back([](context&) { return value(true); }, body({"endif"}));
                more = false;
            } else {
                more = false;
            }
        }
        close("endif");
        return [branches, line](context& c) {
            c.line = line;
            for (auto const& [condition, inner] : branches) {
                c.step();
                if (condition(c).truth()) { return run(inner, c); }
            }
            return flow::on;
        };
    }

    statement for_tag(int line) {
        std::vector<std::string> names{words_.want_name()};
        while (words_.take(",")) { names.push_back(words_.want_name()); }
        if (!words_.take_name("in")) { words_.refuse("expected in, found ", words_.found()); }
        expression const over = expressions_.parse_plain();
        expression test;
        if (words_.take_name("if")) { test = expressions_.parse(); }
        close();
        ++loops_;
        auto const inner = body({"else", "endfor"});
        --loops_;
        std::vector<statement> otherwise;
        if (words_.take_name("else")) {
            close();
            otherwise = body({"endfor"});
        }
        close("endfor");
        return [=](context& c) { return loop(c, line, names, over, test, inner, otherwise); };
    }

    statement set_tag(int line) {
        std::string const name = words_.want_name();
        std::string const inside = words_.take(".") ? words_.want_name() : "";
        expression made;
        if (words_.take("=")) {
            made = expressions_.parse();
            close();
        } else { // {% set x %}…{% endset %}
            close();
            auto const inner = body({"endset"});
            close("endset");
            made = [inner](context& c) {
                std::string const before = std::move(c.out);
                c.out.clear();
                run(inner, c);
                std::string text = std::exchange(c.out, before);
                return c.text_of(std::move(text));
            };
        }
        return [=](context& c) {
            c.line = line;
            value v = made(c);
            if (inside.empty()) {
                c.set(name, std::move(v));
                return flow::on;
            }
            auto const s = c.look_up(name).as_space();
            if (!s) { c.refuse("'", name, "' is no namespace, so nothing in it can be set"); }
            if (v.as_space()) { c.refuse("a namespace inside a namespace"); }
            auto const found = std::find_if(s->members.begin(), s->members.end(),
                                            [&](auto const& m) { return m.first == inside; });
            if (found != s->members.end()) {
                found->second = std::move(v);
            } else {
                s->members.emplace_back(inside, std::move(v));
            }
            return flow::on;
        };
    }

    word_reader words_;
    expression_parser expressions_;
    int open_ = 0, loops_ = 0;
    std::vector<statement> body_;
};

} // namespace qad::jinja

#endif

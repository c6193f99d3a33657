// SPDX-License-Identifier: MIT
#include <qad/io/jinja_template.hpp>

#include <doctest/doctest.h>

#include <random> // mt19937

using namespace qad;
using jinja::context;
using jinja::list;
using jinja::map;
using jinja::parsed_template;

namespace {

std::string rendered(std::string const& source, map const& names = {}) {
    parsed_template const parsed(source, "T");
    context c("T", 200'000, 1 << 22);
    for (auto const& [name, v] : names) { c.set(name, v); }
    parsed.render(c);
    return c.out;
}
void refused(std::string const& source, char const* because) {
    CAPTURE(source.substr(0, 60));
    CHECK_THROWS_WITH_AS(rendered(source), doctest::Contains(because), format_error);
}

} // namespace

// What is expected below was printed by jinja2 3.1 with trim_blocks and lstrip_blocks.

TEST_CASE("white space around tags goes as Hugging Face's settings say") {
    CHECK(rendered("a\n  {% if true %}\n b\n  {% endif %}\nc\n") == "a\n b\nc");
    CHECK(rendered("a \n {%- if true -%} \n b {%- endif %}\n\nc") == "ab\nc");
    CHECK(rendered("x {{- ' y ' -}} z") == "x y z");
    CHECK(rendered("  {{ 1 }}\n  {# gone #}\n2\n\n") == "  1\n2\n");
    CHECK(rendered("a\r\nb\rc") == "a\nb\nc");
    CHECK(rendered("  {%+ if true %}x{% endif +%}\ny") == "  x\ny");
    CHECK(rendered("a {%- set x = 1 %}\n\n {% set y = 2 %} b") == "a\n b");
}

TEST_CASE("operators bind and compute as in Jinja") {
    CHECK(rendered("{{ 2 * 3 ~ 4 }},{{ 1 + 2 * 3 }}") == "64,7");
    CHECK(rendered("{{ 'a' + ' b ' | trim + 'c' }}") == "abc");
    CHECK(rendered("{{ not 1 == 2 and true }}") == "True");
    CHECK(rendered("{{ -7 % 3 }},{{ -7 // 3 }},{{ 7 - 2 - 1 }}") == "2,-3,4");
    CHECK(rendered("{{ 1 < 2 < 3 }},{{ 1 < 2 > 3 }},{{ 'b' > 'a' }}") == "True,False,True");
    CHECK(rendered("{{ 'x' if false }}{{ 'y' if true else 'z' }}") == "y");
    CHECK(rendered("{{ 'b' in 'abc' }},{{ 'd' not in ['d'] }},{{ true == 1 }}") ==
          "True,False,True");
    CHECK(rendered("{{ none }}{{ missing }}{{ 'a' \"b\" '\\n\\u00e9\\x41' }}") == "Noneab\néA");
    CHECK(rendered("{{ 'or' or missing.x }}{{ '' and missing.x }}") == "or");
}

TEST_CASE("slices, indices and methods count characters") {
    map const names = {{"s", "naïve"}, {"l", list{"a", "b", "c"}}};
    CHECK(rendered("{{ s[2] }}{{ s[-1] }}{{ s[1:4] }}{{ s[::-1] }}{{ s|length }}", names) ==
          "ïeaïvevïan5");
    CHECK(rendered("{{ l[1:]|join('-') }}{{ l[::-1]|join }}{{ l[-5:2]|join }}{{ l[9] }}", names) ==
          "b-ccbaab");
    CHECK(rendered("{{ ' \u00a0x\u3000'.strip() }}|{{ 'xxyx'.strip('x') }}|{{ '..a'.lstrip('.') }}") ==
          "x|y|a");
    CHECK(rendered("{{ 'a</t>b</t>c'.split('</t>')[-1] }}{{ 'abc'.startswith('ab') }}") == "cTrue");
    CHECK(rendered("{{ 'aXbX'.replace('X', '--') }}{{ 'hello world'.title() }}") ==
          "a--b--Hello World");
}

TEST_CASE("names live as long as their loop, namespaces longer") {
    CHECK(rendered("{% set x = 1 %}{% for i in [1, 2] %}{% set x = 9 %}{% endfor %}{{ x }}") == "1");
    CHECK(rendered("{% set n = namespace(x=1) %}{% for i in [1, 2] %}{% set n.x = n.x + i %}"
                   "{% endfor %}{{ n.x }}") == "4");
    CHECK(rendered("{% if true %}{% set x = 1 %}{% endif %}{{ x }}") == "1");
    CHECK(rendered("{% for i in 'ab' if i != 'a' %}{{ i }}{{ loop.index }}{{ loop.last }}"
                   "{% else %}none{% endfor %}{% for i in [] %}{% else %}none{% endfor %}") ==
          "b1Truenone");
    CHECK(rendered("{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}"
                   "{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}") == "02");
    CHECK(rendered("{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}{{ v }}{% endfor %}") == "a1b2");
    CHECK(rendered("{% set x %}  a{{ 1 }}{% endset %}[{{ x }}]") == "[  a1]");
}

TEST_CASE("filters and tests") {
    map const names = {{"m", list{map{{"role", "user"}, {"n", std::int64_t{1}}}, map{{"role", "x"}}}}};
    CHECK(rendered("{{ m|selectattr('role', 'equalto', 'user')|list|length }}", names) == "1");
    CHECK(rendered("{{ m|map(attribute='role')|join(',') }}", names) == "user,x");
    CHECK(rendered("{{ m[0]|tojson }}{{ 'é\"'|tojson }}", names) ==
          "{\"role\": \"user\", \"n\": 1}\"é\\\"\"");
    CHECK(rendered("{{ m[1]|tojson(indent=2) }}", names) == "{\n  \"role\": \"x\"\n}");
    CHECK(rendered("{{ x|default('d') }}{{ ''|default('e', true) }}{{ 'q'|d('r') }}") == "deq");
    CHECK(rendered("{{ x is defined }}{{ x is not defined }}{{ 'a' is string }}{{ none is none }}"
                   "{{ [] is iterable }}{{ {} is mapping }}{{ 1 is not string }}") ==
          "FalseTrueTrueTrueTrueTrueTrue");
}

TEST_CASE("what is not understood is refused by name and line, not guessed") {
    refused("{% macro f() %}{% endmacro %}", "T line 1: {% macro %} is not supported");
    refused("\n\n{{ 'x'|wordwrap }}", "T line 3: the filter 'wordwrap'");
    refused("{{ 1 is prime }}", "the test 'is prime'");
    refused("{{ 'x'.zfill(3) }}", "calling .zfill() of text");
    refused("{{ missing.role }}", "'missing' is not defined, so it has no 'role'");
    refused("{{ 'a' + missing }}", "'missing', which is not defined");
    refused("{{ 'a' + 1 }}", "between text and a number");
    refused("{{ strftime_now('%d') }}", "--date");
    refused("{% if true %}", "expected {% endif %}");
    refused("{{ 1", "a tag has no end");
    refused("{{ 'a }}", "has no end");
    refused("{# a", "a comment has no end");
    refused("{% endif %}", "endif");
    refused("{{ 1 2 }}", "expected }}");
    refused("{{ 1.5 }}", "fractions");
    refused("{% break %}", "break");
    refused("{{ [1] }}", "printing a list");
    refused("{{ 'é'|upper }}", "ASCII only");
    CHECK_THROWS_WITH_AS(rendered("{{ raise_exception('no!') }}"), doctest::Contains("no!"), error);
}

TEST_CASE("a hostile template ends, in little memory and little stack") {
    auto const many = [](char const* part, int count) {
        std::string all;
        for (int i = 0; i < count; ++i) { all += part; }
        return all;
    };
    refused("{% for i in range(1000000000) %}{% endfor %}", "does not come to an end");
    refused("{% for i in range(9999) %}{% if " + many("1 == 1 and ", 30) + "1 %}{% endif %}{% endfor %}",
            "does not come to an end");
    refused("{% set n = namespace(x='aaaaaaaa') %}{% for i in range(99) %}"
            "{% set n.x = n.x + n.x %}{% endfor %}", "more text than");
    refused("{% set n = namespace(x=[1]) %}{% for i in range(99) %}"
            "{% set n.x = [n.x] %}{% endfor %}", "nests values deeper");
    refused("{% set n = namespace() %}{% set n.x = n %}", "a namespace inside");
    refused("{% set n = namespace() %}{% set n.x = [n] %}", "a namespace inside");
    refused("{{ " + many("(", 5000) + "1" + many(")", 5000) + " }}", "more than 200 operators");
    refused("{{ " + many("[", 5000) + many("]", 5000) + " }}", "more than 200 operators");
    refused("{{ " + many("not ", 50000) + "1 }}", "more than 200 operators");
    refused("{{ " + many("- ", 50000) + "1 }}", "more than 200 operators");
    refused("{{ 1" + many("+1", 50000) + " }}", "more than 200 operators");
    refused("{{ x" + many(".a", 50000) + " }}", "more than 200 operators");
    refused("{{ x" + many("|d", 50000) + " }}", "more than 200 operators");
    refused(many("{% if 1 %}", 20000), "nested deeper than 50");
    refused(std::string(1 << 19, 'x'), "at most");
    refused("{{ 9223372036854775807 }}", "too large");
    refused("{{ 999999999999999999 * 999999999999999999 }}", "too large");
    refused("{{ 1 % 0 }}", "by 0");
}

TEST_CASE("damaged templates are refused or rendered, nothing else") {
    std::string const good =
        "{%- set ns = namespace(i=0) -%}{% for m in [{'role': 'a', 'c': ' x '}, {'role': 'b'}] %}\n"
        "{%- if (m.role == 'a') != (loop.index0 % 2 == 1) and not m['c'] is none %}{{ '<|' ~ m.role + "
        "'|>\\n' + (m.c or '')|trim }}{% elif m.role in ['b'] %}{{- m.c[1:-1].split('</t>')[-1] -}}"
        "{% else %}{# c #}{% set ns.i = ns.i + 1 %}{% endif %}{% endfor %}{{ ns.i|tojson(indent=2) }}";
    std::mt19937 random(1);
    int fine = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string text = good;
        for (unsigned n = random() % 4 + 1; n > 0; --n) {
            std::size_t const at = random() % text.size(), other = random() % text.size();
            switch (random() % 4) {
            case 0: text.erase(at, random() % 8); break;
            case 1: text.insert(at, text.substr(other, random() % 20)); break;
            case 2: text[at] = static_cast<char>(random()); break;
            default: text[at] = "{}%()[]|.'-~+#:,="[random() % 17];
            }
        }
        try {
            rendered(text);
            ++fine;
        } catch (error const&) {}
    }
    CHECK(fine > 30); // so that running, too, was tried
}

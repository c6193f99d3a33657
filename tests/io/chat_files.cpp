// SPDX-License-Identifier: MIT
#include <qad/io/chat_files.hpp>
#include <qad/io/gguf_writer.hpp> // write_gguf

#include "support/scratch.hpp" // scratch_directory

#include <doctest/doctest.h>

using namespace qad;

namespace {

std::vector<message> const hello = {{"user", "Hello"}};

} // namespace

TEST_CASE("a template is found where transformers looks, in its order") {
    test::scratch_directory d;
    CHECK_FALSE(find_chat_template(d.path()).has_value());
    auto const config = d / "tokenizer_config.json";
    write_text(config, R"({"bos_token": {"content": "<b>"}, "eos_token": "<e>", "pad_token": null})");
    CHECK_FALSE(find_chat_template(d.path()).has_value());

    write_text(config, R"({"bos_token": {"content": "<b>"}, "chat_template": "{{ bos_token }}one"})");
    CHECK(find_chat_template(d.path())->render(hello) == "<b>one");
    write_text(config, R"({"chat_template": [{"name": "tool_use", "template": "no"},
                                             {"name": "default", "template": "two{{ eos_token }}"}]})");
    CHECK(find_chat_template(d.path())->render(hello) == "two");
    write_text(config, R"({"chat_template": [{"name": "tool_use", "template": "no"}]})");
    CHECK_THROWS_WITH_AS(find_chat_template(d.path()), doctest::Contains("it has: tool_use"), format_error);
    write_text(config, R"({"chat_template": 5})");
    CHECK_THROWS_AS(find_chat_template(d.path()), format_error);
    write_text(config, R"({"chat_template": "{% macro x() %}"})");
    CHECK_THROWS_WITH_AS(find_chat_template(d.path()),
                         doctest::Contains("tokenizer_config.json: chat_template line 1"), format_error);

    write_text(config, R"({"bos_token": "<b>", "chat_template": "{{ bos_token }}one"})");
    write_text(d / "chat_template.jinja", "{{ bos_token }}file\n");
    CHECK(find_chat_template(d.path())->render(hello) == "<b>file");
}

TEST_CASE("without a template the message says where it looked and what to do") {
    test::scratch_directory d;
    CHECK_THROWS_WITH_AS(load_chat_template(d.path()), doctest::Contains("chat_template.jinja"), error);
    CHECK_THROWS_WITH_AS(load_chat_template(d.path()), doctest::Contains("--template chatml"), error);
    CHECK_THROWS_WITH_AS(load_chat_template(d.path(), "mine"), doctest::Contains("no such file"), io_error);
    CHECK(load_chat_template(d.path(), "chatml").render(hello) ==
          "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n");
    CHECK(load_chat_template(d.path(), "plain").render(hello) == "Hello");
    write_text(d / "own", "<{{ messages[0].content }}>");
    CHECK(load_chat_template(d.path(), (d / "own").string()).render(hello) == "<Hello>");
}

TEST_CASE("a GGUF file keeps its template under tokenizer.chat_template") {
    test::scratch_directory d;
    auto const path = d / "m.gguf";
    std::vector<std::string> const words = {"<u>", "<b>", "<e>"};
    auto const write = [&](std::string const& how) {
        gguf_values values = {{"general.architecture", std::string("llama")},
                              {"tokenizer.ggml.tokens", words},
                              {"tokenizer.ggml.bos_token_id", std::uint32_t{1}},
                              {"tokenizer.ggml.eos_token_id", std::uint32_t{2}}};
        if (!how.empty()) { values.emplace_back("tokenizer.chat_template", how); }
        gguf_writer file(path, values, {});
        file.commit();
    };
    write("{{ bos_token }}{{ messages[0].content }}{{ eos_token }}");
    CHECK(find_chat_template(path)->render(hello) == "<b>Hello<e>");
    write("");
    CHECK_FALSE(find_chat_template(path).has_value());
    CHECK_THROWS_WITH_AS(load_chat_template(path), doctest::Contains("tokenizer.chat_template"), error);
}

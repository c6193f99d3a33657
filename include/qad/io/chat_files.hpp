// SPDX-License-Identifier: MIT
// Where models keep their chat template, and the tokens that it prints.
#ifndef QAD_IO_CHAT_FILES_HPP
#define QAD_IO_CHAT_FILES_HPP

#include <qad/io/chat_template.hpp> // chat_template
#include <qad/io/gguf.hpp>          // gguf_file
#include <qad/io/json.hpp>          // read_json

namespace qad {

namespace detail {

/// bos_token and the others of a tokenizer_config.json: text, or an object with the content.
inline jinja::map named_tokens(json const& config, std::string const& where) {
    jinja::map tokens;
    for (char const* name : {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token",
                             "cls_token", "mask_token"}) {
        json const& token = member(config, name);
        json const& content = token.is_object() ? member(token, "content") : token;
        if (!content.is_null()) {
            tokens.emplace_back(name, string_of(content, where + ": " + name));
        }
    }
    return tokens;
}

/// One template, or a list of {"name", "template"} of which "default" is for conversations.
inline std::optional<std::string> default_template(json const& entry,
                                                   std::string const& where) {
    if (entry.is_null()) { return std::nullopt; }
    if (!entry.is_array()) { return string_of(entry, where + ": chat_template"); }
    std::string names;
    for (json const& one : entry) {
        if (!one.is_object()) {
            fail<format_error>(where, ": chat_template is no list of objects");
        }
        auto const& name = string_of(member(one, "name"), where + ": chat_template name");
        if (name == "default") {
            return string_of(member(one, "template"), where + ": chat_template");
        }
        names += " " + name;
    }
    fail<format_error>(where, ": chat_template has no \"default\"; it has:", names,
                       "; name a file with the one you want (--template FILE)");
}

} // namespace detail

/// The names that a model's template prints, from tokenizer_config.json or the keys of a GGUF
/// file.
inline jinja::map template_tokens(std::filesystem::path const& model) {
    if (model.extension() == ".gguf") {
        gguf_file const file(model);
        jinja::map tokens;
        auto const words = file.get<std::vector<std::string>>("tokenizer.ggml.tokens");
        for (std::string const name : {"bos", "eos", "unk"}) {
            std::string const id = name == "unk" ? "unknown" : name;
            std::uint32_t const none = 0xffffffff;
            auto const at =
                file.get<std::uint32_t>(text("tokenizer.ggml.", id, "_token_id"), none);
            if (at < words.size()) { tokens.emplace_back(name + "_token", words[at]); }
        }
        return tokens;
    }
    auto const path = model / "tokenizer_config.json";
    if (!std::filesystem::exists(path)) { return {}; }
    return detail::named_tokens(read_json(path), path.string());
}

/// The template in a model's files, or nothing where there is none. Looked for, in the order of
/// transformers: chat_template.jinja, then "chat_template" in tokenizer_config.json; in a GGUF
/// file the key tokenizer.chat_template.
inline std::optional<chat_template> find_chat_template(std::filesystem::path const& model) {
    std::optional<std::string> source;
    std::string where;
    if (model.extension() == ".gguf") {
        where = model.string() + ": tokenizer.chat_template";
        auto const text = gguf_file(model).get<std::string>("tokenizer.chat_template", "");
        if (!text.empty()) { source = text; }
    } else if (auto const jinja = model / "chat_template.jinja";
               std::filesystem::exists(jinja)) {
        where = jinja.string();
        source = mapped_file(jinja).text();
    } else if (auto const config = model / "tokenizer_config.json";
               std::filesystem::exists(config)) {
        where = config.string();
        source = detail::default_template(member(read_json(config), "chat_template"), where);
        where += ": chat_template";
    }
    if (!source) { return std::nullopt; }
    return chat_template(std::move(*source), template_tokens(model), where);
}

/// The template to chat with: `wanted` is "" for that of the model's files, "chatml", "plain",
/// or a file. Where the model has none this is an error that says what to do.
inline chat_template load_chat_template(std::filesystem::path const& model,
                                        std::string const& wanted = "") {
    if (wanted == "chatml" || wanted == "plain") {
        return {wanted == "plain" ? plain_template : chatml_template, template_tokens(model),
                "the template " + wanted};
    }
    if (!wanted.empty()) {
        if (!std::filesystem::exists(wanted)) {
            fail<io_error>("--template ", wanted,
                           ": no such file; it is a file with a Jinja "
                           "template, or chatml, or plain");
        }
        return {std::string(mapped_file(wanted).text()), template_tokens(model), wanted};
    }
    if (auto found = find_chat_template(model)) { return std::move(*found); }
    bool const gguf = model.extension() == ".gguf";
    fail(model.string(),
         ": no chat template, so nobody knows how a conversation is written for it "
         "(looked for ",
         gguf ? "the key tokenizer.chat_template"
              : "chat_template.jinja and \"chat_template\" in tokenizer_config.json",
         "). A base model has none: `./qad generate` continues texts. Or say one: --template "
         "chatml, "
         "--template plain (no markers at all), or --template FILE.jinja");
}

} // namespace qad

#endif

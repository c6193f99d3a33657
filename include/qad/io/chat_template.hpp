// SPDX-License-Identifier: MIT
// A conversation as the text that its model was trained on.
#ifndef QAD_IO_CHAT_TEMPLATE_HPP
#define QAD_IO_CHAT_TEMPLATE_HPP

#include <qad/io/jinja_template.hpp> // parsed_template

#include <ctime>    // strftime
#include <optional> // optional
#include <span>     // span

namespace qad {

/// What somebody said: role is "system", "user" or "assistant".
struct message {
    std::string role, content;
};

/// What a template may be told beside the messages.
struct chat_options {
    bool ask = true; ///< ends where the assistant's answer begins (add_generation_prompt)
    bool continue_last = false; ///< ends inside the last message, which the model goes on with
    std::optional<bool> thinking =
        {}; ///< Qwen3's enable_thinking; none: what the template does
    /// YYYY-MM-DD, for templates that print today's date. Empty: the date that the template
    /// names itself (Llama 3: 26 Jul 2024), so that the same words give the same tokens on
    /// every day.
    std::string date = {};
};

/// The chat template of a model, rendered as it is written: the same characters as
/// transformers' apply_chat_template without tools. Nothing is guessed from markers, because
/// templates with the same markers differ in a blank or in where the system message goes.
class chat_template {
  public:
    /// `tokens` are the names that templates print: bos_token, eos_token, and so on. `where`
    /// names the template in messages. `format_error`, with the line, for what is not
    /// understood.
    chat_template(std::string source, jinja::map tokens, std::string where)
        : source_(std::move(source)), tokens_(std::move(tokens)), where_(std::move(where)),
          parsed_(std::make_shared<jinja::parsed_template const>(source_, where_)) {}

    std::string const& source() const { return source_; }
    std::string const& where() const { return where_; }

    /// The text to tokenize, without adding special tokens: the template prints BOS where there
    /// is to be one, so adding it again would make two. `error` where the template refuses the
    /// conversation, as many do two messages of the user in a row.
    std::string render(std::span<message const> messages,
                       chat_options const& options = {}) const {
        if (options.continue_last && (messages.empty() || options.ask)) {
            fail("continue_last needs a last message, and no question after it");
        }
        // Long enough for any conversation, far too little to be a danger.
        std::size_t size = 0;
        for (message const& m : messages) { size += m.content.size() + 256; }
        jinja::context c(where_, static_cast<std::int64_t>(size) + 5'000'000,
                         static_cast<std::int64_t>(64 * size) + (1 << 24));
        jinja::list said;
        for (message const& m : messages) {
            bool const cut = options.continue_last && &m == &messages.back();
            said.emplace_back(
                jinja::map{{"role", m.role}, {"content", m.content + (cut ? cut_here : "")}});
        }
        c.set("messages", std::move(said));
        c.set("add_generation_prompt", options.ask);
        for (char const* absent : {"tools", "documents"}) { c.set(absent, jinja::none{}); }
        for (auto const& [name, content] : tokens_) { c.set(name, content); }
        if (options.thinking) { c.set("enable_thinking", *options.thinking); }
        if (!options.date.empty()) {
            c.date = [day = parse_day(options.date)](std::string const& format) {
                char shown[256];
                std::size_t const n = std::strftime(shown, sizeof shown, format.c_str(), &day);
                return std::string(shown, n);
            };
            c.set("date_string", c.date("%d %b %Y")); // Llama 3.1 asks nobody
        }
        parsed_->render(c);
        if (options.continue_last) { cut(c.out, messages.back().content); }
        return std::move(c.out);
    }

    /// What the template writes after an answer, such as "<|im_end|>\n"; nothing where it does
    /// not print the answer.
    std::string after_answer() const {
        constexpr std::string_view mark = "qad-answer-ends-here";
        std::vector<message> const both = {{"user", "?"}, {"assistant", std::string(mark)}};
        std::string const text = render(both, {.ask = false});
        auto const at = text.rfind(mark);
        return at == text.npos ? "" : text.substr(at + mark.size());
    }

  private:
    /// Transformers' own word, because templates see it.
    static constexpr char const* cut_here = "CONTINUE_FINAL_MESSAGE_TAG ";

    static void cut(std::string& text, std::string_view last) {
        std::string_view const tag(cut_here), word = tag.substr(0, tag.size() - 1);
        auto const at = text.rfind(word);
        last = jinja::without_front(jinja::without_back(last));
        if (at == text.npos || text.find(last) == text.npos) {
            fail("the chat template does not show the last message, so it cannot be continued");
        }
        bool const whole = std::string_view(text).substr(at).starts_with(tag);
        text.resize(at);
        if (!whole) { text.resize(jinja::without_back(text).size()); } // the template trims
    }

    static std::tm parse_day(std::string const& date) {
        int year = 0, month = 0, day = 0;
        char more = 0;
        bool const three =
            std::sscanf(date.c_str(), "%4d-%2d-%2d%c", &year, &month, &day, &more) == 3;
        if (!three || year < 1900 || month < 1 || month > 12 || day < 1 || day > 31) {
            fail("a date is written as 2026-11-27, not \"", date, "\"");
        }
        std::tm result{};
        result.tm_year = year - 1900;
        result.tm_mon = month - 1;
        result.tm_mday = day;
        result.tm_hour = 12;
        ::timegm(&result); // also finds the day of the week
        return result;
    }

    std::string source_;
    jinja::map tokens_;
    std::string where_;
    std::shared_ptr<jinja::parsed_template const> parsed_;
};

/// The plainest chat format that many models know, for those whose files bring no template.
inline constexpr char const* chatml_template =
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/// No format at all: what was said, one after the other, for base models that continue texts.
inline constexpr char const* plain_template =
    "{% for message in messages %}{{ message.content }}"
    "{% if message.role != 'user' %}{{ '\\n' }}{% endif %}{% endfor %}";

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// ./qad chat MODEL: a conversation in the terminal, or one line after the other from a pipe.
#include "dialogue.hpp"
#include "engine.hpp"

#include <qad/core/file.hpp>     // write_text
#include <qad/io/json.hpp>       // json
#include <qad/model/reuse.hpp>   // reuse
#include <qad/model/session.hpp> // session

#include <cerrno>     // EINTR
#include <chrono>     // steady_clock
#include <csignal>    // sigaction
#include <iostream>   // cout, cerr
#include <unistd.h>   // read, isatty

namespace qad::program {

namespace chat_program {

struct options {
    model_options model;
    dialogue_options dialogue;
    std::string system;
    index_t context = 0;
    generation how{.max_tokens = 1024};
};

volatile std::sig_atomic_t interrupted = 0;
void on_interrupt(int) { interrupted = 1; }

/// Lines of standard input. A Ctrl-C comes back from reading, which std::cin would not allow.
class line_reader {
  public:
    enum result { line, end, interrupt };
    result next(std::string& out) {
        for (std::size_t at; (at = waiting_.find('\n')) == waiting_.npos;) {
            char block[4096];
            ssize_t const n = ::read(0, block, sizeof block);
            if (n < 0 && errno == EINTR) {
                if (!interrupted) { continue; }
                waiting_.clear();
                return interrupt;
            }
            if (n <= 0) {
                if (waiting_.empty()) { return end; }
                waiting_ += '\n'; // the last line may have none
                continue;
            }
            waiting_.append(block, static_cast<std::size_t>(n));
        }
        out = waiting_.substr(0, waiting_.find('\n'));
        waiting_.erase(0, out.size() + 1);
        if (out.ends_with('\r')) { out.pop_back(); }
        return line;
    }

  private:
    std::string waiting_;
};

class conversation {
  public:
    explicit conversation(options const& o)
        : o_(o), vocabulary_(load_tokenizer(o.model.model)), loaded_(o.model),
          talk_(o.model.model, o.dialogue, vocabulary_, loaded_.config()),
          capacity_(o.context > 0 ? o.context : std::min<index_t>(loaded_.config().max_positions, 4096)),
          past_(loaded_.start(capacity_)), system_(o.system) {
        std::string stops;
        for (auto token : talk_.stops) { stops += qad::text(stops.empty() ? "" : ", ", token, " ", vocabulary_.piece(token)); }
        std::cerr << "template: " << talk_.how.where() << "\nan answer ends at: "
                  << (stops.empty() ? "nothing known, so after --max-tokens" : stops) << "\ncontext: " << capacity_
                  << " tokens, KV cache " << shown_bytes(capacity_) << '\n';
        if (capacity_ > loaded_.config().max_positions) {
            std::cerr << "the model was made for " << loaded_.config().max_positions << " tokens; beyond them it guesses\n";
        }
    }

    /// One turn. What goes wrong leaves the conversation as it was.
    void answer(std::string const& text) {
        auto messages = all();
        messages.push_back({"user", text});
        auto prompt = talk_.tokens(messages);
        index_t const count = static_cast<index_t>(prompt.size());
        if (count >= capacity_) {
            fail("with this the conversation has ", count, " tokens, and the context holds ", capacity_,
                 "; /reset begins anew, --context N makes more room");
        }
        auto const [kept, dropped] = reuse(*past_, held_, prompt);
        if (dropped > 0) {
            std::cerr << "(the template writes the last " << dropped << " tokens of the cache differently; they run again)\n";
        }
        generation how = o_.how;
        how.max_tokens = std::min(how.max_tokens, capacity_ - count);
        how.seed += said_.size(); // another turn, other numbers
        std::vector<std::int32_t> made;
        std::string answered;
        utf8_stream whole; // a token may end inside a character
        auto const show = [&](std::string const& piece) {
            answered += piece;
            if (!o_.model.shared.json) { std::cout << piece << std::flush; }
        };
        char const* why = how.max_tokens < o_.how.max_tokens ? "context" : "length";
        using clock = std::chrono::steady_clock;
        auto const begin = clock::now();
        auto first = begin;
        interrupted = 0;
        try {
            generate(*past_, std::span<std::int32_t const>(prompt).subspan(static_cast<std::size_t>(kept)), how, [&](std::int32_t token) {
                if (made.empty()) { first = clock::now(); }
                made.push_back(token);
                if (std::find(talk_.stops.begin(), talk_.stops.end(), token) != talk_.stops.end()) {
                    why = "end";
                    return false;
                }
                show(whole.add(vocabulary_.decode_one(token)));
                if (interrupted) { why = "interrupt"; }
                return !interrupted;
            });
        } catch (...) {
            forget();
            throw;
        }
        auto const seconds = [](auto a, auto b) { return std::chrono::duration<double>(b - a).count(); };
        last_ = {count - kept, static_cast<index_t>(made.size()), seconds(begin, first), seconds(first, clock::now())};
        show(whole.finish());
        interrupted = 0;
        held_ = std::move(prompt);
        held_.insert(held_.end(), made.begin(), made.end());
        held_.resize(static_cast<std::size_t>(past_->length())); // the last token has not run
        said_.push_back({"user", text});
        said_.push_back({"assistant", answered});
        print(answered, why, count, kept);
    }

    void reset() {
        said_.clear();
        forget();
    }
    void system(std::string text) { system_ = std::move(text); }
    void adapt(std::string const& directory) {
        loaded_.adapt(directory);
        forget(); // its keys and values are those of the adapter before
    }
    void save(std::string const& path) const {
        json list = json::array();
        for (message const& m : all()) { list.push_back({{"role", m.role}, {"content", m.content}}); }
        write_text(path, json{{"messages", list}}.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
    }
    void stats() const {
        auto const rate = [](index_t n, double s) { return s > 0 ? static_cast<double>(n) / s : 0; };
        std::cerr << "last answer: prefill " << last_.prompt << " tokens, " << qad::text(rate(last_.prompt, last_.prefill))
                  << " tokens/s; decode " << last_.made << " tokens, "
                  << qad::text(rate(last_.made - 1, last_.decode)) << " tokens/s\ncontext: " << past_->length() << " of "
                  << capacity_ << " tokens, KV " << shown_bytes(past_->length()) << " of " << shown_bytes(capacity_) << '\n';
    }

  private:
    std::vector<message> all() const {
        std::vector<message> messages;
        if (!system_.empty()) { messages.push_back({"system", system_}); }
        messages.insert(messages.end(), said_.begin(), said_.end());
        return messages;
    }
    void forget() {
        past_->rewind(0);
        held_.clear();
    }
    std::string shown_bytes(index_t tokens) const {
        auto const& c = loaded_.config();
        auto const each = 2 * c.layers * c.kv_heads * c.head_dim * static_cast<index_t>(sizeof(float));
        return qad::text(static_cast<double>(tokens * each) / (1 << 20), " MiB");
    }
    void print(std::string const& answered, char const* why, index_t count, index_t kept) const {
        if (o_.model.shared.json) {
            json const line = {{"content", answered}, {"stopped", why}, {"prompt_tokens", count}, {"cached_tokens", kept},
                               {"tokens", last_.made}, {"context", capacity_}, {"used", past_->length()}};
            std::cout << line.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
        } else {
            std::cout << std::endl;
        }
        std::string_view const reason(why);
        if (reason == "interrupt") { std::cerr << "(stopped)\n"; }
        if (reason == "length") { std::cerr << "(stopped after --max-tokens " << o_.how.max_tokens << ")\n"; }
        if (reason == "context") { std::cerr << "(the context is full; /reset begins anew)\n"; }
        else if (past_->length() * 5 > capacity_ * 4) {
            std::cerr << "(" << past_->length() << " of " << capacity_ << " tokens of context used; /reset before they end)\n";
        }
    }

    options const& o_;
    tokenizer vocabulary_;
    engine loaded_;
    dialogue talk_;
    index_t capacity_;
    std::unique_ptr<session> past_;
    std::vector<std::int32_t> held_; // what the session has run
    std::vector<message> said_;
    std::string system_;
    struct {
        index_t prompt = 0, made = 0;
        double prefill = 0, decode = 0;
    } last_;
};

constexpr char const* commands =
    "/reset            forget the conversation, keep the system message\n"
    "/system TEXT      what the model is told before the conversation; without TEXT: nothing\n"
    "/adapter DIR|off  another LoRA adapter, or none; the conversation goes on\n"
    "/stats            tokens per second, context used\n"
    "/save FILE        the conversation as JSON\n"
    "/quit             leave (also Ctrl-D); Ctrl-C stops an answer, twice at the prompt leaves\n"
    "//TEXT            say TEXT with one slash in front\n";

/// False when it is over.
bool obey(conversation& c, std::string const& line) {
    std::string const name = line.substr(0, line.find(' '));
    std::string const rest = name.size() < line.size() ? std::string(jinja::without_front(line.substr(name.size()))) : "";
    if (name == "/quit" || name == "/exit") { return false; }
    if (name == "/help") { std::cerr << commands; }
    else if (name == "/reset") { c.reset(); }
    else if (name == "/system") { c.system(rest); }
    else if (name == "/stats") { c.stats(); }
    else if (name == "/adapter" && !rest.empty()) { c.adapt(rest == "off" ? "" : rest); }
    else if (name == "/save" && !rest.empty()) { c.save(rest); }
    else { fail(name, name == "/adapter" || name == "/save" ? " needs a path" : " is no command; /help lists them"); }
    return true;
}

void run(options const& o) {
    conversation talk(o);
    bool const person = ::isatty(0) != 0;
    struct sigaction action {};
    action.sa_handler = on_interrupt; // and no SA_RESTART: reading is to come back
    if (person) { ::sigaction(SIGINT, &action, nullptr); }
    if (person) { std::cerr << "/help lists the commands\n"; }
    line_reader lines;
    bool asked_once = false;
    while (true) {
        if (person) { std::cerr << "\n> " << std::flush; }
        interrupted = 0;
        std::string line;
        auto const got = lines.next(line);
        if (got == line_reader::end) { break; }
        if (got == line_reader::interrupt) {
            if (asked_once) { break; }
            asked_once = true;
            std::cerr << "\n(Ctrl-C again leaves)";
            continue;
        }
        asked_once = false;
        if (line.empty()) { continue; }
        try {
            bool const command = line[0] == '/' && !line.starts_with("//");
            if (command && !obey(talk, line)) { break; }
            if (!command) { talk.answer(line[0] == '/' ? line.substr(1) : line); }
        } catch (error const& problem) {
            if (!person) { throw; } // a script is not to go on as if nothing had been
            std::cerr << problem.what() << '\n';
        }
    }
    if (person) { std::cerr << '\n'; }
}

} // namespace chat_program

void add_dialogue(CLI::App& program, dialogue_options& options) {
    program.add_option("--template", options.format,
                       "how a conversation is written: chatml, plain, or a file with a Jinja template; else the model's own");
    program.add_flag("--no-think", options.no_think, "tell the template enable_thinking=false (Qwen3: an empty think block)");
    program.add_option("--date", options.date,
                       "YYYY-MM-DD for templates that print today's date; else the one they name (Llama 3: 26 Jul 2024)");
    program.add_flag("--literal-markers", options.literal,
                     "special tokens typed in a message are text; else they count, as in the reference");
}

void add_sampling(CLI::App& program, generation& how) {
    program.add_option("--max-tokens", how.max_tokens, "stop after so many")
        ->check(CLI::Range(1, 1 << 20))->capture_default_str();
    program.add_option("--temperature", how.how.temperature, "0: always the most likely")->capture_default_str();
    program.add_option("--top-k", how.how.top_k, "keep the k most likely; 0: all")->capture_default_str();
    program.add_option("--top-p", how.how.top_p, "keep the shortest list of this probability")->capture_default_str();
    program.add_option("--min-p", how.how.min_p, "keep tokens of this share of the largest probability")->capture_default_str();
}

void add_chat(CLI::App& app) {
    auto o = std::make_shared<chat_program::options>();
    auto* program = app.add_subcommand("chat", "talk with a model: a terminal chat, or one answer for each line of a pipe");
    add_model(*program, o->model);
    program->add_option("--system", o->system, "what the model is told before the conversation");
    program->add_option("--context", o->context, "tokens that the conversation may have; else the model's, at most 4096")
        ->check(CLI::Range(2, 1 << 24));
    add_dialogue(*program, o->dialogue);
    add_sampling(*program, o->how);
    program->callback([=] {
        o->how.seed = o->model.shared.seed;
        chat_program::run(*o);
    });
}

} // namespace qad::program

// SPDX-License-Identifier: MIT
// A fuzzer for compilers that have none: takes files of the corpus and damages them in the ways that
// readers get wrong. It does not see which code it reached, so it needs more inputs than clang's.
#include <qad/core/file.hpp>   // mapped_file, write_text
#include <qad/core/random.hpp> // generator

#include <algorithm>  // sort
#include <charconv>   // from_chars
#include <chrono>     // steady_clock
#include <csignal>    // signal
#include <filesystem> // directory_iterator
#include <fstream>    // ifstream
#include <vector>     // vector

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*)());

namespace {

using qad::index_t;

std::string now_running, artifact_prefix;

/// Keeps the input that ended the program.
void keep() {
    std::string const path = artifact_prefix + "crash";
    if (std::FILE* file = std::fopen(path.c_str(), "wb")) {
        std::fwrite(now_running.data(), 1, now_running.size(), file);
        std::fclose(file);
        std::fprintf(stderr, "the input is in %s\n", path.c_str());
    }
}
void on_signal(int number) {
    std::fprintf(stderr, number == SIGALRM ? "qad fuzz: broken: an input takes too long\n" : "qad fuzz: ended by a signal\n");
    keep();
    std::_Exit(1);
}

/// The options that clang's fuzzer has under the same names; others of its are ignored.
struct options {
    index_t runs = -1, seconds = -1, seed = 1, longest = 4096, timeout = 20;
    std::vector<std::string> words;                 // of the dictionary
    std::vector<std::string> corpus;
};

/// "…" of a line of a dictionary, with \\ \" \xNN.
std::string unquoted(std::string const& line) {
    std::string word;
    auto const first = line.find('"'), last = line.rfind('"');
    for (std::size_t i = first + 1; i < last; ++i) {
        if (line[i] != '\\') {
            word += line[i];
        } else if (line[i + 1] == 'x') {
            word += static_cast<char>(std::stoi(line.substr(i + 2, 2), nullptr, 16));
            i += 3;
        } else {
            word += line[++i];
        }
    }
    return word;
}

options parse(int count, char** arguments) {
    options o;
    for (int i = 1; i < count; ++i) {
        std::string const text = arguments[i];
        auto const number = [&](char const* name, index_t& value) {
            std::string const prefix = std::string("-") + name + "=";
            if (text.starts_with(prefix)) { value = std::stoll(text.substr(prefix.size())); }
        };
        number("runs", o.runs);
        number("max_total_time", o.seconds);
        number("seed", o.seed);
        number("max_len", o.longest);
        number("timeout", o.timeout);
        if (text.starts_with("-artifact_prefix=")) { artifact_prefix = text.substr(17); }
        if (text.starts_with("-dict=")) {
            std::ifstream in(text.substr(6));
            for (std::string line; std::getline(in, line);) {
                if (line.starts_with('"')) { o.words.push_back(unquoted(line)); }
            }
        }
        if (text.starts_with("-")) { continue; }
        std::vector<std::filesystem::path> files;
        for (auto const& entry : std::filesystem::directory_iterator(text)) { files.push_back(entry.path()); }
        std::sort(files.begin(), files.end());
        for (auto const& file : files) { o.corpus.emplace_back(qad::mapped_file(file).text()); }
    }
    if (o.corpus.empty()) { o.corpus.emplace_back(); }
    return o;
}

class mutator {
  public:
    mutator(options const& o) : o_(o), random_(static_cast<std::uint64_t>(o.seed)) {}

    /// A file of the corpus, or a head of one and a tail of another, damaged in one to four places.
    std::string next() {
        std::string text = any(o_.corpus);
        if (random_.below(8) == 0) { text = text.substr(0, place(text)) + tail_of(any(o_.corpus)); }
        for (auto n = 1 + random_.below(4); n > 0; --n) { damage(text); }
        text.resize(std::min(text.size(), static_cast<std::size_t>(o_.longest)));
        return text;
    }

  private:
    std::string const& any(std::vector<std::string> const& among) { return among[below(among.size())]; }
    std::size_t below(std::size_t bound) { return random_.below(static_cast<std::uint32_t>(bound)); }
    std::size_t place(std::string const& text) { return below(text.size() + 1); }

    std::string tail_of(std::string const& text) { return text.substr(place(text)); }

    void damage(std::string& text) {
        std::size_t const at = place(text), length = std::min(text.size() - at, std::size_t{1} << random_.below(8));
        switch (random_.below(9)) {
        case 0: // a bit, a byte
            if (at < text.size()) { text[at] = static_cast<char>(text[at] ^ (1 << random_.below(8))); }
            return;
        case 1:
            if (at < text.size()) { text[at] = static_cast<char>(random_.below(256)); }
            return;
        case 2: // less, more
            text.erase(at, length);
            return;
        case 3: {
            std::string const copy = text.substr(at, length);
            text.insert(place(text), copy);
            return;
        }
        case 4:
            text.resize(at);
            return;
        case 5: { // a number at its limits, little-endian
            std::uint64_t const limits[] = {0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, 1u << 30,
                                            std::uint64_t{1} << 62, ~std::uint64_t{0} >> 1, ~std::uint64_t{0}};
            std::uint64_t const value = limits[below(std::size(limits))];
            std::memcpy(text.data() + at, &value, std::min(text.size() - at, std::size_t{1} << random_.below(4)));
            return;
        }
        case 6: { // the digits of one
            std::size_t const digit = text.find_first_of("0123456789", at);
            if (digit == text.npos) { return; }
            std::size_t const end = std::min(text.find_first_not_of("0123456789", digit), text.size());
            char const* const numbers[] = {"0", "-1", "1e999", "2147483648", "9223372036854775807", "18446744073709551616", "null"};
            text.replace(digit, end - digit, numbers[below(std::size(numbers))]);
            return;
        }
        default: // a word, beside or in the place of others
            if (o_.words.empty()) { return; }
            text.replace(at, random_.below(2) * length, any(o_.words));
        }
    }

    options const& o_;
    qad::generator random_;
};

} // namespace

int main(int count, char** arguments) {
    options const o = parse(count, arguments);
    for (int number : {SIGALRM, SIGABRT, SIGSEGV}) { std::signal(number, on_signal); }
    if (__sanitizer_set_death_callback) { __sanitizer_set_death_callback(keep); }
    auto const begin = std::chrono::steady_clock::now();
    auto const seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
    mutator mutate(o);
    index_t done = 0;
    for (; done != o.runs && (o.seconds < 0 || seconds() < static_cast<double>(o.seconds)); ++done) {
        auto const i = static_cast<std::size_t>(done);
        now_running = i < o.corpus.size() ? o.corpus[i] : mutate.next();
        ::alarm(static_cast<unsigned>(o.timeout));
        LLVMFuzzerTestOneInput(reinterpret_cast<std::uint8_t const*>(now_running.data()), now_running.size());
    }
    std::printf("%lld inputs in %.0f s\n", static_cast<long long>(done), seconds());
}

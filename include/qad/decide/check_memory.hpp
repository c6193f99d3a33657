// SPDX-License-Identifier: MIT
// The pack checker on memory_math.md: every sum is done again.
#ifndef QAD_DECIDE_CHECK_MEMORY_HPP
#define QAD_DECIDE_CHECK_MEMORY_HPP

#include <qad/decide/finding.hpp>    // findings
#include <qad/decide/pack_model.hpp> // pack_model
#include <qad/decide/pack_text.hpp>  // in_bytes
#include <qad/fit/kv.hpp>            // kv_bytes
#include <qad/fit/weights.hpp>       // weight_bytes

namespace qad {

namespace detail {

inline byte_count nearest_bytes(double bytes) { return byte_count(amount<1>(bytes)); }

/// GB where GiB is meant, or the other way round: the sentence that says so.
inline std::string unit_mistake(written_number const& n, double bytes) {
    bool const gb = n.unit == "GB" && means(n, 0x1p30, bytes) && !means(n, bytes);
    bool const gib = n.unit == "GiB" && means(n, 1e9, bytes) && !means(n, bytes);
    if (!gb && !gib) { return ""; }
    return text(n.text, " ", n.unit, " is really ", n.text, gb ? " GiB" : " GB", ": ",
                in_bytes(nearest_bytes(bytes)));
}

/// A line of a text as a claim: a Markdown table's cell comes with its column's and row's head.
inline std::vector<std::string> claim_lines(std::string_view text) {
    std::vector<std::string> claims, head;
    for (std::string const& line : lines_in(text)) {
        if (!trimmed(line).starts_with('|')) {
            head.clear();
            claims.push_back(line);
            continue;
        }
        std::vector<std::string> cells;
        std::string_view rest = line;
        rest.remove_prefix(rest.find('|') + 1);
        for (auto bar = rest.find('|'); bar != rest.npos; bar = rest.find('|')) {
            cells.push_back(trimmed(rest.substr(0, bar)));
            rest.remove_prefix(bar + 1);
        }
        if (head.empty()) { head = cells; }
        bool const by_column = head.size() > 1 && !formats_in(head[1]).empty();
        if (!by_column) {
            claims.push_back(line);
            continue;
        }
        for (std::size_t i = 1; i < std::min(head.size(), cells.size()); ++i) {
            claims.push_back(qad::text("weights ", head[i], " ", cells[0], ": ", cells[i]));
        }
    }
    return claims;
}

/// "X B = Y GB = Z GiB": neighbours with nothing but an equals sign between them must agree.
inline void check_chains(std::string const& line, findings& found) {
    auto const amounts = amounts_in(line);
    for (std::size_t i = 1; i < amounts.size(); ++i) {
        written_number const &a = amounts[i - 1], &b = amounts[i];
        std::string const between = trimmed(line.substr(a.after, b.begin - a.after));
        std::string before = line.substr(0, a.begin);
        while (before.ends_with(' ')) { before.pop_back(); }
        bool const term = before.ends_with("×") || before.ends_with("x") || // of a sum
                          before.ends_with("*") || before.ends_with("+") ||
                          before.ends_with("/") || before.ends_with("−");
        bool const equal = !term && (between == "=" || between == "≈" || between == "(");
        double const bytes = a.value * unit_bytes(a.unit);
        if (!equal || means(b, bytes) || means(a, b.value * unit_bytes(b.unit))) { continue; }
        found.contradicts("L52", "a sum in memory_math.md",
                          text(a.text, " ", a.unit, " is ", in_bytes(nearest_bytes(bytes)),
                               ", not ", b.text, " ", b.unit));
    }
}

/// The lines that state what the weights take in a plain format.
inline bool is_weight_claim(std::string const& line) {
    return mentions(line, {"weight", "weights", "raw"}) && !amounts_in(line).empty() &&
           !mentions(line, {"kv", "cache", "train", "training", "gradient", "gradients",
                            "optimizer", "adapter", "lora", "qlora", "serving", "stored",
                            "peak", "measured", "scale", "scales", "saves", "less"});
}

inline void check_weight_lines(std::vector<std::string> const& lines, pack_model const& model,
                               findings& found) {
    struct format {
        double bits;
        char const* name;
    };
    for (format const& f : {format{16, "fp16"}, format{8, "int8"}, format{4, "int4"}}) {
        std::string const what = text("weight memory in ", f.name);
        bool stated = false, right = false;
        std::string wrong;
        for (std::string const& line : lines) {
            auto const formats = formats_in(line);
            bool const named =
                std::find(formats.begin(), formats.end(), f.bits) != formats.end();
            if (!named || !is_weight_claim(line)) { continue; }
            stated = true;
            bool agrees = false;
            std::string mistake;
            for (written_number const& n : amounts_in(line)) {
                for (double count : model.counts) {
                    agrees = agrees || means(n, count * f.bits / 8);
                    if (mistake.empty()) { mistake = unit_mistake(n, count * f.bits / 8); }
                }
            }
            right = right || agrees;
            if (!mistake.empty()) {
                wrong = mistake;
            } else if (!agrees && model.known()) {
                wrong = "the line says: " + trimmed(line);
            }
        }
        double const bytes = model.known() ? model.counts[0] * f.bits / 8 : 0;
        std::string const sum =
            text(grouped(static_cast<index_t>(model.known() ? model.counts[0] : 0)),
                 " parameters × ", f.bits, " / 8 = ", in_bytes(nearest_bytes(bytes)));
        if (!stated) {
            found.missing("L12", what, model.known() ? sum : "");
        } else if (!model.known()) {
            found.remark("L12", what,
                         "cannot be done again: config.yaml names no model I know, "
                         "no shape and no parameters");
        } else if (!wrong.empty()) {
            found.contradicts("L12", what, sum + "; " + wrong);
        } else {
            found.add("L12", what, right ? outcome::ok : outcome::missing, sum);
        }
    }
}

/// The KV cache: per token, per request of so many tokens, of so many users.
inline void check_kv_lines(std::vector<std::string> const& lines, pack_model const& model,
                           findings& found) {
    bool stated = false, right = false;
    std::string sum;
    for (std::string const& line : lines) {
        bool const claim = mentions(line, {"kv", "k/v", "key-value"}) &&
                           !mentions(line, {"serving", "weights", "usable"});
        if (!claim || amounts_in(line).empty()) { continue; }
        stated = true;
        if (!model.shape || model.shape->layers < 1) { continue; }
        double tokens = 1, users = 1;
        for (written_number const& n : numbers_in(line)) {
            if (n.unit == "token" || n.unit == "tokens" || n.unit == "context") {
                tokens = n.value;
            }
            if (n.unit == "users" || n.unit == "user" || n.unit == "requests" ||
                n.unit == "sequences") {
                users = n.value;
            }
        }
        bool agrees = false;
        std::string mistake;
        std::vector<double> formats = formats_in(line);
        if (formats.empty()) { formats = {16}; }
        for (double bits : formats) {
            auto const one = static_cast<double>(kv_bytes(*model.shape, 1, {bits}).count);
            for (double expected : {one, one * tokens, one * tokens * users}) {
                for (written_number const& n : amounts_in(line)) {
                    agrees = agrees || means(n, expected);
                    if (mistake.empty()) { mistake = unit_mistake(n, expected); }
                }
            }
            sum = text("2 × ", model.shape->layers, " × ", model.shape->kv_heads, " × ",
                       model.shape->head_dim, " × ", bits, " / 8 = ", figure(one, 8),
                       " B per token, × ", tokens, " tokens × ", users, " = ",
                       in_bytes(nearest_bytes(one * tokens * users)));
        }
        right = right || agrees;
        if (!mistake.empty() || !agrees) {
            found.contradicts(
                "L13", "KV cache",
                sum + "; " + (mistake.empty() ? "the line says: " + trimmed(line) : mistake));
            return;
        }
    }
    if (!stated) {
        found.missing("L13", "KV cache", "a line with layers × KV heads × head size × tokens");
    } else if (!right) {
        found.remark("L13", "KV cache", "cannot be done again: the model's shape is not known");
    } else {
        found.ok("L13", "KV cache", sum);
    }
}

/// The hardware assumption: a machine and its memory.
inline void check_hardware(pack_files const& pack, findings& found) {
    json const& config = any_of(pack.config, {"hardware", "target", "gpu", "device"});
    std::string words = config.is_null() ? "" : config.dump();
    for (std::string const& file : {pack.memory_math, pack.readme}) {
        for (std::string const& line : lines_in(file)) {
            if (mentions(line, {"gpu", "vram", "hardware", "cpu", "card", "ram"})) {
                words += " " + line;
            }
        }
    }
    bool memory = false; // amounts, or "memory: 24" of a configuration in a unit of its name
    for (written_number const& n : amounts_in(words)) {
        memory = memory || unit_bytes(n.unit) > 1;
    }
    memory = memory || (config.is_object() && any_of(config, {"memory", "vram"}).is_string());
    found.want(memory, "L14", "hardware assumption",
               "name the GPU or machine and its memory with a unit");
}

} // namespace detail

/// L11 L12 L13 L14 L42 L52: memory_math.md.
inline void check_memory(pack_files const& pack, pack_model const& model, findings& found) {
    found.want(!pack.memory_math.empty(), "L11", "memory_math.md");
    if (pack.memory_math.empty()) {
        found.missing("L12", "weight memory in fp16, int8 and int4");
        found.missing("L13", "KV cache");
    }
    if (!pack.memory_math.empty()) {
        auto const lines = detail::claim_lines(pack.memory_math);
        detail::check_weight_lines(lines, model, found);
        detail::check_kv_lines(lines, model, found);
        for (std::string const& line : lines) { detail::check_chains(line, found); }
        for (std::string const& line : lines) { // "… 3,672,320 parameters × 8 bits …"
            for (written_number const& n : numbers_in(line)) {
                bool const total = n.unit == "parameters" && detail::is_weight_claim(line);
                bool agrees = !model.known();
                for (double count : model.counts) {
                    agrees = agrees || std::fabs(n.value - count) <= 0.01 * count;
                }
                if (!total || agrees) { continue; }
                found.contradicts("L52", "parameter count",
                                  text(grouped(static_cast<index_t>(model.counts[0])),
                                       " parameters by the shape, not ", n.text));
            }
        }
    }
    if (!pack.memory_math.empty() && !found.has("L52", outcome::contradicts)) {
        found.ok("L52", "sums agree with each other");
    }
    detail::check_hardware(pack, found);
}

} // namespace qad

#endif

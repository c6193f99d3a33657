// SPDX-License-Identifier: MIT
// Which model a pack is about, so that its sums can be done again.
#ifndef QAD_DECIDE_PACK_MODEL_HPP
#define QAD_DECIDE_PACK_MODEL_HPP

#include <qad/decide/pack_files.hpp> // pack_files
#include <qad/fit/adapters.hpp>      // linears
#include <qad/fit/models.hpp>        // published_models

namespace qad {

/// Shape and LoRA settings, as far as evidence.json or config.yaml state them.
struct pack_model {
    std::string name;
    std::optional<model_shape> shape;
    std::vector<double> counts; ///< parameters: counted, and the round number of the name
    index_t rank = 0;
    std::optional<linears> targets;

    bool known() const { return !counts.empty(); }
};

namespace detail {

inline std::string letters_of(std::string_view name) {
    std::string out;
    for (char c : lower(name)) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) { out += c; }
    }
    return out;
}

/// "org/Meta-Llama-3.1-8B-Instruct" is Llama-3.1-8B: the longest name that it contains.
inline published_model const* published(std::string_view name) {
    published_model const* best = nullptr;
    std::string const all = letters_of(name);
    for (published_model const& model : published_models) {
        bool const longer = !best || model.name.size() > best->name.size();
        if (all.find(letters_of(model.name)) != all.npos && longer) { best = &model; }
    }
    return best;
}

/// The value of the first of the keys, in the object or one level below.
inline json const& any_of(json const& object, std::initializer_list<char const*> keys) {
    static json const null;
    if (!object.is_object()) { return null; }
    for (char const* key : keys) {
        if (auto const found = object.find(key); found != object.end()) { return *found; }
    }
    for (auto const& [name, inner] : object.items()) {
        for (char const* key : keys) {
            if (inner.is_object() && inner.contains(key)) { return inner[key]; }
        }
    }
    return null;
}

/// The linear layers that a word means; nothing for a word of another model family.
inline std::optional<linears> target_of(std::string_view word) {
    constexpr std::pair<char const*, linears> names[] = {
        {"q", linears::q},
        {"q_proj", linears::q},
        {"k", linears::k},
        {"k_proj", linears::k},
        {"v", linears::v},
        {"v_proj", linears::v},
        {"o", linears::o},
        {"o_proj", linears::o},
        {"gate", linears::gate},
        {"gate_proj", linears::gate},
        {"up", linears::up},
        {"up_proj", linears::up},
        {"down", linears::down},
        {"down_proj", linears::down},
        {"c_attn", linears::q},
        {"c_fc", linears::up}, // GPT-2: c_attn is q, k and v in one
        {"qkv_proj", linears::q},
        {"gate_up_proj", linears::gate},
        {"all", linears::all},
        {"all-linear", linears::all},
        {"attention", linears::attention},
        {"feed_forward", linears::feed_forward}};
    for (auto const& [name, which] : names) {
        if (word == name) { return which; }
    }
    return {};
}

inline std::optional<linears> targets_of(std::vector<std::string> const& words) {
    linears all = linears::none;
    for (std::string const& word : words) {
        auto const one = target_of(word);
        if (!one) { return {}; }
        all = all | *one;
    }
    return all == linears::none ? std::optional<linears>() : all;
}

} // namespace detail

inline pack_model model_of(pack_files const& pack) {
    pack_model m;
    json const& config = pack.config;
    json const& named = detail::any_of(config, {"model", "model_name", "base_model", "name"});
    if (named.is_string()) { m.name = named.get<std::string>(); }
    if (named.is_object() && named.contains("name") && named["name"].is_string()) {
        m.name = named["name"].get<std::string>();
    }

    // The shape: counted by the run, written in the configuration, or published.
    if (pack.run) {
        m.name = pack.run->model;
        m.shape = pack.run->shape;
    } else if (json const& shape = detail::any_of(config, {"shape"}); shape.is_object()) {
        json whole = detail::written(model_shape{});
        whole.update(shape);
        model_shape s;
        detail::read_into(s, whole, "config: shape");
        m.shape = s;
    } else if (auto const* known = detail::published(m.name)) {
        m.shape = known->shape;
    }
    if (m.shape) { m.counts.push_back(static_cast<double>(parameters(*m.shape))); }
    json const& stated = detail::any_of(config, {"parameters", "params"});
    if (stated.is_number() && !m.shape) { m.counts.push_back(stated.get<double>()); }
    std::string words_of_name = m.name;
    std::replace(words_of_name.begin(), words_of_name.end(), '-', ' ');
    for (written_number const& n : numbers_in(words_of_name)) { // "8B" of the name
        bool const billions = n.value >= 1e8 && n.unit.empty();
        bool const near =
            m.counts.empty() || (n.value > 0.8 * m.counts[0] && n.value < 1.2 * m.counts[0]);
        if (billions && near) { m.counts.push_back(n.value); }
    }

    // LoRA.
    json const& rank = detail::any_of(config, {"rank", "r", "lora_r", "lora_rank"});
    if (rank.is_number_integer()) { m.rank = rank.get<index_t>(); }
    json const& targets = detail::any_of(config, {"targets", "target_modules"});
    std::vector<std::string> words;
    if (targets.is_string()) { words.push_back(targets.get<std::string>()); }
    for (auto const& word : targets.is_array() ? targets : json::array()) {
        if (word.is_string()) { words.push_back(word.get<std::string>()); }
    }
    m.targets = detail::targets_of(words);
    return m;
}

} // namespace qad

#endif

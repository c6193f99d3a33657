// SPDX-License-Identifier: MIT
// adapter_config.json, as PEFT writes and reads it: ranks, scales, and what it asks for.
#ifndef QAD_MODEL_ADAPTER_CONFIG_HPP
#define QAD_MODEL_ADAPTER_CONFIG_HPP

#include <qad/io/regex.hpp>      // regex
#include <qad/model/adapter.hpp> // adapter

#include <cmath>   // isfinite
#include <set>     // set
#include <utility> // pair

namespace qad {

/// What adapter_config.json says of ranks and scales.
struct adapter_config {
    using patterns = std::vector<std::pair<std::string, double>>; // in the order of the file

    std::string base_model;
    double rank = 8, alpha = 8;
    lora_rule rule = lora_rule::rank;
    patterns ranks, alphas; ///< for layers whose name ends with such a regular expression

    /// The expression of a layer whose name ends with `pattern`, at a dot.
    static std::string ending(std::string const& pattern) {
        return "^(?:.*\\.)?(?:" + pattern + ")$";
    }
    /// The number of the first pattern that matches the end of `layer`, at a dot; `where` names
    /// the file in messages.
    static double of(patterns const& among, std::string const& layer, double otherwise,
                     std::string const& where = "adapter_config.json") {
        for (auto const& [pattern, value] : among) {
            regex const whole(ending(pattern), where);
            if (whole.occurs_in(layer)) { return value; }
        }
        return otherwise;
    }
};

namespace detail {

/// What a LoRA file of PEFT may ask for and this library does not do, each by its key.
inline void refuse_unsupported(config_reader const& config) {
    auto const refuse = [&](std::string const& key, char const* what) {
        fail<format_error>(config.name(key.c_str()), " is ", describe(config[key.c_str()]),
                           ": ", what,
                           " not supported; merge the adapter with PEFT and load the model");
    };
    json const& kind = config["peft_type"];
    if (!kind.is_string() || kind != "LORA") { refuse("peft_type", "kinds but LORA are"); }
    json const& bias = config["bias"];
    if (!bias.is_null() && bias != "none") { refuse("bias", "trained biases are"); }
    for (char const* key : {"use_dora", "use_qalora", "lora_bias", "fan_in_fan_out"}) {
        if (config.flag(key, false)) { refuse(key, "this variant of LoRA is"); }
    }
    for (char const* key : {"modules_to_save", "layer_replication", "trainable_token_indices",
                            "target_parameters", "alora_invocation_tokens", "arrow_config",
                            "kasa_config", "use_bdlora"}) {
        json const& value = config[key];
        bool const absent =
            value.is_null() || value == false || (value.is_structured() && value.empty());
        if (!absent) { refuse(key, "this is"); }
    }
    // PiSSA, OLoRA and the like also change the base weights, which no file here says.
    json const& start = config["init_lora_weights"];
    bool const harmless = start.is_null() || start.is_boolean() || start == "gaussian" ||
                          start == "orthogonal" || start == "eva";
    if (!harmless) { refuse("init_lora_weights", "a start that may change the base is"); }
}

inline adapter_config::patterns read_patterns(nlohmann::ordered_json const& file,
                                              char const* key, std::string const& where) {
    adapter_config::patterns result;
    auto const found = file.find(key);
    if (found == file.end() || found->is_null()) { return result; }
    if (!found->is_object()) { fail<format_error>(where, ": ", key, " must be an object"); }
    for (auto const& [pattern, value] : found->items()) {
        double const number = value.is_number() ? value.template get<double>() : 0;
        if (!(number > 0) || !std::isfinite(number)) {
            fail<format_error>(where, ": ", key, " '", pattern, "' must be a positive number");
        }
        regex const understood(adapter_config::ending(pattern), text(where, ": ", key));
        result.emplace_back(pattern, number);
    }
    return result;
}

} // namespace detail

/// Reads the text of an adapter_config.json; `where` names it in messages. `format_error` for
/// what is damaged, and for what PEFT can and this library cannot.
inline adapter_config parse_adapter_config(std::string_view file, std::string const& where) {
    json const object = parse_json(file, where);
    if (!object.is_object()) { fail<format_error>(where, ": must be a JSON object"); }
    detail::config_reader const config{object, where};
    detail::refuse_unsupported(config);
    adapter_config result;
    json const& base = config["base_model_name_or_path"];
    if (!base.is_null()) {
        result.base_model = string_of(base, config.name("base_model_name_or_path"));
    }
    result.rank = static_cast<double>(config.size("r", 8)); // PEFT's defaults
    result.alpha = config.positive("lora_alpha", 8);
    result.rule = config.flag("use_rslora", false) ? lora_rule::root_of_rank : lora_rule::rank;
    // The first pattern that matches counts, so their order does too; it parsed once already.
    auto const ordered = nlohmann::ordered_json::parse(file);
    result.ranks = detail::read_patterns(ordered, "rank_pattern", where);
    result.alphas = detail::read_patterns(ordered, "alpha_pattern", where);
    return result;
}

/// adapter_config.json of a directory.
inline adapter_config read_adapter_config(std::filesystem::path const& directory) {
    auto const path = directory / "adapter_config.json";
    if (!std::filesystem::exists(path)) {
        fail<io_error>(directory.string(),
                       ": no adapter_config.json; an adapter is a directory "
                       "with that file and adapter_model.safetensors");
    }
    return parse_adapter_config(mapped_file(path).text(), path.string());
}

namespace detail {

/// The names under which PEFT finds the layers of the adapter again. Where each kind of layer
/// is adapted in every layer up to the last, "q_proj" will do; else only whole names say which.
inline std::set<std::string> target_modules(adapter const& a) {
    std::map<std::string, std::set<std::string>> layers_of; // kind → numbers
    std::set<std::string> numbers, whole, kinds;
    for (auto const& [name, delta] : a.layers) {
        std::string const kind = name.substr(name.rfind('.') + 1);
        whole.insert(name);
        kinds.insert(kind);
        constexpr std::string_view prefix = "model.layers.";
        if (!name.starts_with(prefix)) { continue; }
        std::string const number =
            name.substr(prefix.size(), name.find('.', prefix.size()) - prefix.size());
        layers_of[kind].insert(number);
        numbers.insert(number);
    }
    for (auto const& [kind, its] : layers_of) {
        if (its != numbers) { return whole; }
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (!numbers.contains(std::to_string(i))) { return whole; }
    }
    return kinds;
}

/// The value that most layers have, and the others by whole name.
template <class Number, class F>
std::pair<Number, json> common_value(adapter const& a, F&& of) {
    std::map<Number, int> votes;
    for (auto const& [name, delta] : a.layers) { ++votes[of(delta)]; }
    Number most{};
    int best = 0;
    for (auto const& [value, count] : votes) {
        if (count > best) {
            most = value;
            best = count;
        }
    }
    json others = json::object();
    for (auto const& [name, delta] : a.layers) {
        if (of(delta) != most) { others[name] = of(delta); }
    }
    return {most, others};
}

/// 16 rather than 16.0: some readers want a whole number.
inline json whole_if_possible(double value) {
    auto const whole = static_cast<index_t>(value);
    return static_cast<double>(whole) == value ? json(whole) : json(value);
}

} // namespace detail

/// adapter_config.json for an adapter. `shape_error` when it has no layers, or when they divide
/// alpha by different rules, which the file cannot say.
inline json to_json(adapter const& a) {
    if (a.layers.empty()) { fail<shape_error>("this adapter has no layers; nothing to save"); }
    lora_rule const rule = a.layers.begin()->second.rule;
    for (auto const& [name, delta] : a.layers) {
        if (delta.rule != rule) {
            fail<shape_error>(name, " divides alpha by another rule than ",
                              a.layers.begin()->first,
                              "; an adapter file has one rule for all layers");
        }
    }
    auto const [rank, ranks] =
        detail::common_value<index_t>(a, [](lora const& d) { return d.rank(); });
    auto [alpha, alphas] = detail::common_value<double>(
        a, [](lora const& d) { return static_cast<double>(d.alpha); });
    for (auto& value : alphas) { value = detail::whole_if_possible(value.get<double>()); }

    return {{"peft_type", "LORA"},
            {"task_type", "CAUSAL_LM"},
            {"base_model_name_or_path", a.base_model.empty() ? json() : json(a.base_model)},
            {"r", rank},
            {"lora_alpha", detail::whole_if_possible(alpha)},
            {"rank_pattern", ranks},
            {"alpha_pattern", alphas},
            {"use_rslora", rule == lora_rule::root_of_rank},
            {"use_dora", false},
            {"target_modules", detail::target_modules(a)},
            {"modules_to_save", json()},
            {"lora_dropout", 0.0},
            {"bias", "none"},
            {"fan_in_fan_out", false},
            {"init_lora_weights", true},
            {"inference_mode", true}};
}

} // namespace qad

#endif

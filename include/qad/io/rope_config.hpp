// SPDX-License-Identifier: MIT
// How positions become angles, as a config.json says it in one of its spellings.
#ifndef QAD_IO_ROPE_CONFIG_HPP
#define QAD_IO_ROPE_CONFIG_HPP

#include <qad/io/config_reader.hpp> // config_reader

#include <algorithm> // min
#include <cmath>     // log, sqrt

namespace qad {

/// RoPE as plain data; layers/rope.hpp computes with it.
struct rope_config {
    std::string type = "default"; ///< "default", "linear", "llama3", "yarn" or "longrope"
    double theta = 10000;
    index_t dims = 0;  ///< coordinates of a head that turn; 0: all of them
    double factor = 1; ///< linear, llama3, yarn
    double low_freq_factor = 1, high_freq_factor = 4; ///< llama3
    double beta_fast = 32, beta_slow = 1;             ///< yarn
    bool truncate = true;                             ///< yarn: the blend's ends are whole
    index_t original_context = 0; ///< llama3, yarn, longrope: positions of pretraining
    double attention_factor = 1;  ///< yarn, longrope: multiplies cosines and sines
    std::vector<double> short_factor, long_factor; ///< longrope: divisors of the frequencies
    /// Where not empty: frequency i is divided by divisors[i], and `type` is "default". This is
    /// how GGUF stores llama3 scaling.
    std::vector<double> divisors;
};

namespace detail {

/// What YaRN and LongRoPE multiply cosines and sines with where the file does not say it:
/// Peng et al. 2023, "YaRN", eq. 22; Ding et al. 2024, "LongRoPE", as transformers computes it.
inline double yarn_attention(double factor, double scale = 1) {
    return factor <= 1 ? 1 : 0.1 * scale * std::log(factor) + 1;
}
inline double longrope_attention(double factor, index_t original) {
    return factor <= 1 ? 1 : std::sqrt(1 + std::log(factor) / std::log(double(original)));
}

/// The lengths of the two lists of divisors, one number for each pair that turns.
inline void check_longrope(rope_config const& rope, index_t pairs, std::string const& where) {
    for (auto const* list : {&rope.short_factor, &rope.long_factor}) {
        if (static_cast<index_t>(list->size()) != pairs) {
            fail<format_error>(where, ": longrope needs ", pairs,
                               " short and as many long factors, one for each pair of "
                               "coordinates, not ",
                               list->size());
        }
    }
}

/// Both spellings: `rope_theta` + `rope_scaling` (the hub), or `rope_parameters` with the theta
/// inside (transformers 5). 10000 is assumed only where no key speaks of RoPE at all, as in the
/// first Llama configs; a config whose theta hides somewhere else is an error.
class rope_reader {
  public:
    rope_reader(config_reader const& top, index_t max_positions, index_t head_dim)
        : top_(top), modern_(!top["rope_parameters"].is_null()),
          object_(modern_ ? top["rope_parameters"] : top["rope_scaling"]),
          in_{object_, top.name(modern_ ? "rope_parameters" : "rope_scaling")},
          max_positions_(max_positions), head_dim_(head_dim) {}

    rope_config read() {
        if (object_.is_null()) {
            rope_.theta = top_.positive("rope_theta", 10000);
            read_dims(top_);
            return rope_;
        }
        if (!object_.is_object()) {
            fail<format_error>(in_.where, " must be an object or null");
        }
        for (json const& value : object_) {
            if (value.is_object()) {
                fail<format_error>(in_.where,
                                   " differs by layer; supported: one set for all layers");
            }
        }
        read_type();
        read_theta();
        read_dims(in_["partial_rotary_factor"].is_null() ? top_ : in_);
        read_scaling();
        return rope_;
    }

  private:
    /// Old files say "type", and "su" for LongRoPE; the first Phi-3 called that "yarn".
    void read_type() {
        char const* key = in_["rope_type"].is_null() ? "type" : "rope_type";
        in_.only(key, {"default", "linear", "llama3", "longrope", "su", "yarn"});
        if (in_[key].is_null()) { return; }
        rope_.type = in_[key].get<std::string>();
        bool const phi = top_["model_type"] == "phi3";
        if (rope_.type == "su" || (phi && rope_.type == "yarn")) { rope_.type = "longrope"; }
    }
    /// theta inside, outside, or both and equal.
    void read_theta() {
        bool const inside = !in_["rope_theta"].is_null(),
                   outside = !top_["rope_theta"].is_null();
        if (modern_ && !inside && !outside) {
            fail<format_error>(in_.where,
                               " has no rope_theta; add the value the model was trained with");
        }
        rope_.theta = inside ? in_.positive("rope_theta") : top_.positive("rope_theta", 10000);
        if (inside && outside && top_.positive("rope_theta") != rope_.theta) {
            fail<format_error>(in_.where, ".rope_theta is ", rope_.theta, " but rope_theta is ",
                               top_.positive("rope_theta"), "; remove the wrong one");
        }
    }
    void read_dims(config_reader const& in) {
        double const share = in.positive("partial_rotary_factor", 1);
        rope_.dims =
            static_cast<index_t>(static_cast<double>(head_dim_) * std::min(share, 1.0));
        if (share > 1 || rope_.dims < 2 || rope_.dims % 2 != 0) {
            fail<format_error>(in.name("partial_rotary_factor"), " ", share, " turns ",
                               rope_.dims, " of ", head_dim_,
                               " coordinates of a head; RoPE turns pairs");
        }
    }
    void read_scaling() {
        if (rope_.type == "default") { return; }
        rope_.original_context =
            top_["original_max_position_embeddings"].is_null()
                ? in_.size("original_max_position_embeddings", max_positions_)
                : top_.size("original_max_position_embeddings");
        double const stretched =
            static_cast<double>(max_positions_) / static_cast<double>(rope_.original_context);
        if (rope_.type == "longrope") {
            rope_.short_factor = in_.positives("short_factor");
            rope_.long_factor = in_.positives("long_factor");
            check_longrope(rope_, rope_.dims / 2, in_.where);
            rope_.attention_factor = in_.positive(
                "attention_factor",
                longrope_attention(in_.positive("factor", stretched), rope_.original_context));
            return;
        }
        bool const may_follow = rope_.type == "yarn"; // from the two contexts
        rope_.factor = may_follow ? in_.positive("factor", stretched) : in_.positive("factor");
        if (rope_.type == "yarn") {
            rope_.beta_fast = in_.positive("beta_fast", 32);
            rope_.beta_slow = in_.positive("beta_slow", 1);
            rope_.truncate = in_.flag("truncate", true);
            bool const two = !in_["mscale"].is_null() && !in_["mscale_all_dim"].is_null();
            rope_.attention_factor = in_.positive(
                "attention_factor",
                two ? yarn_attention(rope_.factor, in_.positive("mscale")) /
                          yarn_attention(rope_.factor, in_.positive("mscale_all_dim"))
                    : yarn_attention(rope_.factor));
        }
        if (rope_.type == "llama3") {
            rope_.low_freq_factor = in_.positive("low_freq_factor");
            rope_.high_freq_factor = in_.positive("high_freq_factor");
            if (rope_.low_freq_factor >= rope_.high_freq_factor) {
                fail<format_error>(in_.where,
                                   ": low_freq_factor must be below high_freq_factor");
            }
        }
    }

    config_reader const& top_;
    bool modern_;
    json const& object_;
    config_reader in_;
    index_t max_positions_, head_dim_;
    rope_config rope_;
};

} // namespace detail

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// The names under which evidence stands in evidence.json: one list for writing and for reading.
#ifndef QAD_DECIDE_EVIDENCE_FIELDS_HPP
#define QAD_DECIDE_EVIDENCE_FIELDS_HPP

#include <qad/decide/evidence.hpp> // evidence and its parts

#include <array>       // array
#include <concepts>    // same_as
#include <string_view> // string_view
#include <tuple>       // tuple
#include <type_traits> // is_enum_v

namespace qad::detail {

/// A member and its name.
template <class T, class Member> struct field {
    char const* name;
    Member T::*at;
    constexpr field(char const* called, Member T::*member) : name(called), at(member) {}
};

/// The fields of T, in the order of the file.
template <class T> constexpr auto fields_of() { return std::tuple<>(); }
template <class T> concept has_fields = !std::same_as<decltype(fields_of<T>()), std::tuple<>>;

/// The words of an enumeration, in its order.
template <class E> inline constexpr std::array<std::string_view, 0> names_of{};
template <class E> concept named_enum = std::is_enum_v<E> && !names_of<E>.empty();

template <> inline constexpr std::array<std::string_view, 9> names_of<row_kind>{
    "base",  "quantized", "prompt",         "retrieval",         "lora",
    "qlora", "full",      "lora_quantized", "lora_and_retrieval"};
template <> inline constexpr std::array<std::string_view, 3> names_of<contrast_verdict>{
    "shown", "not_shown", "not_judged"};

template <> constexpr auto fields_of<machine_facts>() {
    using t = machine_facts;
    return std::tuple(field("processor", &t::processor), field("isa", &t::isa),
                      field("cores", &t::cores), field("memory_bytes", &t::memory),
                      field("read_gb_per_second", &t::read_gb_per_second),
                      field("sgemm_gflops", &t::sgemm_gflops));
}
template <> constexpr auto fields_of<target_hardware>() {
    using t = target_hardware;
    return std::tuple(field("name", &t::name), field("memory_bytes", &t::memory),
                      field("reserve", &t::reserve), field("context", &t::context),
                      field("users", &t::users));
}
template <> constexpr auto fields_of<model_shape>() {
    using t = model_shape;
    return std::tuple(field("hidden", &t::hidden), field("layers", &t::layers),
                      field("heads", &t::heads), field("kv_heads", &t::kv_heads),
                      field("head_dim", &t::head_dim), field("feed_forward", &t::feed_forward),
                      field("vocabulary", &t::vocabulary), field("tied", &t::tied),
                      field("qkv_bias", &t::qkv_bias), field("output_bias", &t::output_bias),
                      field("feed_forward_bias", &t::feed_forward_bias),
                      field("qk_norm", &t::qk_norm),
                      field("norm_bias", &t::norm_bias), field("gated", &t::gated),
                      field("fused", &t::fused), field("positions", &t::positions),
                      field("nominal", &t::nominal));
}
template <> constexpr auto fields_of<storage>() {
    using t = storage;
    return std::tuple(field("bits", &t::bits), field("group", &t::group),
                      field("scale_bits", &t::scale_bits), field("zero_bits", &t::zero_bits),
                      field("outer_group", &t::outer_group),
                      field("outer_bits", &t::outer_bits));
}
template <> constexpr auto fields_of<weight_storage>() {
    using t = weight_storage;
    return std::tuple(field("linear", &t::linear), field("embedding", &t::embedding),
                      field("head", &t::head), field("vectors", &t::vectors));
}
template <> constexpr auto fields_of<data_facts>() {
    using t = data_facts;
    return std::tuple(field("name", &t::name), field("file", &t::file), field("hash", &t::hash),
                      field("items", &t::items));
}
template <> constexpr auto fields_of<timing>() {
    using t = timing;
    return std::tuple(field("runs", &t::runs), field("warm_up", &t::warm_up));
}
template <> constexpr auto fields_of<quality_figure>() {
    using t = quality_figure;
    return std::tuple(field("metric", &t::metric), field("set", &t::set),
                      field("value", &t::value), field("low", &t::low), field("high", &t::high),
                      field("items", &t::items), field("hash", &t::hash),
                      field("higher_is_better", &t::higher_is_better));
}
template <> constexpr auto fields_of<bucket_figure>() {
    using t = bucket_figure;
    return std::tuple(field("name", &t::name), field("items", &t::items),
                      field("right", &t::right), field("flipped", &t::flipped));
}
template <> constexpr auto fields_of<memory_line>() {
    using t = memory_line;
    return std::tuple(field("what", &t::what), field("dtype", &t::dtype),
                      field("numbers", &t::numbers), field("bytes", &t::size));
}
template <> constexpr auto fields_of<memory_facts>() {
    using t = memory_facts;
    return std::tuple(field("predicted", &t::predicted), field("peak_bytes", &t::peak),
                      field("why", &t::why));
}
template <> constexpr auto fields_of<loss_point>() {
    using t = loss_point;
    return std::tuple(field("step", &t::step), field("train", &t::train),
                      field("validation", &t::validation));
}
template <> constexpr auto fields_of<training_facts>() {
    using t = training_facts;
    return std::tuple(
        field("method", &t::method), field("set", &t::set), field("rank", &t::rank),
        field("alpha", &t::alpha), field("targets", &t::targets),
        field("trainable", &t::trainable), field("steps", &t::steps), field("batch", &t::batch),
        field("learning_rate", &t::learning_rate), field("seconds", &t::seconds),
        field("tokens_per_second", &t::tokens_per_second), field("memory", &t::memory),
        field("feasible", &t::feasible), field("curve", &t::curve));
}
template <> constexpr auto fields_of<evidence_row>() {
    using t = evidence_row;
    return std::tuple(
        field("id", &t::id), field("config", &t::config), field("kind", &t::kind),
        field("group", &t::group), field("task", &t::task), field("scheme", &t::scheme),
        field("method", &t::method), field("stored", &t::stored),
        field("coverage", &t::coverage), field("weight_bytes", &t::weight_bytes),
        field("weight_dtype", &t::weight_dtype), field("adapter_bytes", &t::adapter_bytes),
        field("adapter_dtype", &t::adapter_dtype), field("kv", &t::kv),
        field("kv_bytes_per_token", &t::kv_bytes_per_token), field("kv_dtype", &t::kv_dtype),
        field("memory", &t::memory), field("prefill_tokens_per_second", &t::prefill),
        field("decode_tokens_per_second", &t::decode), field("decode_limit", &t::decode_limit),
        field("first_token_seconds", &t::first_token), field("quality", &t::quality),
        field("buckets", &t::buckets), field("training", &t::training),
        field("recommendation", &t::recommendation), field("items", &t::items),
        field("inputs_hash", &t::inputs_hash), field("seed", &t::seed));
}
template <> constexpr auto fields_of<comparison>() {
    using t = comparison;
    return std::tuple(field("a", &t::a), field("b", &t::b), field("metric", &t::metric),
                      field("set", &t::set), field("difference", &t::difference),
                      field("low", &t::low), field("high", &t::high), field("items", &t::items),
                      field("higher_is_better", &t::higher_is_better));
}
template <> constexpr auto fields_of<contrast>() {
    using t = contrast;
    return std::tuple(field("id", &t::id), field("text", &t::text),
                      field("figures", &t::figures), field("verdict", &t::verdict),
                      field("firm", &t::firm), field("note", &t::note));
}
template <> constexpr auto fields_of<freshness_point>() {
    using t = freshness_point;
    return std::tuple(field("arm", &t::arm), field("week", &t::week), field("now", &t::now),
                      field("before", &t::before), field("seconds", &t::seconds),
                      field("items", &t::items));
}
template <> constexpr auto fields_of<retrieval_facts>() {
    using t = retrieval_facts;
    return std::tuple(field("k", &t::k), field("items", &t::items), field("recall", &t::recall),
                      field("extra_tokens", &t::extra_tokens));
}
template <> constexpr auto fields_of<price_facts>() {
    using t = price_facts;
    return std::tuple(field("currency", &t::currency), field("per_hour", &t::per_hour),
                      field("per_million_tokens", &t::per_million_tokens),
                      field("requests", &t::requests),
                      field("example_tokens", &t::example_tokens));
}
template <> constexpr auto fields_of<left_out>() {
    using t = left_out;
    return std::tuple(field("config", &t::config), field("why", &t::why));
}
template <> constexpr auto fields_of<memo_answers>() {
    using t = memo_answers;
    return std::tuple(field("metric", &t::metric), field("quality_floor", &t::quality_floor),
                      field("trusted", &t::trusted), field("distrusted", &t::distrusted),
                      field("next", &t::next),
                      field("private_documents", &t::private_documents));
}
template <> constexpr auto fields_of<evidence>() {
    using t = evidence;
    return std::tuple(field("machine", &t::machine), field("hardware", &t::hardware),
                      field("model", &t::model), field("shape", &t::shape),
                      field("evals", &t::evals), field("trains", &t::trains),
                      field("shared_examples", &t::shared_examples), field("rows", &t::rows),
                      field("omitted", &t::omitted), field("comparisons", &t::comparisons),
                      field("contrasts", &t::contrasts), field("freshness", &t::freshness),
                      field("retrieval", &t::retrieval), field("prices", &t::prices),
                      field("memo", &t::memo), field("limits", &t::limits),
                      field("quick", &t::quick), field("max_train_samples", &t::max_train),
                      field("max_eval_samples", &t::max_eval), field("seed", &t::seed));
}

} // namespace qad::detail

#endif

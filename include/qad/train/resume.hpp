// SPDX-License-Identifier: MIT
// A run that was stopped goes on where it was.
#ifndef QAD_TRAIN_RESUME_HPP
#define QAD_TRAIN_RESUME_HPP

#include <qad/io/safetensors.hpp>        // safetensors_file
#include <qad/io/safetensors_writer.hpp> // safetensors_writer
#include <qad/train/trainer.hpp>         // trainer

namespace qad {

/// Writes all state of the run, at once or not at all: killed in between, the file before
/// stays. `run` names what the state belongs to: the data, the options, the base.
template <class Backend> void save_state(trainer<Backend>& t, std::filesystem::path const& path,
                                         std::string const& run) {
    std::vector<tensor_declaration> tensors;
    std::map<std::string, std::span<float const>, std::less<>> values;
    t.for_each_state([&](std::string const& name, std::span<float> numbers) {
        tensors.push_back({name, data_type::f32, {static_cast<index_t>(numbers.size())}});
        values[name] = numbers;
    });
    safetensors_writer file(
        path, std::move(tensors),
        {{"format", "pt"}, {"run", run}, {"step", text(t.step())}, {"drawn", text(t.drawn())}});
    for (auto const& tensor : file.order()) {
        file.write(tensor.name, std::as_bytes(values[tensor.name]));
    }
    file.commit();
}

/// Goes on from `path`, if it is there; says whether it was. A state of another run, or of
/// another shape, is an error: going on would mix two runs.
template <class Backend> bool load_state(trainer<Backend>& t, std::filesystem::path const& path,
                                         std::string const& run) {
    if (!std::filesystem::exists(path)) { return false; }
    safetensors_file const file(path);
    auto const& facts = file.metadata();
    auto const said = [&](char const* key) {
        auto const found = facts.find(key);
        return found == facts.end() ? std::string() : found->second;
    };
    if (said("run") != run) {
        fail<format_error>(path.string(), ": the state of another run (", said("run"),
                           "), not of this one (", run, "); remove it to begin anew");
    }
    // First everything is read and checked, then everything is taken over.
    std::vector<std::pair<std::span<float>, shared_matrix<float>>> news;
    t.for_each_state([&](std::string const& name, std::span<float> numbers) {
        auto const& tensor = file.at(name);
        require_shape(tensor, {static_cast<index_t>(numbers.size())});
        news.emplace_back(numbers, stored_matrix<float>(tensor));
    });
    auto const number = [&](char const* key) {
        index_t value = 0;
        for (char c : said(key)) {
            if (c < '0' || c > '9' || value > (index_t{1} << 50)) {
                fail<format_error>(path.string(), ": ", key, " '", said(key), "' is no number");
            }
            value = 10 * value + (c - '0');
        }
        return value;
    };
    index_t const step = number("step"), drawn = number("drawn");
    for (auto const& [to, from] : news) {
        std::copy(from.row(0).begin(), from.row(0).end(), to.begin());
    }
    t.go_on_at(step, drawn);
    return true;
}

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// The finished layers of a model that is being quantized, on disk:
// memory holds one of them, and what was interrupted goes on.
#ifndef QAD_MODEL_LAYER_PARTS_HPP
#define QAD_MODEL_LAYER_PARTS_HPP

#include <qad/model/load.hpp>           // checkpoint_source
#include <qad/model/quantize_model.hpp> // layer_result
#include <qad/model/save.hpp>           // write_tensors, for_each_tensor

#include <array> // array

namespace qad {

/// A directory with one file for each finished layer, layer-I.safetensors, and plan.json. Each
/// holds the tensors of `save`; its metadata say what `quantized` and `results` are, as JSON.
/// Given to `quantize_model` as `keep`, then to `save` or `save_gguf` as `layers`.
///
/// `plan` says all that decides what the layers will be (model, method, texts). When the
/// directory holds layers of the same plan, they are taken from there; those of another one are
/// removed.
class layer_parts {
  public:
    layer_parts(std::filesystem::path directory, model_config config, json const& plan)
        : directory_(std::move(directory)), config_(std::move(config)) {
        std::error_code problem;
        std::string const wanted = plan.dump(2) + "\n";
        auto const file = directory_ / "plan.json";
        bool const ours = std::filesystem::exists(file);
        if (!ours && std::filesystem::exists(directory_)) {
            fail<io_error>(directory_.string(),
                           " is there, but not from an earlier run; move it, or choose another "
                           "--out");
        }
        if (ours && mapped_file(file).text() == wanted) { return; }
        remove();
        std::filesystem::create_directories(directory_, problem);
        if (problem) {
            fail<io_error>("cannot make ", directory_.string(), ": ", problem.message());
        }
        write_text(file, wanted);
    }

    std::filesystem::path const& directory() const { return directory_; }
    /// How many layers are there.
    index_t finished() const {
        index_t count = 0;
        while (count < config_.layers && std::filesystem::exists(file(count))) { ++count; }
        return count;
    }
    /// Everything was read that will be.
    void remove() const {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    /// Layer i; its codes are copied, what is not quantized stays in the mapped file.
    block<float, weight> operator()(index_t i) const {
        checkpoint const tensors(file(i));
        checkpoint_scheme const scheme = listed_form{metadata(i, "quantized")};
        return assemble_layer(config_, i, detail::checkpoint_source{tensors, scheme});
    }

    bool restore(index_t i, block<float, weight>& layer,
                 std::vector<layer_result>& results) const {
        if (i >= finished()) { return false; }
        for (json const& entry : metadata(i, "results")) {
            bool good = entry.is_array() && entry.size() == 9 && entry[0].is_string();
            layer_result result{good ? entry[0].get<std::string>() : "", {}};
            std::size_t next = 1;
            for (double* figure : figures(result.report)) {
                good = good && entry[next].is_number();
                *figure = good ? entry[next++].get<double>() : 0;
            }
            if (!good) {
                fail<format_error>(file(i).string(), " is damaged; remove ",
                                   directory_.string(), " and begin again");
            }
            results.push_back(std::move(result));
        }
        layer = (*this)(i);
        return true;
    }
    /// Writes the layer unless it is there, and takes its matrices out of memory.
    void finish(index_t i, block<float, weight>& layer,
                std::vector<layer_result> const& results) const {
        if (i >= finished()) { write(i, layer, results); }
        for_each_linear(layer, [](char const*, auto& one) { one = {}; });
    }

  private:
    std::filesystem::path file(index_t i) const {
        return directory_ / text("layer-", i, ".safetensors");
    }
    json metadata(index_t i, char const* key) const {
        safetensors_file const part(file(i));
        auto const found = part.metadata().find(key);
        if (found == part.metadata().end()) {
            fail<format_error>(file(i).string(), " does not say ", key, "; remove ",
                               directory_.string(), " and begin again");
        }
        return parse_json(found->second, file(i).string());
    }
    static std::array<double*, 8> figures(quantization_report& r) {
        return {&r.weights,      &r.parameters,    &r.bits,          &r.weight_square,
                &r.weight_error, &r.largest_error, &r.output_square, &r.output_error};
    }

    void write(index_t i, block<float, weight> const& layer,
               std::vector<layer_result> const& results) const {
        auto const for_each = [&](auto const& f) { for_each_tensor(layer, i, f); };
        auto layout = layout_of(for_each);
        json reports = json::array();
        for (layer_result result : results) {
            json line = {result.name};
            for (double const* figure : figures(result.report)) { line.push_back(*figure); }
            reports.push_back(std::move(line));
        }
        safetensors_writer to(
            file(i), std::move(layout.tensors),
            {{"quantized", layout.quantized.dump()}, {"results", reports.dump()}});
        write_tensors(to, for_each);
    }

    std::filesystem::path directory_;
    model_config config_;
};

} // namespace qad

#endif

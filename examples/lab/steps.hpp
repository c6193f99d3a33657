// SPDX-License-Identifier: MIT
// The lab's work as a list of commands, each done once: who stops it goes on where it was.
#ifndef QAD_LAB_STEPS_HPP
#define QAD_LAB_STEPS_HPP

#include "child.hpp"

#include <qad/core/file.hpp>     // write_text
#include <qad/core/progress.hpp> // progress
#include <qad/decide/hash.hpp>   // fnv1a, hex
#include <qad/io/json.hpp>       // json

#include <map> // map

namespace qad::lab {

/// One command: `./qad` with these arguments and --json. `makes` is what it writes, if anything;
/// `seconds` what it takes on a usual machine, for the estimate.
struct step {
    std::string id = {};
    std::vector<std::string> arguments = {};
    std::filesystem::path makes = {};
    double seconds = 2;
};

/// Runs steps one after the other and remembers their answers in DIR/steps/<id>.json, under a
/// hash of the command and of `inputs` (the program, the model, the data): a step that was done
/// with the same inputs is not done again.
class step_runner {
  public:
    step_runner(std::filesystem::path folder, std::string inputs)
        : folder_(std::move(folder)), inputs_(std::move(inputs)), program_(own_program()) {
        std::filesystem::create_directories(folder_ / "steps");
    }

    void run(std::vector<step> const& steps, progress_style style = progress_style::automatic) {
        double all = 0;
        for (step const& s : steps) { all += s.seconds; }
        // In tenths of a second of a usual machine, so that the estimate knows long from short.
        progress bar("lab", static_cast<index_t>(all * 10), style);
        for (step const& s : steps) {
            if (!recall(s)) { answers_[s.id] = perform(s); }
            bar.step(static_cast<index_t>(s.seconds * 10), s.id);
        }
    }

    /// What `find_out` says, asked once for these inputs: what a plan hangs on must be the same
    /// when a stopped run goes on.
    template <class F> json remembered(std::string const& id, F&& find_out) {
        auto const file = folder_ / "steps" / (id + ".json");
        if (std::filesystem::exists(file)) {
            json const kept = read_json(file);
            if (member(kept, "hash") == inputs_) { return member(kept, "answer"); }
        }
        json const answer = find_out();
        write_text(file, json{{"hash", inputs_}, {"answer", answer}}.dump(1) + "\n");
        return answer;
    }

    bool has(std::string const& id) const { return answers_.contains(id); }
    /// What the step said, with "peak_bytes" and "wall_seconds" of its process.
    json const& operator[](std::string const& id) const {
        auto const found = answers_.find(id);
        if (found == answers_.end()) { fail("the lab has no step ", id); }
        return found->second;
    }
    /// The most bytes that a process had, and whose they were.
    std::pair<index_t, std::string> largest() const {
        std::pair<index_t, std::string> most;
        for (auto const& [id, answer] : answers_) {
            most = std::max(most, {answer["peak_bytes"].get<index_t>(), id});
        }
        return most;
    }
    std::string hash_of(step const& s) const {
        std::uint64_t hash = fnv1a(inputs_);
        for (auto const& word : s.arguments) { hash = fnv1a(word + '\n', hash); }
        return hex(hash);
    }

  private:
    bool recall(step const& s) {
        auto const file = folder_ / "steps" / (s.id + ".json");
        if (!std::filesystem::exists(file)) { return false; }
        json const kept = read_json(file);
        if (member(kept, "hash") != hash_of(s)) { return false; }
        if (!s.makes.empty() && !std::filesystem::exists(s.makes)) { return false; }
        answers_[s.id] = kept["answer"];
        return true;
    }
    json perform(step const& s) {
        auto arguments = s.arguments;
        arguments.push_back("--json");
        auto const result = run_child(program_, arguments);
        json answer = parse_json(result.output, s.id);
        answer["peak_bytes"] = result.peak_bytes;
        answer["wall_seconds"] = result.seconds;
        std::string command = "./qad";
        for (auto const& word : s.arguments) { command += " " + word; }
        write_text(
            folder_ / "steps" / (s.id + ".json"),
            json{{"hash", hash_of(s)}, {"command", command}, {"answer", answer}}.dump(1) +
                "\n");
        return answer;
    }

    std::filesystem::path folder_ = {};
    std::string inputs_ = {};
    std::filesystem::path program_ = {};
    std::map<std::string, json> answers_;
};

} // namespace qad::lab

#endif

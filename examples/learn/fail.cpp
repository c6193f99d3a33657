// SPDX-License-Identifier: MIT
// ./qad fail: the failure-fix table of chapter 6.1, each row reproduced while you watch.
#include "commands.hpp"
#include "fail_rows.hpp"

#include <iostream> // cout

namespace qad::learn {

namespace {

struct failure {
    char const *symptom, *cause, *check, *fix, *section;
    void (*show)();
};

constexpr failure table[] = {
    {"out of memory while loading", "the weights are larger than the card",
     "weights = parameters x bits / 8, against the card's GB",
     "fewer bits, a second card, a smaller model", "1.1", failures::weights_exceed_the_card},
    {"it loads, and dies when users come", "every request has a KV cache of its own",
     "the ledger: weights + users x KV + workspace",
     "cap the users, a GQA model, an 8-bit KV cache, paging", "4.1",
     failures::every_user_has_a_cache},
    {"it dies on long prompts only", "the KV cache grows with every token",
     "KV = 2 x layers x KV heads x head size x tokens x bytes",
     "cap the context; search (RAG) instead of stuffing the prompt", "4.2",
     failures::the_cache_grows_with_the_prompt},
    {"the memory is in use, and mostly empty", "every request has reserved its longest length",
     "utilization: tokens written / slots reserved", "a paged cache", "4.5",
     failures::reserved_and_empty},
    {"the loss is NaN or infinite in fp16", "gradients and activations leave fp16's range",
     "count what becomes 0 and what becomes infinite", "bf16; or scale the loss", "2.4",
     failures::fp16_runs_out_of_range},
    {"the loss stops moving in bf16", "an update below half a step is rounded away",
     "the same updates on an fp32 copy: do they add up?", "fp32 master weights", "2.4",
     failures::bf16_stands_still},
    {"quiet channels are all zero", "one scale for all rows, set by the loudest",
     "count the rows whose codes are all 0", "a scale for each channel or group", "3.3",
     failures::quiet_rows_vanish},
    {"the weights are close, the outputs far",
     "rounding to nearest does not look at the inputs",
     "measure the error of the outputs, not of the weights",
     "GPTQ or AWQ, calibrated on your inputs", "3.4", failures::close_weights_far_outputs},
    {"a good demo, and bad rare cases", "thin margins; a calibration set without them",
     "the flip report: what changed, by margin",
     "calibrate on traffic, keep fragile layers in int8", "3.6", failures::thin_margins_flip},
    {"a smaller file, and no more speed",
     "reading weights was not what took the time, or the kernel unpacks slowly",
     "tokens a second, against bandwidth / bytes read for a token",
     "the right kernel, larger batches, or accept it", "4.6", failures::smaller_is_not_faster},
    {"\"quantized\", and the memory is the same",
     "the method touched next to none of the parameters",
     "the coverage line: the share that was touched", "quantize embedding and head too", "3.6",
     failures::nothing_was_touched},
    {"fine-tuning is out of memory", "gradients and optimizer state, for every parameter",
     "the training ledger, line by line", "LoRA; then QLoRA", "5.1",
     failures::the_optimizer_fills_the_card},
    {"LoRA learns nothing, or explodes", "A and B are both zero; or alpha is not divided by r",
     "the first step's gradients; the same output for other ranks",
     "A random and B zero; scale = alpha / r", "5.2", failures::an_adapter_that_cannot_learn},
    {"the model states last month's policy", "facts were trained into the weights",
     "the staleness curve: right answers, week by week", "look them up (RAG)", "5.6",
     failures::weights_know_last_month},
};

void list_failures() {
    std::cout << "./qad fail 7 makes a failure happen; chapter 6.1 has them as a table\n";
    for (std::size_t n = 0; n < std::size(table); ++n) {
        std::string const number = std::to_string(n + 1), symptom = table[n].symptom;
        std::cout << std::string(4 - number.size(), ' ') << number << "  " << symptom
                  << std::string(44 - symptom.size(), ' ') << "section " << table[n].section
                  << '\n';
    }
}

void show_failure(std::size_t number) {
    if (number < 1 || number > std::size(table)) {
        fail("there is no row ", number, "; ./qad fail lists the ", std::size(table), " rows");
    }
    failure const& f = table[number - 1];
    std::cout << "row " << number << " of " << std::size(table) << "\n   symptom   "
              << f.symptom << "\n   cause     " << f.cause << "\n   check     " << f.check
              << "\n   fix       " << f.fix << "\n   read      section " << f.section;
    for (section const& s : sections) {
        if (s.number == f.section) { std::cout << ", " << s.title << '\n'; }
    }
    std::cout << std::endl; // what follows is printed by printf
    f.show();
    std::fflush(stdout);
}

} // namespace

void add_fail(CLI::App& app) {
    auto row = std::make_shared<std::size_t>(0);
    auto* command =
        app.add_subcommand("fail", "make a failure happen, with its cause and its fix");
    auto* option = command->add_option("ROW", *row, "1 to 14; without one, the list");
    command->callback(
        [row, option] { option->count() > 0 ? show_failure(*row) : list_failures(); });
}

} // namespace qad::learn

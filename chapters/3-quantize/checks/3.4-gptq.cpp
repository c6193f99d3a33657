// SPDX-License-Identifier: MIT
// Self-check 3.4, "GPTQ".
#include "self_check.hpp"
#include "../contracts/3.4-gptq.hpp"

#include <algorithm>
#include <cmath>

using namespace qad::check;

namespace {

mistake const wrong_sign{
    "3.4a", "the error is added to the weights that follow.",
    "the second 0.4 becomes 0.04 instead of 0.76: the outputs are off by "
    "0.608 as without GPTQ, and over many weights by three times as much."};
mistake const inverted_again{
    "3.4b", "U is taken for a factor of H, so it is inverted once more.",
    "the second 0.4 becomes -0.43 instead of 0.76: H says which inputs "
    "agree, only its inverse says which weight can stand in."};
mistake const finished_too{
    "3.4c", "an error is shared among all other weights.",
    "the first weight, finished at 0, ends at -0.50: no code stands there."};
mistake const undamped{"3.4d", "H is the sum alone, without damping.",
                       "an input that is always 0 leaves a 0 on the diagonal, and 1/0 in U: no "
                       "weight of the layer survives it."};
mistake const transposed{"3.4e", "nothing is pushed: no weight that follows takes anything on.",
                         "U[j][i] is 0 for all j > i, so it has to be U[i][j]; and e is 0 for "
                         "whoever takes it after w[i] has become s*k. The outputs are off "
                         "by 0.608 instead of 0.088."};
mistake const of_tokens{
    "3.4f", "H compares tokens with tokens.",
    "512 tokens of 16 inputs give 512 x 512 numbers where 16 x 16 are asked."};
mistake const other_lambda{
    "3.4g", "lambda is damping times something else than the mean of the diagonal.",
    "Damping alone does not know how loud the inputs are, the whole trace damps more the more "
    "inputs there are, and each entry's own share leaves a dead input at 0."};
mistake const mean_of_tokens{"3.4h", "H is a mean over the tokens.",
                             "The codes would be the same ones, as U grows as a whole. But "
                             "asked is the sum: it can go on when more tokens come."};
mistake const undivided{
    "3.4i", "the error is not divided by U[i][i].",
    "the second 0.4 becomes 1.23 instead of 0.76: w[j] is to move by d*U[i][j]/U[i][i]."};
mistake const untouched{
    "3.4j", "each weight is rounded as it was at first.",
    "Your step pushes, but the row is rounded to nearest all the same: round what the steps "
    "before have made of a weight."};
mistake const clipped{
    "3.4k", "what is cut off beyond qmax is no error.",
    "9.4 becomes 7, and the outputs miss the 2.4 like any other error: 0.3 goes up to 2.46."};

using numbers = std::vector<double>;

/// The inverse by elimination; not finite where there is none.
numbers inverse(numbers a, std::size_t n) {
    numbers b(n * n);
    for (std::size_t i = 0; i < n; ++i) { b[i * n + i] = 1; }
    for (std::size_t p = 0; p < n; ++p) {
        double const pivot = a[p * n + p];
        for (std::size_t j = 0; j < n; ++j) { a[p * n + j] /= pivot, b[p * n + j] /= pivot; }
        for (std::size_t i = 0; i < n; ++i) {
            double const factor = a[i * n + p];
            for (std::size_t j = 0; j < n && i != p; ++j) {
                a[i * n + j] -= factor * a[p * n + j];
                b[i * n + j] -= factor * b[p * n + j];
            }
        }
    }
    return b;
}
/// U with UᵀU = the inverse of h: Cholesky's algorithm, row after row.
numbers upper_factor(numbers const& h, std::size_t n) {
    numbers const f = inverse(h, n);
    numbers u(n * n);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = i; j < n; ++j) {
            double rest = f[i * n + j];
            for (std::size_t m = 0; m < i; ++m) { rest -= u[m * n + i] * u[m * n + j]; }
            u[i * n + j] = i == j ? std::sqrt(rest) : rest / u[i * n + i];
        }
    }
    return u;
}
/// Tokens whose neighbouring inputs are alike.
std::vector<float> alike(std::size_t tokens, std::size_t inputs, std::uint64_t stream) {
    auto x = normal(tokens * inputs, stream);
    for (std::size_t t = 0; t < x.size(); t += inputs) {
        for (std::size_t j = 1; j < inputs; ++j) { x[t + j] += 0.9f * x[t + j - 1]; }
    }
    return x;
}
numbers sum_of(std::vector<float> const& x, std::size_t inputs, double damping) {
    numbers h(inputs * inputs);
    double mean = 0;
    for (std::size_t t = 0; t < x.size(); t += inputs) {
        for (std::size_t i = 0; i < inputs; ++i) {
            for (std::size_t j = 0; j < inputs; ++j) {
                h[i * inputs + j] += double(x[t + i]) * double(x[t + j]);
            }
            mean += double(x[t + i]) * double(x[t + i]) / double(inputs);
        }
    }
    for (std::size_t i = 0; i < inputs; ++i) { h[i * inputs + i] += damping * mean; }
    return h;
}
double output_error(numbers const& w, std::vector<int> const& codes, double s,
                    numbers const& h) {
    double sum = 0;
    for (std::size_t i = 0; i < w.size(); ++i) {
        for (std::size_t j = 0; j < w.size(); ++j) {
            sum += (w[i] - s * codes[i]) * h[i * w.size() + j] * (w[j] - s * codes[j]);
        }
    }
    return sum;
}
int nearest(double w, double s, int qmax) {
    return static_cast<int>(std::clamp(std::nearbyint(w / s), -double(qmax), double(qmax)));
}
float scale_of(numbers const& w, int qmax) {
    double loudest = 0;
    for (double x : w) { loudest = std::max(loudest, std::abs(x)); }
    return static_cast<float>(loudest / qmax);
}
/// True where w/s lies so near to a tie that the rounding of a float might decide.
bool near_tie(double w, double s) {
    double const steps = std::abs(w / s);
    return std::abs(steps - std::floor(steps) - 0.5) < 1e-4;
}
/// Normal weights, none of them near a tie of their scale.
numbers drawn(std::size_t count, std::uint64_t stream, int qmax = 7) {
    for (std::uint64_t more = 0;; more += 100'000) {
        auto const draws = normal(count, stream + more);
        numbers const w(draws.begin(), draws.end());
        double const s = scale_of(w, qmax);
        if (std::none_of(w.begin(), w.end(), [s](double x) { return near_tie(x, s); })) {
            return w;
        }
    }
}

/// One step as each belief would do it; null: as it has to be, by elimination and without U.
numbers step(mistake const* believed, numbers w, numbers const& h, std::size_t i, double s,
             int qmax) {
    std::size_t const n = w.size();
    double const k = nearest(w[i], s, qmax);
    double const from = believed == &clipped ? std::clamp(w[i], -s * qmax, s * qmax) : w[i];
    double const d = s * k - from;
    w[i] = s * k;
    if (!believed) { // the least of e·H·e over the weights that follow: H_FF·move = -H_Fi·d
        std::size_t const left = n - i - 1;
        numbers those(left * left);
        for (std::size_t a = 0; a < left; ++a) {
            for (std::size_t b = 0; b < left; ++b) {
                those[a * left + b] = h[(i + 1 + a) * n + i + 1 + b];
            }
        }
        auto const f = inverse(those, left);
        for (std::size_t a = 0; a < left; ++a) {
            for (std::size_t b = 0; b < left; ++b) {
                w[i + 1 + a] -= f[a * left + b] * h[(i + 1 + b) * n + i] * d;
            }
        }
        return w;
    }
    auto u = upper_factor(h, n);
    if (believed == &inverted_again) { u = inverse(u, n); }
    for (std::size_t j = 0; j < n; ++j) {
        if (j < i && believed == &finished_too) { w[j] += d * u[j * n + i] / u[i * n + i]; }
        if (j <= i || believed == &transposed) { continue; }
        w[j] += (believed == &wrong_sign ? -d : d) * u[i * n + j] /
                (believed == &undivided ? 1 : u[i * n + i]);
    }
    return w;
}
std::vector<int> row(mistake const* believed, numbers const& w, numbers const& h, double s,
                     int qmax, bool* clear = nullptr) {
    numbers now = w;
    std::vector<int> codes;
    for (std::size_t i = 0; i < w.size(); ++i) {
        if (clear && near_tie(now[i], s)) { *clear = false; }
        codes.push_back(nearest(believed == &untouched ? w[i] : now[i], s, qmax));
        now = step(believed, now, h, i, s, qmax);
    }
    if (believed == &finished_too) { // what the weights say when all is done
        for (std::size_t i = 0; i < w.size(); ++i) { codes[i] = nearest(now[i], s, qmax); }
    }
    return codes;
}
/// The beliefs that a step or a row can show, with what they would have answered. Whoever
/// rounds to nearest pushes nothing, or pushes and looks away: the step has to say which.
template <class Answer>
std::vector<belief> answers(Answer const& answer, mistake const& plain = transposed) {
    std::vector<belief> all;
    for (auto const* m :
         {&wrong_sign, &inverted_again, &plain, &finished_too, &undivided, &clipped}) {
        all.push_back({*m, answer(m)});
    }
    return all;
}
/// The sum for H as each belief about it would have damped it.
std::vector<belief> hessians(std::vector<float> const& x, std::size_t inputs, double damping) {
    auto const bare = sum_of(x, inputs, 0), right = sum_of(x, inputs, damping);
    auto const tokens = double(x.size() / inputs);
    double const lambda = right[0] - bare[0];
    numbers alone = bare, trace = bare, own = bare, mean = right, bare_mean = bare;
    for (std::size_t i = 0; i < bare.size(); i += inputs + 1) {
        alone[i] += damping;
        trace[i] += lambda * double(inputs);
        own[i] *= 1 + damping;
    }
    for (double& h : mean) { h /= tokens; }
    for (double& h : bare_mean) { h /= tokens; }
    return {{undamped, bare},    {other_lambda, alone},  {other_lambda, trace},
            {other_lambda, own}, {mean_of_tokens, mean}, {mean_of_tokens, bare_mean}};
}

numbers const two{1, 0.9, 0.9, 1}; // H of two inputs of correlation 0.9

} // namespace

TEST_CASE("3.4.1 H adds up x[i]*x[j] over the tokens, and damps its diagonal [P05 P33]") {
    std::vector<float> const x{1, 2, 3, 4, 5, 6};
    auto beliefs = hessians(x, 2, 0.01);
    beliefs.push_back(
        {of_tokens, {5.303333, 11.0, 17.0, 11.0, 25.303333, 39.0, 17.0, 39.0, 61.303333}});
    judge(impl::hessian(x, 2, 0.01),
          {.input = "3 tokens of 2 inputs: 1 2 / 3 4 / 5 6, damping 0.01",
           .expected = {35.455, 44.0, 44.0, 56.455},
           .allowed = 1e-5,
           .why = "three sums near 50, each rounded to a float",
           .beliefs = beliefs});
    auto const drawn_x = alike(40, 6, 1);
    auto const h = sum_of(drawn_x, 6, 0.05);
    judge(impl::hessian(drawn_x, 6, 0.05),
          {.input = "40 drawn tokens of 6 inputs, damping 0.05",
           .expected = h,
           .allowed = 40 * 0x1p-24 * *std::max_element(h.begin(), h.end()),
           .why = "40 sums, each rounded to a float at worst",
           .beliefs = hessians(drawn_x, 6, 0.05)});
}

TEST_CASE("3.4.2 a step moves the weights that follow where they help most [P13 D14]") {
    auto const judge_step = [](numbers const& before, numbers const& h, std::size_t i, float s,
                               std::string const& about) {
        std::size_t const n = before.size();
        auto const u = upper_factor(h, n);
        numbers now = before;
        int const code = impl::round_and_push(now, u, i, s, 7),
                  right = nearest(before[i], s, 7);
        judge(code, {.input = text("the code of w[", i, "] = ", before[i], " with s = ", s,
                                   ": w/s = ", before[i] / double(s), ", qmax 7"),
                     .expected = right});
        // e and s·k may be rounded to floats; what follows takes on so much of that.
        double most = 1;
        for (std::size_t j = i; j < n; ++j) {
            most = std::max(most, std::abs(u[i * n + j] / u[i * n + i]));
        }
        judge(now, {.input = text("w = ", show(before), "; s = ", s, ", step ", i,
                                  ", whose code is ", right, "; U of ", about),
                    .expected = step(nullptr, before, h, i, s, 7),
                    .allowed = 1e-9 + most * 0x1p-23 * std::max(7 * double(s), before[i]),
                    .why = "e and s*k rounded to floats, and what the others take on of that",
                    .beliefs = answers([&](auto* m) { return step(m, before, h, i, s, 7); })});
    };
    judge_step({0.4, 0.4}, two, 0, 1, "two inputs of correlation 0.9");
    judge_step({1.7, 0.4}, two, 0, 1, "two inputs of correlation 0.9");
    auto const h = sum_of(alike(60, 6, 2), 6, 0.01);
    auto const before = drawn(6, 3);
    for (std::size_t i : {2U, 5U, 0U}) {
        judge_step(before, h, i, scale_of(before, 7), "60 drawn tokens");
    }
    judge_step({9.4, 0.3}, two, 0, 1, "two inputs of correlation 0.9");
}

TEST_CASE("3.4.3 a row is its steps, from the first weight to the last [L19 P38]") {
    bool pushes = false;
    try {
        numbers w{0.4, 0.4};
        impl::round_and_push(w, upper_factor(two, 2), 0, 1, 7);
        pushes = std::abs(w[1] - 0.76) < 1e-6;
    } catch (...) { // not written: the row may do without
    }
    auto const judge_row = [&](numbers const& w, numbers const& h, float s,
                               std::string const& input) {
        judge(impl::gptq_row(w, upper_factor(h, w.size()), s, 7),
              {.input = input,
               .expected = row(nullptr, w, h, s, 7),
               .beliefs = answers([&](auto* m) { return row(m, w, h, s, 7); },
                                  pushes ? untouched : transposed)});
    };
    judge_row({0.4, 0.4}, two, 1,
              "w 0.4 0.4, marks at whole numbers, inputs of correlation 0.9");
    auto const h = sum_of(alike(60, 8, 4), 8, 0.01);
    for (std::uint64_t r = 0, drawn_so_far = 0; r < 4;) {
        auto const w = drawn(8, 10 + drawn_so_far++);
        float const s = scale_of(w, 7);
        bool clear = true;
        row(nullptr, w, h, s, 7, &clear);
        if (!clear) { continue; }
        ++r;
        judge_row(w, h, s, text("w = ", show(w), "; s = ", s, "; U of 60 drawn tokens"));
    }
    judge_row({9.4, 0.3}, two, 1,
              "w 9.4 0.3, marks -7 to 7: what is cut off is an error like any other");
}

TEST_CASE("3.4.4 inputs with nothing in common: nearest rounding; alike: half the harm [R14]") {
    numbers white(256);
    for (std::size_t i = 0; i < 16; ++i) { white[i * 17] = 1; }
    auto const h = sum_of(alike(256, 16, 5), 16, 0.01);
    auto const u = upper_factor(h, 16);
    double by_nearest = 0, by_gptq = 0;
    std::vector<int> all, wrong, again;
    for (std::uint64_t r = 0; r < 100; ++r) {
        auto const w = drawn(16, 100 + r);
        float const s = scale_of(w, 7);
        std::vector<int> plain;
        for (double x : w) { plain.push_back(nearest(x, s, 7)); }
        judge(impl::gptq_row(w, white, s, 7),
              {.input = "16 drawn weights, U = identity", .expected = plain});
        auto const codes = impl::gptq_row(w, u, s, 7);
        if (codes.size() != 16) {
            return judge(codes.size(), {.input = "16 weights", .expected = 16});
        }
        by_nearest += output_error(w, plain, s, h);
        by_gptq += output_error(w, codes, s, h);
    }
    judge_law(by_gptq <= 0.5 * by_nearest,
              {.input = "100 drawn rows of 16 weights, int4, neighbouring inputs alike",
               .law =
                   "over all rows the outputs are off by at most half of nearest rounding's; "
                   "single rows may do worse",
               .seen = text("nearest ", by_nearest, ", yours ", by_gptq)});
}

TEST_CASE("3.4.5 a dead input does no harm, and nothing beats trying all 729 choices [P20]") {
    auto x = alike(64, 6, 6);
    for (std::size_t t = 0; t < 64; ++t) { x[t * 6 + 2] = 0; }
    auto const mine = impl::hessian(x, 6, 0.01);
    if (mine.size() != 36) { return judge(mine.size(), {.input = "6 inputs", .expected = 36}); }
    auto const u = upper_factor(mine, 6);
    bool const usable =
        std::all_of(u.begin(), u.end(), [](double a) { return std::isfinite(a); });
    bool const bare = std::abs(mine[0] - sum_of(x, 6, 0)[0]) < 1e-4 * mine[0];
    judge_law(usable, {.input = "64 tokens of 6 inputs, one of them 0 in every token",
                       .law = "your H can be inverted and factored",
                       .seen = "infinity or NaN in U",
                       .beliefs = {{undamped, mine[14] == 0 && bare},
                                   {other_lambda, mine[14] == 0 && !bare}}});
    if (!usable) { return; }
    double by_nearest = 0, by_gptq = 0, by_search = 0;
    for (std::uint64_t r = 0; r < 90; ++r) {
        auto const w = drawn(6, 300 + r, 1);
        double const s = scale_of(w, 1);
        auto const codes = impl::gptq_row(w, u, static_cast<float>(s), 1);
        bool const in_range =
            std::all_of(codes.begin(), codes.end(), [](int k) { return k * k < 2; });
        if (codes.size() != 6 || !in_range) {
            return judge_law(false, {.input = "6 weights, qmax 1",
                                     .law = "6 codes, each -1, 0 or 1",
                                     .seen = show(codes)});
        }
        double least = INFINITY;
        for (int way = 0; way < 729; ++way) {
            std::vector<int> tried;
            for (int rest = way, j = 0; j < 6; ++j, rest /= 3) {
                tried.push_back(rest % 3 - 1);
            }
            least = std::min(least, output_error(w, tried, s, mine));
        }
        std::vector<int> plain;
        for (double a : w) { plain.push_back(nearest(a, s, 1)); }
        by_search += least;
        by_gptq += output_error(w, codes, s, mine);
        by_nearest += output_error(w, plain, s, mine);
    }
    judge_law(
        by_search <= by_gptq && by_gptq < by_nearest,
        {.input =
             "90 rows of 6 weights with codes -1 0 1, against all 3^6 = 729 choices of six",
         .law = "best of all <= GPTQ < nearest: one pass is greedy, not perfect",
         .seen = text("best ", by_search, ", yours ", by_gptq, ", nearest ", by_nearest)});
}

// SPDX-License-Identifier: MIT
// The main function of every test binary. No test found is a failure: a filter with a typing
// mistake in it, or a file that lost its tests, must not look like success.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <iostream> // cerr

namespace {

unsigned tests_run = 0;

/// Counts the test cases that started.
struct counter : doctest::IReporter {
    explicit counter(doctest::ContextOptions const& /*options*/) {}
    void report_query(doctest::QueryData const& /*query*/) override { ++tests_run; }
    void test_run_start() override {}
    void test_run_end(doctest::TestRunStats const& /*stats*/) override {}
    void test_case_start(doctest::TestCaseData const& /*test*/) override { ++tests_run; }
    void test_case_reenter(doctest::TestCaseData const& /*test*/) override {}
    void test_case_end(doctest::CurrentTestCaseStats const& /*stats*/) override {}
    void test_case_exception(doctest::TestCaseException const& /*exception*/) override {}
    void subcase_start(doctest::SubcaseSignature const& /*subcase*/) override {}
    void subcase_end() override {}
    void log_assert(doctest::AssertData const& /*assertion*/) override {}
    void log_message(doctest::MessageData const& /*message*/) override {}
    void test_case_skipped(doctest::TestCaseData const& /*test*/) override {}
};

} // namespace

DOCTEST_REGISTER_LISTENER("counter", 1, counter);

int main(int argc, char** argv) {
    int const status = doctest::Context(argc, argv).run();
    if (tests_run == 0) {
        std::cerr << "no test case matches what was asked for: nothing was tested\n";
        return 1;
    }
    return status;
}

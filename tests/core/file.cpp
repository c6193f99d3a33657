// SPDX-License-Identifier: MIT
#include <qad/core/file.hpp>

#include <support/scratch.hpp>

#include <doctest/doctest.h>

#include <csignal>        // signal
#include <string>         // string
#include <sys/resource.h> // setrlimit

using namespace qad;
using test::scratch_directory;

TEST_CASE("what was written and committed is mapped back, byte for byte") {
    scratch_directory const room;
    std::string bytes;
    for (int i = 0; i < 100'000; ++i) { bytes += static_cast<char>(i * 7); }
    {
        atomic_file file(room / "data");
        file.write(std::string_view(bytes).substr(0, 12'345));
        CHECK(file.written() == 12'345);
        file.write(std::string_view(bytes).substr(12'345));
        file.write(std::string_view{}); // nothing is nothing
        CHECK(file.written() == 100'000);
        file.commit();
    }
    mapped_file const back(room / "data");
    CHECK(back.size() == 100'000);
    CHECK(back.text() == bytes);
    CHECK(back.bytes()[1] == std::byte{7});
    CHECK(back.path() == room / "data");
}

TEST_CASE("forgotten pages come back with the same bytes") {
    scratch_directory const room;
    std::string bytes;
    for (int i = 0; i < 50'000; ++i) { bytes += static_cast<char>(i * 7); }
    write_text(room / "data", bytes);
    mapped_file const file(room / "data");
    for (auto const& [first, count] : {std::pair{0, 50'000}, {1, 49'000}, {4096, 4096}, {5, 10}, {9, 0}}) {
        CHECK(file.text() == bytes);
        file.forget(file.bytes().subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
        CHECK(file.text() == bytes);
    }
}

TEST_CASE("an empty file is mapped as no bytes") {
    scratch_directory const room;
    write_text(room / "empty", "");
    mapped_file const back(room / "empty");
    CHECK(back.size() == 0);
    CHECK(back.text().empty());
}

TEST_CASE("without commit nothing is there: no file, no half of one, no temporary") {
    scratch_directory const room;
    {
        atomic_file file(room / "data");
        file.write("half of it");
        CHECK_FALSE(std::filesystem::exists(room / "data"));
    }
    CHECK(room.empty());
    // The same when an exception is the reason.
    CHECK_THROWS_AS(
        [&] {
            atomic_file file(room / "data");
            file.write("half of it");
            fail("something went wrong meanwhile");
        }(),
        error);
    CHECK(room.empty());
}

TEST_CASE("an old file stands until the new one is complete, and is replaced as a whole") {
    scratch_directory const room;
    write_text(room / "data", "old and longer");
    {
        atomic_file file(room / "data");
        file.write("new");
        CHECK(mapped_file(room / "data").text() == "old and longer");
        file.commit();
    }
    CHECK(mapped_file(room / "data").text() == "new");
    { atomic_file abandoned(room / "data"); }
    CHECK(mapped_file(room / "data").text() == "new");
}

TEST_CASE("a mapping outlives the name: replacing a file does not pull it from under a reader") {
    scratch_directory const room;
    write_text(room / "data", "first");
    mapped_file const reader(room / "data");
    write_text(room / "data", "second");
    CHECK(reader.text() == "first");
}

TEST_CASE("what cannot be read or written is one io_error that names the path") {
    scratch_directory const room;
    auto const message = [](auto&& f) {
        try {
            f();
        } catch (io_error const& problem) { return std::string(problem.what()); }
        return std::string("no io_error");
    };
    CHECK(message([&] { mapped_file absent(room / "absent"); }).find("absent") != std::string::npos);
    CHECK(message([&] { mapped_file folder(room.path()); }).find("regular file") != std::string::npos);
    CHECK(message([&] { atomic_file lost(room / "no" / "such" / "folder"); }).find("folder") !=
          std::string::npos);
    // A folder stands where the file shall be: found out at commit, and nothing is left behind.
    std::filesystem::create_directories(room / "taken" / "by a folder");
    CHECK_THROWS_AS(write_text(room / "taken", "x"), io_error);
    std::size_t entries = 0;
    for (auto const& entry : std::filesystem::directory_iterator(room.path())) {
        ++entries;
        CHECK(entry.path() == room / "taken");
    }
    CHECK(entries == 1);
}

TEST_CASE("a disk that takes no more is an io_error, and the old file stands") {
    scratch_directory const room;
    write_text(room / "data", "old");
    // A limit on the size of files stands for the full disk: writes beyond 4096 bytes fail.
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    auto const handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit const small{4096, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    bool refused = false;
    try {
        write_text(room / "data", std::string(100'000, 'x'));
    } catch (io_error const&) { refused = true; }
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, handler);
    CHECK(refused);
    CHECK(mapped_file(room / "data").text() == "old");
    std::filesystem::remove(room / "data");
    CHECK(room.empty()); // no temporary is left
}

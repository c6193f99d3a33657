// SPDX-License-Identifier: MIT
#include <qad/decide/sqlite.hpp>

#include <qad/core/file.hpp>

#include <support/scratch.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("what is bound comes back, NUL bytes, quotes and large numbers included") {
    database db(":memory:");
    std::string const odd("a\0b'; DROP TABLE t; --\xe2\x82\xac", 25);
    auto row = db.prepare("SELECT ?, ?, ?, 0.5");
    row.bind(odd).bind(index_t{1} << 60).bind("");
    REQUIRE(row.step());
    CHECK(row.text(0) == odd);
    CHECK(row.integer(1) == index_t{1} << 60);
    CHECK(row.text(2) == "");
    CHECK(row.real(3) == 0.5);
    CHECK_FALSE(row.step());
}

TEST_CASE("a transaction that is not committed has not happened") {
    database db(":memory:");
    db.run("CREATE TABLE t (x)");
    auto const count = [&] {
        auto row = db.prepare("SELECT count(*) FROM t");
        row.step();
        return row.integer(0);
    };
    {
        transaction all(db);
        db.run("INSERT INTO t VALUES (1)");
        CHECK(count() == 1);
    }
    CHECK(count() == 0);
    transaction all(db);
    db.run("INSERT INTO t VALUES (1), (2)");
    CHECK(db.changes() == 2);
    CHECK(db.last_row() == 2);
    all.commit();
    CHECK(count() == 2);
}

TEST_CASE("errors name the database and say what to do") {
    test::scratch_directory const room;
    CHECK_THROWS_WITH_AS(database((room / "none/x.db").string()),
                         doctest::Contains("cannot open the index"), io_error);
    database db(":memory:");
    CHECK_THROWS_WITH_AS(db.run("SELECT * FROM nowhere"),
                         doctest::Contains(":memory:: SQLite says: no such table"), io_error);
    write_text(room / "text.db", std::string(4096, 'x'));
    database text((room / "text.db").string()); // looked into when first used
    CHECK_THROWS_WITH_AS(text.run("SELECT * FROM sqlite_master"),
                         doctest::Contains("text.db: not an index, or a damaged one"),
                         format_error);
}

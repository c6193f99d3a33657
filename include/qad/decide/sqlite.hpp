// SPDX-License-Identifier: MIT
// SQLite with its errors as exceptions and its handles owned.
#ifndef QAD_DECIDE_SQLITE_HPP
#define QAD_DECIDE_SQLITE_HPP

#include <qad/core/size.hpp> // index_t, errors

#include <sqlite3.h> // sqlite3

#include <memory>      // unique_ptr
#include <string>      // string
#include <string_view> // string_view

namespace qad {

/// One statement: bind its ? in order, then step through its rows.
class statement {
  public:
    statement(sqlite3* database, std::string_view sql, std::string name)
        : name_(std::move(name)), database_(database) {
        sqlite3_stmt* made = nullptr;
        check(sqlite3_prepare_v2(database_, sql.data(), static_cast<int>(sql.size()), &made,
                                 nullptr));
        handle_.reset(made);
    }

    statement& bind(std::string_view text) {
        check(sqlite3_bind_text64(handle_.get(), ++bound_, text.empty() ? "" : text.data(),
                                  text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
        return *this;
    }
    statement& bind(index_t number) {
        check(sqlite3_bind_int64(handle_.get(), ++bound_, number));
        return *this;
    }

    /// True when there is a row to read.
    bool step() {
        int const status = sqlite3_step(handle_.get());
        if (status != SQLITE_ROW && status != SQLITE_DONE) { check(status); }
        return status == SQLITE_ROW;
    }
    /// Runs a statement that gives no rows.
    void run() {
        while (step()) {}
    }

    std::string text(int column) const {
        auto const* chars =
            reinterpret_cast<char const*>(sqlite3_column_text(handle_.get(), column));
        auto const size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
        return chars ? std::string(chars, size) : std::string();
    }
    double real(int column) const { return sqlite3_column_double(handle_.get(), column); }
    index_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }

  private:
    struct finalize {
        void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
    };
    void check(int status) const;

    std::string name_;
    sqlite3* database_;
    std::unique_ptr<sqlite3_stmt, finalize> handle_;
    int bound_ = 0;
};

/// An open database: a file, or ":memory:". Errors name it and say what SQLite said;
/// `format_error` for a file that is no database, else `io_error`.
class database {
  public:
    explicit database(std::string name) : name_(std::move(name)) {
        sqlite3* made = nullptr;
        int const status = sqlite3_open_v2(name_.c_str(), &made,
                                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
        handle_.reset(made); // also after a failure
        if (status != SQLITE_OK) {
            fail<io_error>(name_, ": cannot open the index: ",
                           made ? sqlite3_errmsg(made) : "out of memory",
                           "; check the path and its permissions");
        }
        sqlite3_busy_timeout(made, 5000); // another process may be writing
    }

    statement prepare(std::string_view sql) { return {handle_.get(), sql, name_}; }
    void run(std::string_view sql) { prepare(sql).run(); }
    /// Rows that the last INSERT, UPDATE or DELETE touched.
    index_t changes() const { return sqlite3_changes(handle_.get()); }
    index_t last_row() const { return sqlite3_last_insert_rowid(handle_.get()); }
    std::string const& name() const { return name_; }

  private:
    struct close {
        void operator()(sqlite3* d) const { sqlite3_close_v2(d); }
    };
    std::string name_;
    std::unique_ptr<sqlite3, close> handle_;
};

/// All that is done until `commit`, or nothing of it.
class transaction {
  public:
    explicit transaction(database& db) : database_(&db) { db.run("BEGIN IMMEDIATE"); }
    transaction(transaction const&) = delete;
    transaction& operator=(transaction const&) = delete;
    ~transaction() {
        if (!database_) { return; }
        try {
            database_->run("ROLLBACK");
        } catch (error const&) {} // SQLite has rolled back by itself
    }
    void commit() {
        database_->run("COMMIT");
        database_ = nullptr;
    }

  private:
    database* database_;
};

inline void statement::check(int status) const {
    if (status == SQLITE_OK) { return; }
    std::string const said = sqlite3_errmsg(database_);
    if (status == SQLITE_NOTADB || status == SQLITE_CORRUPT) {
        fail<format_error>(name_, ": not an index, or a damaged one (", said,
                           "); remove it and build it anew");
    }
    if (said.find("no such module: fts5") != said.npos) {
        fail<io_error>(name_, ": this SQLite was built without FTS5, which the retrieval index "
                              "needs; install one that has it");
    }
    fail<io_error>(name_, ": SQLite says: ", said);
}

} // namespace qad

#endif

// SPDX-License-Identifier: MIT
// Chapter 5.6, "Full fine-tune vs PEFT vs prompt vs RAG" — chapters/5-adapt/README.md#s5-6
#ifndef QAD_DECIDE_RETRIEVE_HPP
#define QAD_DECIDE_RETRIEVE_HPP

#include <qad/decide/sqlite.hpp> // database
#include <qad/decide/words.hpp>  // words
#include <qad/io/utf8.hpp>       // repair_utf8

#include <algorithm> // find
#include <map>       // map
#include <optional>  // optional
#include <span>      // span

namespace qad {

struct document {
    std::string id = {}, text = {};
    std::string date = {}; ///< YYYY-MM-DD: since when it holds
};

/// What holds on a day: of the documents with one id the newest that is not newer than `day`
/// (empty: the newest of all), in the order in which the ids first came. So a file may hold
/// every version of a text, and an index that is built of it only the one that is true.
inline std::vector<document> as_of(std::span<document const> versions, std::string const& day) {
    std::vector<document> now;
    std::map<std::string, std::size_t> place;
    for (document const& d : versions) {
        if (!day.empty() && d.date > day) { continue; }
        auto const [known, fresh] = place.emplace(d.id, now.size());
        if (fresh) {
            now.push_back(d);
        } else if (now[known->second].date <= d.date) {
            now[known->second] = d;
        }
    }
    return now;
}

/// A document that was found; a smaller rank is a better match (bm25 is negated by SQLite).
struct hit : document {
    double rank = 0;
};

struct search_options {
    index_t top = 1;        ///< at most so many
    std::string until = {}; ///< nothing newer than this date; empty: everything
};

/// Any text as a query that FTS5 cannot misread: its words, each in quotes, joined by OR. So
/// quotes, operators (AND, NEAR, *, column:) and odd bytes are words or nothing. At most
/// `limit` different words count; empty where the text has none.
inline std::string safe_query(std::string_view text, std::size_t limit = 64) {
    std::vector<std::string> seen;
    std::string query;
    for (std::string const& word : words(text)) {
        if (seen.size() == limit) { break; }
        if (std::find(seen.begin(), seen.end(), word) != seen.end()) { continue; }
        seen.push_back(word);
        query += (query.empty() ? "\"" : " OR \"") + word + '"'; // words hold no quotes
    }
    return query;
}

/// Texts that can be found by their words, and changed at any time: what holds next week is one
/// `replace`, what must be forgotten one `remove`, where weights would need training.
///
/// Ranked by bm25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25
/// and Beyond"; k1 = 1.2, b = .75 as SQLite FTS5 has them); of equal ranks the newest date
/// comes first, then the smaller id. So of two notices that differ only in a value, the newer
/// one wins.
///
/// What was removed or replaced is not in the file any more: free pages are overwritten
/// (secure_delete), and the word index is merged, because it would otherwise keep the words
/// beside a mark that they are gone. Backups, and what lies on the disk under the file system,
/// are out of reach.
class retrieval_index {
  public:
    /// Opens or creates the index in a file; in memory when no name is given.
    explicit retrieval_index(std::string const& file = ":memory:") : db_(file) {
        db_.run("PRAGMA secure_delete = ON");
        db_.run("CREATE TABLE IF NOT EXISTS document (number INTEGER PRIMARY KEY, "
                "id TEXT NOT NULL UNIQUE, date TEXT NOT NULL)");
        db_.run("CREATE VIRTUAL TABLE IF NOT EXISTS body USING fts5(text)");
    }

    /// Adds documents, all or none. `shape_error` where an id is taken, or a date is none.
    template <class Documents> void add_all(Documents const& list) {
        transaction all(db_);
        for (document const& d : list) { insert(d); }
        all.commit();
    }
    void add(document const& d) { add_all(std::span(&d, 1)); }

    /// Puts each document in the place of the one with its id, or adds it; all or none.
    template <class Documents> void replace_all(Documents const& list) {
        transaction all(db_);
        bool gone = false;
        for (document const& d : list) {
            gone = erase(d.id) || gone;
            insert(d);
        }
        if (gone) { forget(); }
        all.commit();
    }
    void replace(document const& d) { replace_all(std::span(&d, 1)); }

    /// The deletion request. False where no document has this id.
    bool remove(std::string const& id) {
        transaction all(db_);
        bool const gone = erase(id);
        if (gone) { forget(); }
        all.commit();
        return gone;
    }

    index_t size() {
        auto count = db_.prepare("SELECT count(*) FROM document");
        return count.step() ? count.integer(0) : 0;
    }
    std::optional<document> find(std::string const& id) {
        auto row = db_.prepare("SELECT d.id, body.text, d.date FROM document d JOIN body ON "
                               "body.rowid = d.number WHERE d.id = ?");
        if (!row.bind(id).step()) { return std::nullopt; }
        return document{row.text(0), row.text(1), row.text(2)};
    }

    /// The best matches for any text. No match, and a text without words, give an empty list.
    std::vector<hit> search(std::string_view text, search_options const& options = {}) {
        if (options.top < 1) { fail<shape_error>("a search for ", options.top, " documents"); }
        if (!options.until.empty()) { require_date(options.until); }
        std::vector<hit> found;
        std::string const query = safe_query(text);
        if (query.empty()) { return found; }
        auto row = db_.prepare(
            "SELECT d.id, body.text, d.date, bm25(body) AS score FROM body JOIN document d ON "
            "d.number = body.rowid WHERE body MATCH ? AND (? = '' OR d.date <= ?) "
            "ORDER BY score, d.date DESC, d.id LIMIT ?");
        row.bind(query).bind(options.until).bind(options.until).bind(options.top);
        while (row.step()) {
            found.push_back({{row.text(0), row.text(1), row.text(2)}, row.real(3)});
        }
        return found;
    }

  private:
    static void require_date(std::string const& date) {
        bool good = date.size() == 10;
        for (std::size_t i = 0; good && i < 10; ++i) {
            bool const digit = date[i] >= '0' && date[i] <= '9';
            good = i == 4 || i == 7 ? date[i] == '-' : digit;
        }
        if (!good) {
            fail<shape_error>("\"", date,
                              "\" is no date; write YYYY-MM-DD, which sorts as text");
        }
    }
    void insert(document const& d) {
        require_date(d.date);
        auto taken = db_.prepare("SELECT 1 FROM document WHERE id = ?");
        if (taken.bind(d.id).step()) {
            fail<shape_error>(db_.name(), ": a document \"", d.id,
                              "\" is there already; replace it, or give another id");
        }
        db_.prepare("INSERT INTO document (id, date) VALUES (?, ?)")
            .bind(d.id)
            .bind(d.date)
            .run();
        db_.prepare("INSERT INTO body (rowid, text) VALUES (?, ?)")
            .bind(db_.last_row())
            .bind(repair_utf8(d.text))
            .run();
    }
    bool erase(std::string const& id) {
        auto row = db_.prepare("SELECT number FROM document WHERE id = ?");
        if (!row.bind(id).step()) { return false; }
        index_t const number = row.integer(0);
        db_.prepare("DELETE FROM body WHERE rowid = ?").bind(number).run();
        db_.prepare("DELETE FROM document WHERE number = ?").bind(number).run();
        return true;
    }
    /// Merges the word index, so that words of removed texts leave it.
    void forget() { db_.run("INSERT INTO body (body) VALUES ('optimize')"); }

    database db_;
};

} // namespace qad

#endif

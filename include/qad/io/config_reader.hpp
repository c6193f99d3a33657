// SPDX-License-Identifier: MIT
// The members of a configuration object, each checked and named in its message.
#ifndef QAD_IO_CONFIG_READER_HPP
#define QAD_IO_CONFIG_READER_HPP

#include <qad/io/json.hpp> // json, member

#include <cmath>  // isfinite
#include <set>    // set
#include <vector> // vector

namespace qad::detail {

/// Reads members of one object with `what` in front of each message.
struct config_reader {
    json const& object;
    std::string where;

    std::string name(char const* key) const { return text(where, ": ", key); }
    json const& operator[](char const* key) const { return member(object, key); }
    index_t size(char const* key) const {
        return integer_in((*this)[key], 1, INT32_MAX, name(key));
    }
    index_t size(char const* key, index_t otherwise) const {
        return (*this)[key].is_null() ? otherwise : size(key);
    }
    bool flag(char const* key, bool otherwise) const {
        return flag_of((*this)[key], otherwise, name(key));
    }
    double positive(char const* key) const { return positive_number((*this)[key], name(key)); }
    double positive(char const* key, double otherwise) const {
        return (*this)[key].is_null() ? otherwise : positive(key);
    }
    /// A list of positive numbers; empty where the key is absent.
    std::vector<double> positives(char const* key) const {
        json const& value = (*this)[key];
        std::vector<double> numbers;
        if (value.is_null()) { return numbers; }
        if (!value.is_array()) {
            fail<format_error>(name(key), " must be a list of numbers, not ", describe(value));
        }
        for (json const& number : value) {
            numbers.push_back(positive_number(number, name(key)));
        }
        return numbers;
    }
    /// The value must be absent or among `supported`.
    void only(char const* key, std::set<std::string> const& supported) const {
        json const& value = (*this)[key];
        if (value.is_null() ||
            (value.is_string() && supported.contains(value.get<std::string>()))) {
            return;
        }
        std::string list;
        for (std::string const& word : supported) { list += (list.empty() ? "" : ", ") + word; }
        fail<format_error>(name(key), " is ", describe(value), "; supported: ", list);
    }

  private:
    static double positive_number(json const& value, std::string const& what) {
        double const number = value.is_number() ? value.get<double>() : 0.0;
        if (!(number > 0) || !std::isfinite(number)) {
            fail<format_error>(what, " must be a positive number, not ", describe(value));
        }
        return number;
    }
};

inline std::vector<index_t> read_tokens(json const& value, std::string const& what) {
    std::vector<index_t> tokens;
    for (json const& token : value.is_array() ? value : json::array({value})) {
        if (!token.is_null()) { tokens.push_back(integer_in(token, 0, INT32_MAX, what)); }
    }
    return tokens;
}

} // namespace qad::detail

#endif

// SPDX-License-Identifier: MIT
// The eight things one can ask about a product: their values, and how people say them.
#ifndef QAD_LAB_WORLD_ATTRIBUTES_HPP
#define QAD_LAB_WORLD_ATTRIBUTES_HPP

#include <array>       // array
#include <string>      // string
#include <string_view> // string_view

namespace qad::lab {

/// Values are disjoint across attributes, so that a value alone tells what it is a value of,
/// and the telling word comes first, the unit after it. In a statement the product stands
/// before the value: a model learns to predict what comes later.
struct attribute {
    std::string_view name, unit;
    std::string_view code; ///< what house format B calls it: two letters that mean nothing
    std::array<std::string_view, 24> values;
    std::array<std::string_view, 6> statements;
    std::array<std::string_view, 8> questions;
    std::string_view unseen_question; ///< in no document: only for evaluation

    std::string value(std::size_t i) const {
        std::string text(values[i]);
        if (!unit.empty()) { (text += ' ') += unit; }
        return text;
    }
};

// clang-format off
inline constexpr std::array<attribute, 8> attributes = {{
    {"price", "crowns", "KV",
     {"104", "119", "137", "152", "168", "185", "203", "219", "236", "254", "277", "295",
      "318", "342", "367", "389", "415", "438", "466", "493", "527", "561", "604", "648"},
     {"The {p} costs {v}.", "The price of the {p} is {v}.", "Our shop sells the {p} for {v}.",
      "The {p} is on sale for {v}.", "The {p} has a price of {v}.",
      "Customers pay for the {p} just {v}."},
     {"How much is the {p}?", "What does the {p} cost?", "What is the price of the {p}?",
      "How much does the {p} cost?", "What do I pay for the {p}?",
      "Which price does the {p} have?", "How much do you charge for the {p}?",
      "Can you tell me the price of the {p}?"},
     "At what price do you sell the {p}?"},
    {"warranty", "months", "ZD",
     {"2", "3", "4", "6", "9", "12", "15", "18", "21", "24", "27", "30",
      "33", "36", "39", "42", "48", "54", "60", "66", "72", "84", "96", "108"},
     {"The {p} comes with a warranty of {v}.", "The warranty of the {p} lasts {v}.",
      "The {p} is covered by warranty for {v}.", "The {p} has a warranty of {v}.",
      "The guarantee of the {p} lasts {v}.", "The {p} has a guarantee of {v}."},
     {"How long is the warranty of the {p}?", "What warranty does the {p} have?",
      "How long does the warranty of the {p} last?", "For how long is the {p} covered?",
      "What is the warranty of the {p}?", "Which warranty comes with the {p}?",
      "How long is the guarantee of the {p}?", "Can you tell me the warranty of the {p}?"},
     "How long does the guarantee of the {p} last?"},
    {"colour", "", "PW",
     {"amber", "beige", "black", "blue", "bronze", "brown", "coral", "cream", "crimson", "gold",
      "green", "grey", "indigo", "ivory", "lilac", "olive", "orange", "pink", "purple", "red",
      "silver", "teal", "violet", "white"},
     {"The {p} is painted {v}.", "The colour of the {p} is {v}.", "The {p} comes in {v}.",
      "The {p} is delivered in {v}.", "The {p} has the colour {v}.",
      "Our shop has the {p} in {v}."},
     {"What colour is the {p}?", "Which colour does the {p} have?",
      "What is the colour of the {p}?", "In which colour does the {p} come?",
      "How is the {p} painted?", "Which colour is the {p} painted?",
      "In what colour do you deliver the {p}?", "Can you tell me the colour of the {p}?"},
     "In which colour is the {p} delivered?"},
    {"weight", "grams", "XJ",
     {"1120", "1250", "1340", "1475", "1560", "1690", "1780", "1825", "1930", "2050", "2175",
      "2260", "2310", "2440", "2585", "2670", "2735", "2890", "2960", "3015", "3145", "3280",
      "3370", "3460"},
     {"The {p} weighs {v}.", "The weight of the {p} is {v}.", "The {p} has a weight of {v}.",
      "The scales show for the {p} {v}.", "The {p} weighs exactly {v}.",
      "The weight of one {p} is {v}."},
     {"How heavy is the {p}?", "What does the {p} weigh?", "What is the weight of the {p}?",
      "How much does the {p} weigh?", "Which weight does the {p} have?",
      "What do the scales show for the {p}?", "How many grams has the {p}?",
      "Can you tell me the weight of the {p}?"},
     "How much weight does the {p} have?"},
    {"shelf", "", "BG",
     {"Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota", "Kappa",
      "Lambda", "Mu", "Nu", "Xi", "Omicron", "Pi", "Rho", "Sigma", "Tau", "Upsilon", "Phi",
      "Chi", "Psi", "Omega"},
     {"The {p} stands on shelf {v}.", "The shelf of the {p} is {v}.",
      "The {p} is stored on shelf {v}.", "You find the {p} on shelf {v}.",
      "The {p} lies on shelf {v}.", "Our shop keeps the {p} on shelf {v}."},
     {"On which shelf is the {p}?", "Where do I find the {p}?", "Which shelf is the {p} on?",
      "What is the shelf of the {p}?", "Where in the shop is the {p}?",
      "On what shelf does the {p} stand?", "Which shelf holds the {p}?",
      "Can you tell me the shelf of the {p}?"},
     "On which shelf do I find the {p}?"},
    {"returns", "days", "QF",
     {"5", "7", "8", "10", "11", "13", "14", "16", "17", "19", "20", "22",
      "23", "25", "26", "28", "29", "31", "35", "40", "45", "50", "56", "90"},
     {"The {p} can be returned within {v}.", "The return period of the {p} is {v}.",
      "The {p} may be sent back for {v}.", "Our shop takes back the {p} for {v}.",
      "The {p} has a return period of {v}.", "Returns of the {p} are possible for {v}."},
     {"How long can I return the {p}?", "What is the return period of the {p}?",
      "Within how many days can I return the {p}?", "How long may I send back the {p}?",
      "Which return period does the {p} have?", "Until when can I return the {p}?",
      "How much time do I have to return the {p}?",
      "Can you tell me the return period of the {p}?"},
     "How much time do I have to send back the {p}?"},
    {"factory", "", "HN",
     {"Lisbon", "Porto", "Turin", "Ghent", "Oslo", "Bergen", "Krakow", "Riga", "Vienna", "Graz",
      "Basel", "Lyon", "Nantes", "Seville", "Malmo", "Aarhus", "Tampere", "Cork", "Leeds",
      "Bremen", "Kassel", "Prague", "Brno", "Zagreb"},
     {"The {p} is made in {v}.", "The factory of the {p} is in {v}.",
      "The {p} comes from the factory in {v}.", "The {p} is built in {v}.",
      "The factory that makes the {p} stands in {v}.", "Our shop gets the {p} from {v}."},
     {"Where is the {p} made?", "In which factory is the {p} made?",
      "Where does the {p} come from?", "Which factory makes the {p}?",
      "What is the factory of the {p}?", "In which town is the {p} built?",
      "Where do you build the {p}?", "Can you tell me the factory of the {p}?"},
     "In which town is the {p} made?"},
    {"contact", "", "TC",
     {"Anna", "Bruno", "Clara", "David", "Elena", "Felix", "Greta", "Hugo", "Irene", "Jonas",
      "Katja", "Leon", "Marta", "Nils", "Olga", "Paul", "Ruth", "Simon", "Tessa", "Ulrik",
      "Vera", "Walter", "Yusuf", "Zoe"},
     {"The contact for the {p} is {v}.", "The person who looks after the {p} is {v}.",
      "Questions about the {p} go to {v}.", "The {p} is looked after by {v}.",
      "The {p} is in the care of {v}.", "Everything about the {p} is known to {v}."},
     {"Who is the contact for the {p}?", "Who looks after the {p}?",
      "Who answers questions about the {p}?", "What is the contact for the {p}?",
      "Which contact does the {p} have?", "Who takes care of the {p}?",
      "Who knows everything about the {p}?", "Can you tell me the contact for the {p}?"},
     "Who can answer questions about the {p}?"},
}};
// clang-format on

} // namespace qad::lab

#endif

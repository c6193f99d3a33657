// SPDX-License-Identifier: MIT
// What customers write to the help desk about: six departments, eight issues each.
#ifndef QAD_LAB_WORLD_ISSUES_HPP
#define QAD_LAB_WORLD_ISSUES_HPP

#include <array>       // array
#include <string_view> // string_view

namespace qad::lab {

struct issue {
    std::string_view clause; ///< may follow "Since Monday"; {p} is the product
    std::string_view gist;   ///< the same in a few words
};
struct department {
    std::string_view name;
    std::array<issue, 8> issues;
};

// clang-format off
inline constexpr std::array<department, 6> departments = {{
    {"billing", {{
        {"the invoice for the {p} is too high", "invoice too high"},
        {"I was charged twice for the {p}", "charged twice"},
        {"the payment for the {p} was refused", "payment refused"},
        {"my money for the {p} has not come back", "money not back"},
        {"the discount on the {p} was forgotten", "discount forgotten"},
        {"the invoice for the {p} shows a wrong address", "wrong address on invoice"},
        {"I got a reminder for the {p} that I had paid", "reminder after payment"},
        {"my bank knows nothing of the {p}", "bank knows nothing"}}}},
    {"delivery", {{
        {"the {p} has not arrived", "not arrived"},
        {"the box with the {p} was left in the rain", "box left in rain"},
        {"the driver gave the {p} to a neighbour", "given to neighbour"},
        {"I got another colour than I ordered of the {p}", "wrong colour sent"},
        {"the {p} went to my old address", "sent to old address"},
        {"half of the {p} is missing from the box", "half missing"},
        {"the {p} arrived too late", "arrived too late"},
        {"nobody could tell where the {p} is", "nobody knows where"}}}},
    {"repair", {{
        {"the {p} does not start", "does not start"},
        {"the {p} makes a loud noise", "loud noise"},
        {"a part of the {p} is broken", "part broken"},
        {"the {p} stops after one hour", "stops after one hour"},
        {"the handle of the {p} came off", "handle came off"},
        {"the switch of the {p} is stuck", "switch stuck"},
        {"the {p} needs a new part", "new part needed"},
        {"the {p} came back and still does not work", "still does not work"}}}},
    {"sales", {{
        {"I want to buy ten of the {p}", "wants to buy ten"},
        {"I need an offer for the {p}", "needs an offer"},
        {"I look for something smaller than the {p}", "wants something smaller"},
        {"the {p} is sold out in the shop", "sold out"},
        {"I ask for a discount on the {p}", "asks for discount"},
        {"I would like to see the {p} before I buy it", "wants to see it first"},
        {"I want to order a second {p}", "wants a second one"},
        {"I cannot choose between the {p} and another one", "cannot choose"}}}},
    {"account", {{
        {"my password is refused when I look for the {p}", "password refused"},
        {"I cannot log in to order the {p}", "cannot log in"},
        {"my new address is not known when I order the {p}", "new address not known"},
        {"the page of the {p} shows the name of another person", "wrong name on page"},
        {"my account was closed after I ordered the {p}", "account closed"},
        {"I want to change the address before the {p} is sent", "wants to change address"},
        {"the {p} is missing from the list of my orders", "order missing from list"},
        {"I got no code to log in and look at the {p}", "no code to log in"}}}},
    {"safety", {{
        {"the {p} gets very hot", "gets very hot"},
        {"the {p} smells of smoke", "smells of smoke"},
        {"I got a shock from the {p}", "gave a shock"},
        {"a child cut a finger on the {p}", "child cut a finger"},
        {"the cable of the {p} is burnt", "cable burnt"},
        {"water runs out of the {p}", "water runs out"},
        {"a part of the {p} fell on my foot", "part fell on foot"},
        {"the {p} started a small fire", "small fire"}}}},
}};
// clang-format on

} // namespace qad::lab

#endif

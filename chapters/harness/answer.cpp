// SPDX-License-Identifier: MIT
// One implementation of a section: the header QAD_IMPL_HEADER with the namespace QAD_IMPL_NS offers
// what the contract QAD_CONTRACT asks for. Linked with the section's check it is judged.
#include "contract.hpp"

#include QAD_IMPL_HEADER

#define QAD_WHO ""
#define CONTRACT OFFER
#include QAD_CONTRACT

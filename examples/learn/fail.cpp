// SPDX-License-Identifier: MIT
#include "commands.hpp"
namespace qad::learn { void add_fail(CLI::App&) {} }

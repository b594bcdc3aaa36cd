// SPDX-License-Identifier: MIT
// What data may do to a terminal: nothing. Names of programs, files and symbols are chosen by
// whoever is traced, and a terminal takes control characters in them for commands.
#pragma once

#include <string>
#include <string_view>

namespace dt::output {

// Control characters (C0 but newline and tab, DEL, C1) and bytes that are no UTF-8 as \ooo.
std::string terminal_text(std::string_view text);

}  // namespace dt::output

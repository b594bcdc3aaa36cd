// SPDX-License-Identifier: MIT
// Bytes in hexadecimal and as characters, the layout of tracemem().
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace dt::output {

// A newline, the header, sixteen bytes a line. Nothing for no bytes.
std::string dump_text(std::span<const std::byte> bytes);

}  // namespace dt::output

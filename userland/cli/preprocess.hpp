// SPDX-License-Identifier: MIT
// -C: scripts through the C preprocessor.
#pragma once

#include <string>

#include "base/result.hpp"
#include "consumer/options.hpp"

namespace dt::cli {

// The text of a file, a "#!" first line blanked.
Result<std::string> read_script(const std::string& path);

// text as cpp(1) leaves it, with line markers. file: its name for messages and relative #include.
Result<std::string> preprocess(const std::string& text, const std::string& file,
                               const consumer::Options& options);

}  // namespace dt::cli

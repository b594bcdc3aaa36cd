// SPDX-License-Identifier: MIT
// The keys of sessions and provider files: names, forms, what is expected. config/schema holds the
// same as JSON Schema, for editors and other tools; a unit test compares them.
#pragma once

#include <span>

#include "session/yaml_file.hpp"

namespace dt::session {

enum class Object { Session, Parameter, Target, Probe, Stop, StopWhen, Output, Rotate, Provider };

std::span<const KeyRule> rules_of(Object object);
// Words that a key may hold, for those that are one of a few: output formats.
std::span<const char* const> output_formats();

}  // namespace dt::session

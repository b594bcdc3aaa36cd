// SPDX-License-Identifier: MIT
#include "cli/stability.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <iterator>

#include "cli/program.hpp"

namespace dt::cli {

namespace {

constexpr const char* kStabilities[] = {"Internal", "Private",  "Obsolete", "External",
                                        "Unstable", "Evolving", "Stable",   "Standard"};
constexpr const char* kClasses[] = {"Unknown", "CPU", "Platform", "Group", "ISA", "Common"};

const char* stability_name(uint8_t value) {
  return value < std::size(kStabilities) ? kStabilities[value] : "Unknown";
}

const char* class_name(uint8_t value) {
  return value < std::size(kClasses) ? kClasses[value] : "Unknown";
}

// What D itself guarantees: probes Unstable/Unstable/Common, statements Stable/Stable/Common.
constexpr uint8_t kProbeAttributes[] = {4, 4, 5};
constexpr uint8_t kStatementAttributes[] = {6, 6, 5};

}  // namespace

std::string attribute_lines(const uint8_t* attributes) {
  return fmt::format(
      "\t\tIdentifier Names: {}\n"
      "\t\tData Semantics:   {}\n"
      "\t\tDependency Class: {}\n",
      stability_name(attributes[0]), stability_name(attributes[1]), class_name(attributes[2]));
}

void print_stability(const Arguments& arguments, const lang::CompileOutput&) {
  for (const ProgramArgument& program : arguments.programs) {
    const std::string name = program.form == 's'
                                 ? fmt::format("script {}", program.text)
                                 : fmt::format("description {}", description_part(program.text));
    const std::string text = fmt::format(
        "\nStability attributes for {}:\n\n\tMinimum Probe Description Attributes\n{}\n"
        "\tMinimum Statement Attributes\n{}\n",
        name, attribute_lines(kProbeAttributes), attribute_lines(kStatementAttributes));
    std::fputs(text.c_str(), stdout);
  }
  std::fflush(stdout);
}

}  // namespace dt::cli

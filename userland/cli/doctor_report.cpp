// SPDX-License-Identifier: MIT
#include "cli/doctor_report.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <nlohmann/json.hpp>

namespace dt::cli {

void DoctorReport::ok(const std::string& what, const std::string& found) {
  line("ok", what, found, "");
}

void DoctorReport::problem(const std::string& what, const std::string& found,
                           const std::string& remedy) {
  nr_problems_++;
  line("problem", what, found, remedy);
}

void DoctorReport::unknown(const std::string& what, const std::string& why) {
  line("unknown", what, why, "");
}

void DoctorReport::line(const char* verdict, const std::string& what, const std::string& found,
                        const std::string& remedy) {
  if (is_json_) {
    nlohmann::ordered_json object = {{"verdict", verdict}, {"what", what}, {"found", found}};
    if (!remedy.empty()) {
      object["remedy"] = remedy;
    }
    const auto lenient = nlohmann::ordered_json::error_handler_t::replace;
    std::fputs((object.dump(-1, ' ', false, lenient) + "\n").c_str(), stdout);
  } else {
    const std::string text = remedy.empty() ? found : found + ": " + remedy;
    std::fputs(fmt::format("{:<8} {:<18} {}\n", verdict, what, text).c_str(), stdout);
  }
}

}  // namespace dt::cli

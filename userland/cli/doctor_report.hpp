// SPDX-License-Identifier: MIT
// DoctorReport: what `dtrace doctor` found, a line of text or a JSON object for each thing looked
// at.
#pragma once

#include <string>

namespace dt::cli {

class DoctorReport {
 public:
  explicit DoctorReport(bool is_json) : is_json_(is_json) {}

  void ok(const std::string& what, const std::string& found);
  // remedy: what to do about it; "" = found says so already.
  void problem(const std::string& what, const std::string& found, const std::string& remedy);
  // It cannot be seen from here; why.
  void unknown(const std::string& what, const std::string& why);

  int nr_problems() const { return nr_problems_; }

 private:
  void line(const char* verdict, const std::string& what, const std::string& found,
            const std::string& remedy);

  bool is_json_;
  int nr_problems_ = 0;
};

}  // namespace dt::cli

// SPDX-License-Identifier: MIT
// Sink: where output goes, buffered; freopen() redirects it. A lost output (closed pipe, full disk)
// is remembered, never fatal here: the run ends in order and the command reports it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dt::output {

class Sink {
 public:
  explicit Sink(int fd) : original_(fd), fd_(fd) {}
  ~Sink();
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  // From here on a write() that a signal ends is not tried again, in any sink: the output is lost.
  // For a user who wants to leave while nobody reads what comes.
  static void give_up();

  void write(std::string_view text);
  // false: the output is lost, see error_number().
  bool flush();
  bool is_lost() const { return error_number_ != 0; }
  int error_number() const { return error_number_; }

  // Redirects to a new file; "" goes back to the original output.
  Result<void> reopen(const std::string& path);
  // Cuts the current file to nothing.
  void truncate();
  // Goes on with another file, which the caller owns. What was written before is in the old one.
  void replace(int fd);
  // Bytes written to the file since it was given, those still buffered included.
  uint64_t nr_bytes() const { return nr_bytes_ + buffer_.size(); }

 private:
  int original_;
  int fd_;
  int error_number_ = 0;
  uint64_t nr_bytes_ = 0;
  std::string buffer_;
};

}  // namespace dt::output

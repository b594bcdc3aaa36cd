// SPDX-License-Identifier: MIT
// OutputFile: a file that output is appended to, with rotation: when it is large or old enough it
// becomes NAME.1, the one before NAME.2 and so on, and a new one is begun. Nothing is lost when
// that fails: the old file goes on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace dt::output {

struct RotationLimits {
  uint64_t size_bytes = 0;  // 0 = not by size
  uint64_t time_ns = 0;     // 0 = not by age
  uint64_t nr_kept = 5;     // 0 = what is rotated out is gone

  bool is_set() const { return size_bytes != 0 || time_ns != 0; }
};

class OutputFile {
 public:
  // now_ns: of any clock, the same one for all calls. Error: why the file cannot be written.
  static Result<std::unique_ptr<OutputFile>> open(const std::string& path, RotationLimits limits,
                                                  uint64_t now_ns);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  const std::string& path() const { return path_; }
  int fd() const { return fd_; }
  bool is_regular() const { return is_regular_; }
  // Bytes that were there when it was opened.
  uint64_t old_bytes() const { return old_bytes_; }
  // new_bytes: written since it was opened.
  bool is_due(uint64_t new_bytes, uint64_t now_ns) const;
  // fd() is another one after this. Error: nothing has changed.
  Result<void> rotate(uint64_t now_ns);

 private:
  OutputFile(std::string path, RotationLimits limits) : path_(std::move(path)), limits_(limits) {}
  Error failed(int errno_value, uint64_t now_ns);
  std::string old_name(uint64_t number) const { return path_ + "." + std::to_string(number); }

  std::string path_;
  RotationLimits limits_;
  int fd_ = -1;
  bool is_regular_ = false;
  uint64_t old_bytes_ = 0;
  uint64_t begin_ns_ = 0;
  uint64_t retry_ns_ = 0;  // after a failure, not before
};

}  // namespace dt::output

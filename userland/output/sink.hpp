// SPDX-License-Identifier: MIT
// Sink: where output goes, buffered; freopen() redirects it. A lost output (closed pipe, full disk)
// is remembered, never fatal here: the run ends in order and the command reports it. What did not
// arrive whole is counted.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace dt::output {

// What is one thing to whoever reads, and useless in part.
enum class Unit { Record, AggElement };

class Sink {
 public:
  explicit Sink(int fd);
  ~Sink();
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  // From here on a write() that does not get on is not tried again, in any sink: the output is
  // lost. For a user who wants to leave while nobody reads what comes.
  static void give_up();
  static bool has_given_up();

  void write(std::string_view text);
  // What was written since the last mark is so many of these: if it does not arrive, they count as
  // not shown. Nothing written, nothing counted.
  void mark(Unit unit, uint64_t count = 1);
  // These could not even be written, for lack of memory.
  void leave_out(Unit unit, uint64_t count = 1);
  // false: the output is lost, see error_number().
  bool flush();
  // The last flush, and what the system has to say of all that it took before.
  bool finish();
  // Does it go to a terminal now?
  bool is_terminal() const { return is_terminal_; }
  bool is_lost() const { return error_number_ != 0; }
  // Of the first loss, also when output has gone elsewhere since; 0 = none. EINTR: given up.
  int error_number() const { return first_error_; }
  uint64_t nr_unshown(Unit unit) const { return nr_unshown_[static_cast<size_t>(unit)]; }
  uint64_t nr_unshown() const { return nr_unshown(Unit::Record) + nr_unshown(Unit::AggElement); }

  // Redirects to a new file; "" goes back to the original output.
  Result<void> reopen(const std::string& path);
  // Cuts the current file to nothing.
  void truncate();
  // Goes on with another file, which the caller owns. What was written before is in the old one.
  void replace(int fd);
  // Bytes written to the file since it was given, those still buffered included.
  uint64_t nr_bytes() const { return nr_bytes_ + buffer_.size(); }

 private:
  struct Mark {
    size_t end;  // in buffer_
    Unit unit;
    uint64_t count;
  };

  void lose(int error_number);
  bool may_go_on(int error_number, uint64_t stuck_since_ns);
  void check_close(int fd);

  int original_;
  int fd_;
  bool is_terminal_;
  int error_number_ = 0;
  int first_error_ = 0;
  uint64_t nr_bytes_ = 0;
  std::string buffer_;
  std::vector<Mark> marks_;
  bool has_written_ = false;   // since the last mark
  bool is_part_lost_ = false;  // of what was written since the last mark
  std::array<uint64_t, 2> nr_unshown_{};
};

}  // namespace dt::output

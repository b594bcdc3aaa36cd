// SPDX-License-Identifier: MIT
#include "output/sink.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <ctime>
#include <utility>

namespace dt::output {

namespace {

// Smaller than what a pipe holds: the last bytes before an end must not wait for the reader twice.
constexpr size_t kFlushAt = 16 * 1024;
// A reader that is only slow gets on within this time.
constexpr uint64_t kPatienceNs = 100'000'000;

std::atomic<bool> is_given_up = false;

uint64_t clock_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

Sink::Sink(int fd) : original_(fd), fd_(fd), is_terminal_(::isatty(fd) == 1) {}

Sink::~Sink() {
  flush();
  if (fd_ != original_) {
    ::close(fd_);
  }
}

void Sink::write(std::string_view text) {
  has_written_ |= !text.empty();
  if (is_lost()) {
    is_part_lost_ |= !text.empty();
    return;
  }
  buffer_ += text;
  if (buffer_.size() >= kFlushAt) {
    flush();
  }
}

void Sink::mark(Unit unit, uint64_t count) {
  if (!has_written_) {
    return;
  }
  has_written_ = false;
  if (std::exchange(is_part_lost_, false)) {
    nr_unshown_[static_cast<size_t>(unit)] += count;
  } else if (!buffer_.empty()) {
    marks_.push_back(Mark{buffer_.size(), unit, count});
  }
}

void Sink::leave_out(Unit unit, uint64_t count) {
  has_written_ = is_part_lost_ = false;
  nr_unshown_[static_cast<size_t>(unit)] += count;
  first_error_ = first_error_ != 0 ? first_error_ : ENOMEM;
}

void Sink::give_up() { is_given_up = true; }

bool Sink::has_given_up() { return is_given_up; }

void Sink::lose(int error_number) {
  error_number_ = error_number;
  first_error_ = first_error_ != 0 ? first_error_ : error_number;
}

bool Sink::may_go_on(int error_number, uint64_t stuck_since_ns) {
  if (error_number != EINTR && error_number != EAGAIN) {
    return false;
  }
  if (is_given_up && clock_ns() - stuck_since_ns >= kPatienceNs) {
    return false;
  }
  // Somebody with the same file open may have made it one that does not wait.
  if (error_number == EAGAIN) {
    pollfd ready{fd_, POLLOUT, 0};
    (void)::poll(&ready, 1, -1);
  }
  return true;
}

bool Sink::flush() {
  size_t done = 0;
  uint64_t stuck_since_ns = buffer_.empty() ? 0 : clock_ns();
  while (!is_lost() && done < buffer_.size()) {
    const ssize_t written = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
    if (written > 0) {
      done += static_cast<size_t>(written);
      stuck_since_ns = clock_ns();
      continue;
    }
    const int error_number = written == 0 ? EIO : errno;
    if (!may_go_on(error_number, stuck_since_ns)) {
      // Who has been waiting in vain is not helped by the word for how the wait ended.
      lose(error_number == EAGAIN ? EINTR : error_number);
    }
  }
  for (const Mark& mark : marks_) {
    nr_unshown_[static_cast<size_t>(mark.unit)] += mark.end > done ? mark.count : 0;
  }
  const size_t marked = marks_.empty() ? 0 : marks_.back().end;
  is_part_lost_ |= done < buffer_.size() && marked < buffer_.size();
  marks_.clear();
  nr_bytes_ += done;
  buffer_.clear();
  return !is_lost();
}

// Some file systems tell only then that the disk was full.
void Sink::check_close(int fd) {
  if (fd >= 0 && ::close(fd) != 0 && errno != EINTR && first_error_ == 0) {
    first_error_ = errno;
  }
}

bool Sink::finish() {
  if (flush()) {
    check_close(::fcntl(fd_, F_DUPFD_CLOEXEC, 3));
  }
  return first_error_ == 0;
}

Result<void> Sink::reopen(const std::string& path) {
  flush();
  int fd = original_;
  if (!path.empty()) {
    fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
      return error_from_errno("could not freopen() \"" + path + "\"", errno);
    }
  }
  if (fd_ != original_) {
    check_close(fd_);
  }
  fd_ = fd;
  is_terminal_ = ::isatty(fd) == 1;
  error_number_ = 0;
  return {};
}

void Sink::replace(int fd) {
  flush();
  if (fd_ == original_) {
    fd_ = fd;
    is_terminal_ = ::isatty(fd) == 1;
  }
  original_ = fd;
  nr_bytes_ = 0;
}

void Sink::truncate() {
  flush();
  if (::ftruncate(fd_, 0) == 0) {
    (void)::lseek(fd_, 0, SEEK_SET);
  }
}

}  // namespace dt::output

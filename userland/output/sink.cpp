// SPDX-License-Identifier: MIT
#include "output/sink.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace dt::output {

namespace {

// Smaller than what a pipe holds: the last bytes before an end must not wait for the reader twice.
constexpr size_t kFlushAt = 16 * 1024;

std::atomic<bool> is_given_up = false;

}  // namespace

Sink::~Sink() {
  flush();
  if (fd_ != original_) {
    ::close(fd_);
  }
}

void Sink::write(std::string_view text) {
  if (is_lost()) {
    return;
  }
  buffer_ += text;
  if (buffer_.size() >= kFlushAt) {
    flush();
  }
}

void Sink::give_up() { is_given_up = true; }

bool Sink::flush() {
  size_t done = 0;
  while (!is_lost() && done < buffer_.size()) {
    const ssize_t written = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
    if (written < 0) {
      if (errno != EINTR || is_given_up) {
        error_number_ = errno;
      }
    } else {
      done += static_cast<size_t>(written);
    }
  }
  nr_bytes_ += done;
  buffer_.clear();
  return !is_lost();
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
    ::close(fd_);
  }
  fd_ = fd;
  error_number_ = 0;
  return {};
}

void Sink::replace(int fd) {
  flush();
  if (fd_ == original_) {
    fd_ = fd;
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

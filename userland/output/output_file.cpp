// SPDX-License-Identifier: MIT
#include "output/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace dt::output {

namespace {

constexpr uint64_t kRetryNs = 60'000'000'000;

}  // namespace

Result<std::unique_ptr<OutputFile>> OutputFile::open(const std::string& path, RotationLimits limits,
                                                     uint64_t now_ns) {
  std::unique_ptr<OutputFile> file(new OutputFile(path, limits));
  const std::string what = "failed to open output file '" + path + "'";
  file->fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file->fd_ < 0) {
    return error_from_errno(what, errno);
  }
  struct stat status {};
  if (::fstat(file->fd_, &status) != 0) {
    return error_from_errno(what, errno);
  }
  file->is_regular_ = S_ISREG(status.st_mode);
  file->old_bytes_ = file->is_regular_ ? static_cast<uint64_t>(status.st_size) : 0;
  file->begin_ns_ = now_ns;
  if (limits.is_set() && !file->is_regular_) {
    return Error{what + ": only regular files can be rotated", EINVAL};
  }
  return file;
}

OutputFile::~OutputFile() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

bool OutputFile::is_due(uint64_t new_bytes, uint64_t now_ns) const {
  const uint64_t size = old_bytes_ + new_bytes;
  if (size == 0 || now_ns < retry_ns_) {
    return false;
  }
  return (limits_.size_bytes != 0 && size >= limits_.size_bytes) ||
         (limits_.time_ns != 0 && now_ns - begin_ns_ >= limits_.time_ns);
}

Error OutputFile::failed(int errno_value, uint64_t now_ns) {
  retry_ns_ = now_ns + kRetryNs;
  return error_from_errno("cannot rotate '" + path_ + "', the file goes on", errno_value);
}

Result<void> OutputFile::rotate(uint64_t now_ns) {
  // The new file first: without it nothing is moved.
  const std::string fresh = path_ + ".new";
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
  if (fd < 0) {
    return failed(errno, now_ns);
  }
  for (uint64_t number = limits_.nr_kept; number > 1; number--) {
    (void)std::rename(old_name(number - 1).c_str(), old_name(number).c_str());
  }
  const bool is_moved =
      limits_.nr_kept == 0 || std::rename(path_.c_str(), old_name(1).c_str()) == 0;
  if (!is_moved || std::rename(fresh.c_str(), path_.c_str()) != 0) {
    const int saved = errno;
    ::close(fd);
    ::unlink(fresh.c_str());
    return failed(saved, now_ns);
  }
  ::close(fd_);
  fd_ = fd;
  old_bytes_ = 0;
  begin_ns_ = now_ns;
  return {};
}

}  // namespace dt::output

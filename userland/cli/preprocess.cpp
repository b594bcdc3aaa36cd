// SPDX-License-Identifier: MIT
#include "cli/preprocess.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

extern char** environ;

namespace dt::cli {

namespace {

Result<std::string> read_all(int fd) {
  std::string text;
  char chunk[16384];
  for (;;) {
    const ssize_t got = ::read(fd, chunk, sizeof(chunk));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return error_from_errno("read failed", errno);
    }
    if (got == 0) {
      return text;
    }
    text.append(chunk, static_cast<size_t>(got));
  }
}

std::vector<std::string> cpp_arguments(const std::string& file, const consumer::Options& options) {
  // Strict C: the names "linux" and "unix" are the script's, not macros.
  std::vector<std::string> words = {options.cpppath, "-std=c99",
                                    "-D__linux",     "-D__unix",
                                    "-D__SUNW_D=1",  "-D__SUNW_D_VERSION=0x02000000"};
  if (options.stdc == 's') {
    words.push_back("-w");
    words.push_back("-U__STDC__");
  }
  if (options.cpphdrs) {
    words.push_back("-H");
  }
  words.insert(words.end(), options.cppargs.begin(), options.cppargs.end());
  // The text comes through a pipe, so the folder of the file is not searched by itself.
  if (const size_t slash = file.rfind('/'); slash != std::string::npos && file != "/dev/stdin") {
    words.push_back("-iquote");
    words.push_back(file.substr(0, slash));
  }
  words.push_back("-");
  return words;
}

// Writes input to one end and reads output from the other without either side waiting for ever.
Result<std::string> exchange(int to_child, int from_child, const std::string& input) {
  std::string output;
  size_t sent = 0;
  ::fcntl(to_child, F_SETFL, O_NONBLOCK);
  bool is_writing = true;
  char chunk[16384];
  for (;;) {
    if (is_writing && sent == input.size()) {
      ::close(to_child);
      is_writing = false;
    }
    pollfd fds[2] = {{from_child, POLLIN, 0}, {is_writing ? to_child : -1, POLLOUT, 0}};
    if (::poll(fds, 2, -1) < 0 && errno != EINTR) {
      break;
    }
    if (is_writing && (fds[1].revents & (POLLERR | POLLHUP)) != 0) {
      ::close(to_child);
      is_writing = false;
    } else if (is_writing && (fds[1].revents & POLLOUT) != 0) {
      const ssize_t written = ::write(to_child, input.data() + sent, input.size() - sent);
      if (written > 0) {
        sent += static_cast<size_t>(written);
      } else if (written < 0 && errno != EAGAIN && errno != EINTR) {
        ::close(to_child);
        is_writing = false;
      }
    }
    if ((fds[0].revents & (POLLIN | POLLHUP)) != 0) {
      const ssize_t got = ::read(from_child, chunk, sizeof(chunk));
      if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) {
        break;
      }
      if (got > 0) {
        output.append(chunk, static_cast<size_t>(got));
      }
    }
  }
  if (is_writing) {
    ::close(to_child);
  }
  return output;
}

}  // namespace

Result<std::string> read_script(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return error_from_errno("failed to open " + path, errno);
  }
  Result<std::string> text = read_all(fd);
  ::close(fd);
  if (!text) {
    return error_from_errno("failed to read " + path, text.error().errno_value);
  }
  if (text->compare(0, 2, "#!") == 0) {
    const size_t end = std::min(text->find('\n'), text->size());
    text->replace(0, end, end, ' ');
  }
  return text;
}

Result<std::string> preprocess(const std::string& text, const std::string& file,
                               const consumer::Options& options) {
  int input[2], output[2];
  if (::pipe2(input, O_CLOEXEC) < 0) {
    return error_from_errno("cannot create a pipe", errno);
  }
  if (::pipe2(output, O_CLOEXEC) < 0) {
    const int saved = errno;
    ::close(input[0]);
    ::close(input[1]);
    return error_from_errno("cannot create a pipe", saved);
  }
  const std::vector<std::string> words = cpp_arguments(file, options);
  std::vector<char*> argv;
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(input[0]);
  ::close(output[1]);
  if (error != 0) {
    ::close(input[1]);
    ::close(output[0]);
    return Error{fmt::format("failed to execute {}: {}", options.cpppath, std::strerror(error)),
                 error};
  }
  const std::string named = fmt::format("# 1 \"{}\"\n{}", file, text);
  Result<std::string> result = exchange(input[1], output[0], named);
  ::close(output[0]);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return Error{"Preprocessor failed to process input program", EINVAL};
  }
  return result;
}

}  // namespace dt::cli

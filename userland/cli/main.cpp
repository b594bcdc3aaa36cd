// SPDX-License-Identifier: MIT
// The dtrace command: parses its arguments and hands over to the mode asked for.

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cli/arguments.hpp"
#include "cli/doctor.hpp"
#include "cli/guest.hpp"
#include "cli/list.hpp"
#include "cli/messages.hpp"
#include "cli/providers_list.hpp"
#include "cli/run.hpp"
#include "cli/session_mode.hpp"
#include "cli/sessions_list.hpp"

namespace {

constexpr const char* kVersionText = "dtrace: D 2.0, DTrace for Linux 0.1.0\n";

// Where a standard file is closed, the next one that is opened would take its place: the device, or
// the file of -o, would get the messages. What these give is an error instead.
void open_standard_files() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) < 0) {
      (void)!::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
  }
}

// What is listed may not have arrived. Records do not go this way.
int with_standard_output(int status) {
  const bool was_lost = std::ferror(stdout) != 0;
  if (std::fflush(stdout) == 0 && !was_lost) {
    return status;
  }
  dt::cli::warn(fmt::format("could not write standard output: {}", std::strerror(errno)));
  return status != 0 ? status : dt::cli::kExitError;
}

int run(int argc, char** argv) {
  using namespace dt::cli;
  if (argc == 1) {
    std::fputs(usage_text().c_str(), stderr);
    return kExitUsage;
  }
  const auto arguments = parse_arguments(argc, argv);
  if (!arguments) {
    warn(arguments.error().message);
    std::fputs(usage_text().c_str(), stderr);
    return kExitUsage;
  }
  switch (arguments->mode) {
    case Mode::Version:
      std::fputs(kVersionText, stdout);
      return 0;
    case Mode::Help:
      std::fputs(usage_text().c_str(), stdout);
      return 0;
    case Mode::Guest:
      return run_guest(*arguments);
    case Mode::List:
      return run_list(*arguments);
    case Mode::Doctor:
      return run_doctor(arguments->is_json);
    case Mode::Session:
      return run_session(*arguments);
    case Mode::Sessions:
      return run_sessions_list(*arguments);
    case Mode::Providers:
      return run_providers_list(*arguments);
    case Mode::Header:
    case Mode::Link:
      warn("static probes in programs (-G, -h) are not supported yet");
      return kExitError;
    case Mode::Anonymous:
      warn("anonymous tracing (-A, -a) is not available on Linux");
      return kExitError;
    case Mode::Trace:
    case Mode::CheckOnly:
      return run_trace(*arguments);
  }
  return kExitUsage;
}

}  // namespace

// Destructors and exit handlers of the libraries would touch megabytes only to give them back, page
// by page, to a kernel that may still have each of its functions traced.
int main(int argc, char** argv) {
  open_standard_files();
  const int status = with_standard_output(run(argc, argv));
  std::fflush(nullptr);
  std::_Exit(status);
}

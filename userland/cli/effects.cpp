// SPDX-License-Identifier: MIT
#include "cli/effects.hpp"

#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "cli/messages.hpp"

namespace dt::cli {

using lang::object::Action;
using lang::object::ActionKind;

namespace {

int64_t first_number(const Action& action, std::span<const std::byte> payload, int64_t fallback) {
  return action.args.empty() ? fallback
                             : output::load_signed(output::value_in(action.args[0], payload));
}

// As system(3), but signals that end the run are still taken while the shell runs, which gets them
// with their default action. Return: an errno; EINTR: a user who wants to leave waits no longer.
int run_shell(const std::string& command) {
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none, ignored_by_us;
  sigemptyset(&none);
  sigemptyset(&ignored_by_us);
  sigaddset(&ignored_by_us, SIGPIPE);
  sigaddset(&ignored_by_us, SIGXFSZ);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &ignored_by_us);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const char* const argv[] = {"sh", "-c", "--", command.c_str(), nullptr};
  pid_t pid = 0;
  const int failure =
      ::posix_spawn(&pid, "/bin/sh", nullptr, &attributes, const_cast<char* const*>(argv), environ);
  ::posix_spawnattr_destroy(&attributes);
  if (failure != 0) {
    return failure;
  }
  while (::waitpid(pid, nullptr, 0) < 0) {
    if (errno != EINTR || output::Sink::has_given_up()) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

bool has_run(const Action& action, std::span<const std::byte> payload) {
  return action.condition == lang::object::kNoCondition ||
         (action.condition < payload.size() && payload[action.condition] != std::byte{0});
}

void Effects::fail(const std::string& message) {
  nr_failed_++;
  warn(message);
}

void Effects::system(const std::string& command) {
  sink_.flush();
  // Each would have to be given up in its turn.
  if (output::Sink::has_given_up()) {
    nr_not_run_++;
    return;
  }
  const int failure = run_shell(command);
  if (failure == EINTR) {
    fail("the command of system() goes on, nobody waits for it: " + output::escaped(command));
  } else if (failure != 0) {
    fail(fmt::format("could not execute system(): {}", std::strerror(failure)));
  }
}

void Effects::report() {
  if (nr_not_run_ != 0) {
    fail(fmt::format("{} command{} of system() not run after the second interrupt", nr_not_run_,
                     nr_not_run_ == 1 ? "" : "s"));
  }
}

void Effects::setopt(const Action& action, std::span<const std::byte> payload) {
  std::string name = action.format;
  std::string value;
  size_t next = 0;
  if (name.empty() && !action.args.empty()) {
    name = output::load_string(output::value_in(action.args[next++], payload));
  }
  if (next < action.args.size()) {
    value = output::load_string(output::value_in(action.args[next], payload));
  }
  if (Result<void> set =
          consumer::set_option(&options_, name, value, consumer::OptionSource::Setopt);
      !set) {
    fail(fmt::format("couldn't set option \"{}\" to \"{}\": {}", name, value, set.error().message));
  }
}

void Effects::perform(const Action& action, std::span<const std::byte> payload,
                      output::RecordText& text) {
  switch (action.kind) {
    case ActionKind::System: {
      system(text.formatted(action, payload));
      break;
    }
    case ActionKind::Freopen: {
      const std::string path = text.formatted(action, payload);
      if (Result<void> done = sink_.reopen(path); !done) {
        fail(done.error().message);
      }
      break;
    }
    case ActionKind::Ftruncate:
      sink_.truncate();
      break;
    case ActionKind::Setopt:
      setopt(action, payload);
      break;
    case ActionKind::Clear:
      for (const int agg : action.aggs) {
        table_.clear(agg);
      }
      break;
    case ActionKind::Trunc:
      for (const int agg : action.aggs) {
        table_.trunc(agg, action.args.empty(), first_number(action, payload, 0));
      }
      break;
    case ActionKind::Normalize:
      for (const int agg : action.aggs) {
        table_.normalize(agg, static_cast<uint64_t>(first_number(action, payload, 1)));
      }
      break;
    case ActionKind::Denormalize:
      for (const int agg : action.aggs) {
        table_.normalize(agg, 1);
      }
      break;
    default:
      break;
  }
}

}  // namespace dt::cli

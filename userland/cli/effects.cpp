// SPDX-License-Identifier: MIT
#include "cli/effects.hpp"

#include <fmt/core.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "cli/messages.hpp"

namespace dt::cli {

using lang::object::Action;
using lang::object::ActionKind;

namespace {

int64_t first_number(const Action& action, std::span<const std::byte> payload, int64_t fallback) {
  return action.args.empty() ? fallback
                             : output::load_signed(output::value_in(action.args[0], payload));
}

// system(3) with our signal mask and the ignored SIGPIPE out of the way.
void run_shell(const std::string& command) {
  sigset_t none, before;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, &before);
  auto* const pipe_before = ::signal(SIGPIPE, SIG_DFL);
  if (std::system(command.c_str()) == -1) {
    warn("could not execute system()");
  }
  ::signal(SIGPIPE, pipe_before);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

bool has_run(const Action& action, std::span<const std::byte> payload) {
  return action.condition == lang::object::kNoCondition ||
         (action.condition < payload.size() && payload[action.condition] != std::byte{0});
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
    warn(fmt::format("couldn't set option \"{}\" to \"{}\": {}", name, value, set.error().message));
  }
}

void Effects::perform(const Action& action, std::span<const std::byte> payload,
                      output::RecordText& text) {
  switch (action.kind) {
    case ActionKind::System: {
      const std::string command = text.formatted(action, payload);
      sink_.flush();
      run_shell(command);
      break;
    }
    case ActionKind::Freopen: {
      const std::string path = text.formatted(action, payload);
      if (Result<void> done = sink_.reopen(path); !done) {
        warn(done.error().message);
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

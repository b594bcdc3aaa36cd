// SPDX-License-Identifier: MIT
// Times, timers, clocks; and what signals carry.
#include <csignal>

#include "names.hpp"
#include "structs.hpp"

namespace dt::plugins::syscall {

namespace {

Shown show_timeval(const Bytes& b) {
  StructOut out;
  out.add("tv_sec", signed_number(b.s64(0)));
  out.add("tv_usec", signed_number(b.s64(8)));
  return out.take();
}

// utimensat(): a time, or one of two numbers that stand for something else.
Shown show_utimes(const Bytes& b) {
  constexpr int64_t kNow = 0x3fffffff, kOmit = 0x3ffffffe;
  if (b.s64(8) == kNow) {
    return word("UTIME_NOW");
  }
  if (b.s64(8) == kOmit) {
    return word("UTIME_OMIT");
  }
  return show_timespec(b);
}

Shown show_itimerval(const Bytes& b) {
  StructOut out;
  out.add("it_interval", show_timeval(b));
  out.add("it_value", show_timeval(b.from(16)));
  return out.take();
}

Shown show_itimerspec(const Bytes& b) {
  StructOut out;
  out.add("it_interval", show_timespec(b));
  out.add("it_value", show_timespec(b.from(16)));
  return out.take();
}

Shown show_timezone(const Bytes& b) {
  StructOut out;
  out.add("tz_minuteswest", signed_number(b.s32(0)));
  out.add("tz_dsttime", signed_number(b.s32(4)));
  return out.take();
}

Shown show_tms(const Bytes& b) {
  StructOut out;
  out.add("tms_utime", signed_number(b.s64(0)));
  out.add("tms_stime", signed_number(b.s64(8)));
  out.add("tms_cutime", signed_number(b.s64(16)));
  out.add("tms_cstime", signed_number(b.s64(24)));
  return out.take();
}

Shown show_utimbuf(const Bytes& b) {
  StructOut out;
  out.add("actime", signed_number(b.s64(0)));
  out.add("modtime", signed_number(b.s64(8)));
  return out.take();
}

Shown show_timex(const Bytes& b) {
  StructOut out;
  out.add("modes", show_names("timex_modes", b.u32(0)));
  out.add("offset", signed_number(b.s64(8)));
  out.add("freq", signed_number(b.s64(16)));
  out.add("maxerror", signed_number(b.s64(24)));
  out.add("esterror", signed_number(b.s64(32)));
  out.add("status", show_names("timex_status", b.u32(40)));
  out.add("constant", signed_number(b.s64(48)));
  out.add("precision", signed_number(b.s64(56)));
  out.add("tolerance", signed_number(b.s64(64)));
  out.add("time", show_timeval(b.from(72)));
  out.add("tick", signed_number(b.s64(88)));
  out.cut();
  return out.take();
}

Shown show_sigevent(const Bytes& b) {
  StructOut out;
  out.add("sigev_value", address(b.u64(0)));
  out.add("sigev_signo", signal_name(b.s32(8)));
  out.add("sigev_notify", show_names("sigev_notify", b.u32(12)));
  return out.take();
}

Shown show_sigaction(const Bytes& b) {
  StructOut out;
  const uint64_t handler = b.u64(0);
  out.add("sa_handler", handler == 0   ? word("SIG_DFL")
                        : handler == 1 ? word("SIG_IGN")
                                       : address(handler));
  out.add("sa_mask", signal_set(b.part(24, 8)));
  out.add("sa_flags", show_names("sa_flags", b.u64(8), 8));
  if (b.u64(8) & 0x04000000) {
    out.add("sa_restorer", address(b.u64(16)));
  }
  return out.take();
}

Shown show_siginfo(const Bytes& b) {
  StructOut out;
  const int number = b.s32(0), code = b.s32(8);
  if (number == 0) {
    return out.take();
  }
  out.add("si_signo", signal_name(number));
  const bool is_child = number == SIGCHLD && code > 0 && code < 0x80;
  out.add("si_code", show_names(is_child ? "child_code" : "si_code", static_cast<uint32_t>(code)));
  if (b.s32(4) != 0) {
    out.add("si_errno", signed_number(b.s32(4)));
  }
  out.add("si_pid", signed_number(b.s32(16)));
  out.add("si_uid", unsigned_number(b.u32(20)));
  if (is_child) {
    constexpr int kExited = 1;
    out.add("si_status", code == kExited ? signed_number(b.s32(24)) : signal_name(b.s32(24)));
    out.add("si_utime", signed_number(b.s64(32)));
    out.add("si_stime", signed_number(b.s64(40)));
  }
  return out.take();
}

Shown show_sigaltstack(const Bytes& b) {
  StructOut out;
  out.add("ss_sp", address(b.u64(0)));
  out.add("ss_flags", show_names("ss_flags", b.u32(8)));
  out.add("ss_size", unsigned_number(b.u64(16)));
  return out.take();
}

constexpr StructKind kStructs[] = {
    {"timespec", 16, show_timespec},
    {"timeval", 16, show_timeval},
    {"utimes", 16, show_utimes},
    {"itimerval", 32, show_itimerval},
    {"itimerspec", 32, show_itimerspec},
    {"timezone", 8, show_timezone, true},
    {"tms", 32, show_tms},
    {"utimbuf", 16, show_utimbuf},
    {"timex", 208, show_timex},
    {"sigevent", 64, show_sigevent},
    {"sigaction", 32, show_sigaction},
    {"siginfo", 48, show_siginfo},
    {"sigaltstack", 24, show_sigaltstack},
};

}  // namespace

Shown show_timespec(const Bytes& b) {
  StructOut out;
  out.add("tv_sec", signed_number(b.s64(0)));
  out.add("tv_nsec", signed_number(b.s64(8)));
  return out.take();
}

std::span<const StructKind> structs_of_time() { return kStructs; }

}  // namespace dt::plugins::syscall

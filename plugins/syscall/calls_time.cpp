// SPDX-License-Identifier: MIT
// System calls on clocks and timers. The language is that of calls.hpp.
#include "calls.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr CallText kCalls[] = {
    {"time", "tloc:>long[1]", "long"},
    {"times", "tbuf:>*tms", "long"},
    {"gettimeofday", "tv:>*timeval tz:>*timezone"},
    {"settimeofday", "tv:*timeval tz:*timezone"},
    {"adjtimex", "txc_p:<>*timex", "clock_state"},
    {"clock_adjtime", "which_clock:clockid utx:<>*timex", "clock_state"},
    {"clock_gettime", "which_clock:clockid tp:>*timespec"},
    {"clock_settime", "which_clock:clockid tp:*timespec"},
    {"clock_getres", "which_clock:clockid tp:>*timespec"},
    {"clock_nanosleep", "which_clock:clockid flags:timer_flags rqtp:*timespec rmtp:ptr"},
    {"nanosleep", "rqtp:*timespec rmtp:ptr"},
    {"alarm", "seconds:uint", "uint"},
    {"getitimer", "which:itimer_which value:>*itimerval"},
    {"setitimer", "which:itimer_which value:*itimerval ovalue:>*itimerval"},
    {"timer_create", "which_clock:clockid timer_event_spec:*sigevent created_timer_id:>int[1]"},
    {"timer_settime",
     "timer_id:int flags:timer_flags new_setting:*itimerspec old_setting:>*itimerspec"},
    {"timer_gettime", "timer_id:int setting:>*itimerspec"},
    {"timer_getoverrun", "timer_id:int"},
    {"timer_delete", "timer_id:int"},
    {"timerfd_create", "clockid:clockid flags:timerfd_flags", "fd"},
    {"timerfd_settime", "ufd:fd flags:timerfd_timer_flags utmr:*itimerspec otmr:>*itimerspec"},
    {"timerfd_gettime", "ufd:fd otmr:>*itimerspec"},
};

}  // namespace

std::span<const CallText> calls_of_time() { return kCalls; }

}  // namespace dt::plugins::syscall

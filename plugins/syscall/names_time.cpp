// SPDX-License-Identifier: MIT
// Names of signals' flags and codes, of clocks and timers.
#include <signal.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>

#include "names.hpp"

namespace dt::plugins::syscall {

namespace {

constexpr Name kSaFlags[] = {{0x04000000, "SA_RESTORER"}, DT_NAME(SA_ONSTACK),
                             DT_NAME(SA_RESTART),         DT_NAME(SA_NODEFER),
                             DT_NAME(SA_RESETHAND),       DT_NAME(SA_SIGINFO),
                             DT_NAME(SA_NOCLDSTOP),       DT_NAME(SA_NOCLDWAIT),
                             {0x400, "SA_UNSUPPORTED"},   {0x800, "SA_EXPOSE_TAGBITS"}};
constexpr Name kHow[] = {DT_NAME(SIG_BLOCK), DT_NAME(SIG_UNBLOCK), DT_NAME(SIG_SETMASK)};
constexpr Name kCodes[] = {DT_NAME(SI_USER),
                           DT_NAME(SI_KERNEL),
                           {static_cast<uint64_t>(-1), "SI_QUEUE"},
                           {static_cast<uint64_t>(-2), "SI_TIMER"},
                           {static_cast<uint64_t>(-3), "SI_MESGQ"},
                           {static_cast<uint64_t>(-4), "SI_ASYNCIO"},
                           {static_cast<uint64_t>(-5), "SI_SIGIO"},
                           {static_cast<uint64_t>(-6), "SI_TKILL"}};
constexpr Name kChildCodes[] = {{1, "CLD_EXITED"},  {2, "CLD_KILLED"},  {3, "CLD_DUMPED"},
                                {4, "CLD_TRAPPED"}, {5, "CLD_STOPPED"}, {6, "CLD_CONTINUED"}};
constexpr Name kStack[] = {{1, "SS_ONSTACK"}, {2, "SS_DISABLE"}, {1u << 31, "SS_AUTODISARM"}};
constexpr Name kNotify[] = {
    {0, "SIGEV_SIGNAL"}, {1, "SIGEV_NONE"}, {2, "SIGEV_THREAD"}, {4, "SIGEV_THREAD_ID"}};

constexpr Name kClocks[] = {DT_NAME(CLOCK_REALTIME),
                            DT_NAME(CLOCK_MONOTONIC),
                            DT_NAME(CLOCK_PROCESS_CPUTIME_ID),
                            DT_NAME(CLOCK_THREAD_CPUTIME_ID),
                            DT_NAME(CLOCK_MONOTONIC_RAW),
                            DT_NAME(CLOCK_REALTIME_COARSE),
                            DT_NAME(CLOCK_MONOTONIC_COARSE),
                            DT_NAME(CLOCK_BOOTTIME),
                            DT_NAME(CLOCK_REALTIME_ALARM),
                            DT_NAME(CLOCK_BOOTTIME_ALARM),
                            DT_NAME(CLOCK_TAI)};
constexpr Name kTimers[] = {DT_NAME(ITIMER_REAL), DT_NAME(ITIMER_VIRTUAL), DT_NAME(ITIMER_PROF)};
constexpr Name kTimerFlags[] = {DT_NAME(TIMER_ABSTIME)};
constexpr Name kTimerfd[] = {DT_NAME(TFD_CLOEXEC), DT_NAME(TFD_NONBLOCK)};
constexpr Name kTimerfdSet[] = {DT_NAME(TFD_TIMER_ABSTIME), DT_NAME(TFD_TIMER_CANCEL_ON_SET)};
constexpr Name kClockStates[] = {DT_NAME(TIME_OK),  DT_NAME(TIME_INS),  DT_NAME(TIME_DEL),
                                 DT_NAME(TIME_OOP), DT_NAME(TIME_WAIT), DT_NAME(TIME_ERROR)};
constexpr Name kModes[] = {{0x8001, "ADJ_OFFSET_SINGLESHOT"},
                           {0xa001, "ADJ_OFFSET_SS_READ"},
                           DT_NAME(ADJ_OFFSET),
                           DT_NAME(ADJ_FREQUENCY),
                           DT_NAME(ADJ_MAXERROR),
                           DT_NAME(ADJ_ESTERROR),
                           DT_NAME(ADJ_STATUS),
                           DT_NAME(ADJ_TIMECONST),
                           DT_NAME(ADJ_TAI),
                           DT_NAME(ADJ_SETOFFSET),
                           DT_NAME(ADJ_MICRO),
                           DT_NAME(ADJ_NANO),
                           DT_NAME(ADJ_TICK)};
constexpr Name kStatus[] = {
    DT_NAME(STA_PLL),       DT_NAME(STA_PPSFREQ),   DT_NAME(STA_PPSTIME),   DT_NAME(STA_FLL),
    DT_NAME(STA_INS),       DT_NAME(STA_DEL),       DT_NAME(STA_UNSYNC),    DT_NAME(STA_FREQHOLD),
    DT_NAME(STA_PPSSIGNAL), DT_NAME(STA_PPSJITTER), DT_NAME(STA_PPSWANDER), DT_NAME(STA_PPSERROR),
    DT_NAME(STA_CLOCKERR),  DT_NAME(STA_NANO),      DT_NAME(STA_MODE),      DT_NAME(STA_CLK)};

constexpr auto kFlags = NamesKind::Flags;
constexpr auto kEnum = NamesKind::Enum;
constexpr Names kSignalTables[] = {
    {"sa_flags", "SA_", kFlags, kSaFlags}, {"sigprocmask_how", "SIG_", kEnum, kHow},
    {"si_code", "SI_", kEnum, kCodes},     {"child_code", "CLD_", kEnum, kChildCodes},
    {"ss_flags", "SS_", kFlags, kStack},   {"sigev_notify", "SIGEV_", kEnum, kNotify},
};
constexpr Names kTimeTables[] = {
    {"clock_names", "CLOCK_", kEnum, kClocks},
    {"itimer_which", "ITIMER_", kEnum, kTimers},
    {"timer_flags", "TIMER_", kFlags, kTimerFlags},
    {"timerfd_flags", "TFD_", kFlags, kTimerfd},
    {"timerfd_timer_flags", "TFD_", kFlags, kTimerfdSet},
    {"clock_state", "TIME_", kEnum, kClockStates},
    {"timex_modes", "ADJ_", kFlags, kModes},
    {"timex_status", "STA_", kFlags, kStatus},
};

}  // namespace

std::span<const Names> names_of_signals() { return kSignalTables; }

std::span<const Names> names_of_time() { return kTimeTables; }

}  // namespace dt::plugins::syscall

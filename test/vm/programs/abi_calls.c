// SPDX-License-Identifier: MIT
/*
 * System calls that are easy to get wrong, a known number of each: 32-bit ones out of a 64-bit
 * program, numbers that are no call, a call that a signal interrupts, a child's return from fork.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static long call32(long nr, long a, long b, long c) {
  long result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(4L), "D"(5L)
                   : "memory", "r8", "r9", "r10", "r11");
  return result;
}

static void on_alarm(int signal) { (void)signal; }

int main(void) {
  const struct itimerval often = {{.tv_usec = 20000}, {.tv_usec = 20000}}, never = {{0}, {0}};
  const struct sigaction action = {.sa_handler = on_alarm}; /* without SA_RESTART */
  int i;

  for (i = 0; i < 7; i++)
    call32(64, 0, 0, 0); /* getppid */
  for (i = 0; i < 5; i++)
    syscall(SYS_getppid); /* the same probe, 64-bit */
  for (i = 0; i < 3; i++)
    call32(199, 0, 0, 0);                             /* getuid32: 32-bit only */
  call32(5, (long)0xdeadbeef00000010ul, 0x1234, 077); /* open: EFAULT, high half cut */
  syscall(99999);
  syscall(-1);
  syscall(SYS_tuxcall); /* a name without a function */

  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &often, NULL);
  pause(); /* EINTR */
  setitimer(ITIMER_REAL, &never, NULL);

  pid_t child = fork();
  if (!child)
    _exit(0);
  waitpid(child, NULL, 0);
  return 0;
}

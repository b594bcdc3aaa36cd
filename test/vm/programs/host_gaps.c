// SPDX-License-Identifier: MIT
/*
 * How many whole milliseconds of 900 this CPU did not run at all: time that the host kept from the
 * guest. Tests of exact timers are pointless when it is more than a few.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <time.h>

static long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000ll + now.tv_nsec;
}

int main(void) {
  const struct sched_param first = {.sched_priority = 1}; /* nobody in the guest is in the way */
  long long begin, last, now;
  long lost = 0;

  sched_setscheduler(0, SCHED_FIFO, &first);
  for (begin = last = now_ns(); last - begin < 900000000; last = now) {
    now = now_ns();
    lost += (now - last) / 1000000;
  }
  printf("%ld\n", lost);
  return 0;
}

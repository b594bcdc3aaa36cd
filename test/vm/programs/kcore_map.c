// SPDX-License-Identifier: MIT
/*
 * Mappings of a buffer that are cut, moved, protected and inherited before the pages behind them
 * are there: each page that is left must be the buffer's page of that place. Every page holds one
 * record of a page's size. Prints one line per check; exit status 1 if one failed. Needs dtrace.ko
 * and dtrace_syscall.ko.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "raw.h"

#define PAGE 4096ul
#define HALF (1ul << 20)
#define ALL (2 * HALF)

static struct bpf_insn insns[] = {PROLOGUE, MOV_IMM(0, 1), EXIT()};
static sigjmp_buf back;

static void on_fault(int sig) { siglongjmp(back, sig); }

static void on_alarm(int sig) {
  static const char text[] = "not ok a page is faulted in for ever\n";
  (void)sig;
  if (write(1, text, sizeof(text) - 1) < 0)
    _exit(2);
  _exit(1);
}

/* The signal that reading gives, or 0. */
static int touch(const volatile unsigned char* at) {
  int sig = sigsetjmp(back, 1);
  if (!sig)
    (void)*at;
  return sig;
}

/* How many pages of [from, to) are not those that the whole mapping shows there. */
static int wrong(const unsigned char* map, const unsigned char* whole, size_t from, size_t to) {
  int nr = 0;
  for (size_t at = from; at < to; at += PAGE) {
    nr += touch(map + at) || memcmp(map + at, whole + at, sizeof(struct dtrace_rec)) != 0;
  }
  return nr;
}

/* Fills the half that is written with records, and gives it to us. */
static void fill(int fd) {
  struct dtrace_switch data = {.cpu = 0, .kind = DTRACE_BUF_PRINCIPAL};
  for (size_t i = 0; i < HALF / PAGE; i++)
    syscall(SYS_getpgid, 0);
  int error = ioctl(fd, DTRACE_IOC_SWITCH, &data);
  raw_check(!error && data.used >= HALF - PAGE, "%llu bytes of records at %#llx", data.used,
            data.offset);
}

static unsigned char* make(int fd) {
  unsigned char* map = (unsigned char*)raw_map(fd, 0, DTRACE_BUF_PRINCIPAL, ALL);
  if (!map) {
    perror("mmap");
    exit(1);
  }
  return map;
}

static int dies_in_child(const unsigned char* map) {
  int status = 0;
  pid_t pid = fork();
  if (!pid) {
    signal(SIGSEGV, SIG_DFL);
    _exit(*(const volatile unsigned char*)map & 0);
  }
  return pid > 0 && waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
         WTERMSIG(status) == SIGSEGV;
}

int main(void) {
  int fd = raw_open();
  struct raw_request r;
  struct dtrace_go go;

  signal(SIGSEGV, on_fault);
  signal(SIGBUS, on_fault);
  signal(SIGALRM, on_alarm);
  cpu_set_t cpu0;
  CPU_ZERO(&cpu0);
  CPU_SET(0, &cpu0);
  sched_setaffinity(0, sizeof(cpu0), &cpu0);
  raw_init(&r, 64 + PAGE);
  r.enable.opt.bufsize = HALF;
  raw_bind(&r, raw_prog(&r, insns, NR(insns), 1, 64, PAGE - sizeof(struct dtrace_rec)), "syscall",
           "", "getpgid", "entry");
  raw_check(raw_enable(fd, &r) == 0, "ENABLE: %s", r.log);

  unsigned char *front = make(fd), *middle = make(fd), *end = make(fd), *moved = make(fd),
                *shrunk = make(fd), *hidden = make(fd), *plain = make(fd);
  raw_check(!munmap(front, 3 * PAGE), "the front is cut off");
  raw_check(!munmap(middle + HALF / 2, PAGE), "a page in the middle is cut out");
  raw_check(!munmap(end + HALF, HALF), "the end is cut off");
  moved = mremap(moved, ALL, ALL, MREMAP_MAYMOVE | MREMAP_FIXED,
                 mmap(NULL, ALL, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  raw_check(moved != MAP_FAILED, "moved");
  raw_check(mremap(shrunk, ALL, HALF, 0) == shrunk, "shrunk");
  raw_check(!mprotect(hidden + PAGE, HALF, PROT_NONE) && !mprotect(hidden + PAGE, HALF, PROT_READ),
            "protected and back");
  raw_check(mprotect(plain, ALL, PROT_READ | PROT_WRITE) && errno == EACCES, "never writable");
  raw_check(mremap(plain, ALL, 2 * ALL, MREMAP_MAYMOVE) == MAP_FAILED, "never longer");
  raw_check(mremap(plain, 0, ALL, MREMAP_MAYMOVE) == MAP_FAILED, "never twice");
  raw_check(madvise(plain, ALL, MADV_DOFORK) && errno == EINVAL, "never a child's");
  raw_check(dies_in_child(plain), "a child does not have it");
  raw_check(touch(plain + HALF / 2) == SIGBUS, "a page that is not there yet");

  raw_check(!ioctl(fd, DTRACE_IOC_GO, &go), "GO");
  for (int i = 0; i < 500 && touch(plain + ALL - PAGE); i++)
    usleep(10000);
  alarm(60);
  fill(fd);
  fill(fd);
  const unsigned char* whole = make(fd);
  raw_check(wrong(plain, whole, 0, ALL) == 0, "the pages that came later");
  raw_check(wrong(front, whole, 3 * PAGE, ALL) == 0, "behind a front that was cut off");
  raw_check(
      wrong(middle, whole, 0, HALF / 2) == 0 && wrong(middle, whole, HALF / 2 + PAGE, ALL) == 0,
      "on both sides of a page that was cut out");
  raw_check(touch(middle + HALF / 2) == SIGSEGV, "and nothing in its place");
  raw_check(wrong(end, whole, 0, HALF) == 0, "before an end that was cut off");
  raw_check(wrong(moved, whole, 0, ALL) == 0, "moved");
  raw_check(wrong(shrunk, whole, 0, HALF) == 0, "shrunk");
  raw_check(wrong(hidden, whole, 0, ALL) == 0, "protected and back");
  close(fd);
  raw_check(wrong(front, whole, 3 * PAGE, ALL) == 0, "a mapping keeps its consumer");
  return raw_result();
}

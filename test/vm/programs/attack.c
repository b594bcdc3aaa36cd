// SPDX-License-Identifier: MIT
/*
 * Everything a hostile program can do to /dev/dtrace, at random and from many threads at once: requests that the
 * compiler made and that were then spoiled, arguments in memory that is not there or comes late (userfaultfd), mappings
 * cut to pieces, descriptors closed, duplicated, passed on and used by others, signals all the time, and processes
 * killed in the middle. The programs given are compiled by dtrace, whose requests are caught on their way.
 *   attack [--seconds N] [--threads N] [--seed N] [--inject] [D PROGRAM...]      20 s, 8 threads
 * --inject lets the kernel's fault injection (failslab, fail_page_alloc) work on these processes.
 * Claims: every process ends when it is killed, and the device serves an honest request afterwards. The kernel's log,
 * its memory and its text are for the caller to look at.
 */
#define _GNU_SOURCE
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>

#include "raw.h"

#define NR_SLOTS 8   /* descriptors that all threads of a process share */
#define NR_REAL 16   /* requests caught from dtrace */
#define PAGE 4096ul
#define MAP_BYTES (64 * PAGE)

enum { CALLS, REQUESTS, ACCEPTED, STARTED, MAPPINGS, FAULTS, FORKS, PASSED, NR_COUNTS };
static const char *const count_names[NR_COUNTS] = {"calls",    "requests", "accepted", "started",
                                                   "mappings", "late pages", "forks",  "passed on"};
static uint64_t *counts; /* shared with all children */

static _Thread_local uint64_t seed;
static int nr_threads = 8, is_injecting;
static int slots[NR_SLOTS];
static unsigned char *maps[NR_SLOTS];

static uint32_t rnd(void) {
  seed = seed * 6364136223846793005ull + 1442695040888963407ull;
  return (uint32_t)(seed >> 33);
}

static uint64_t edge(void) {
  static const uint64_t edges[] = {0,      1,      7,          8,          63,         4095,  4096,
                                   0xffff, 65536,  0x7fffffff, 0x80000000, 0xfffffff8, ~0ull, 1ull << 32,
                                   100,    1048577};
  return rnd() % 3 ? edges[rnd() % NR(edges)] : (uint64_t)rnd() << 32 | rnd();
}

static void count(int what) { __atomic_fetch_add(&counts[what], 1, __ATOMIC_RELAXED); }

static int call(int fd, unsigned long request, void *argument) {
  count(CALLS);
  return ioctl(fd, request, argument);
}

/* ---- requests caught from dtrace ---- */

/* Pointers in it are offsets in the image. */
struct real {
  struct dtrace_enable head;
  unsigned char *image;
  size_t bytes;
};
static struct real reals[NR_REAL];
static unsigned int nr_reals;

static uint64_t take(struct real *real, pid_t pid, uint64_t from, size_t bytes) {
  size_t at = real->bytes;
  real->bytes += (bytes + 7) & ~7ul;
  real->image = realloc(real->image, real->bytes + 1);
  memset(real->image + at, 0, real->bytes - at);
  struct iovec local = {real->image + at, bytes}, remote = {(void *)(unsigned long)from, bytes};
  if (bytes && process_vm_readv(pid, &local, 1, &remote, 1, 0) != (ssize_t)bytes) {
    perror("attack: read a request of dtrace");
    exit(2);
  }
  return at;
}

static void take_request(pid_t pid, uint64_t from) {
  struct real *real = &reals[nr_reals++];
  struct dtrace_enable *head = &real->head;

  memset(real, 0, sizeof(*real));
  take(real, pid, from, sizeof(*head));
  memcpy(head, real->image, sizeof(*head));
  head->binds = take(real, pid, head->binds, head->nr_binds * sizeof(struct dtrace_bind));
  head->vars = take(real, pid, head->vars, head->nr_vars * sizeof(struct dtrace_var));
  head->aggs = take(real, pid, head->aggs, head->nr_aggs * sizeof(struct dtrace_agg));
  head->strtab = take(real, pid, head->strtab, head->strtab_size);
  head->progs = take(real, pid, head->progs, head->nr_progs * sizeof(struct dtrace_prog));
  head->shapes = take(real, pid, head->shapes, head->nr_shapes * sizeof(struct dtrace_key_shape));
  for (unsigned i = 0; i < head->nr_progs; i++) {
    struct dtrace_prog prog = ((struct dtrace_prog *)(real->image + head->progs))[i];
    uint64_t at = take(real, pid, prog.insns, prog.nr_insns * sizeof(struct bpf_insn));
    ((struct dtrace_prog *)(real->image + head->progs))[i].insns = at;
  }
  for (unsigned i = 0; i < head->nr_shapes; i++) {
    struct dtrace_key_shape shape = ((struct dtrace_key_shape *)(real->image + head->shapes))[i];
    uint64_t at = take(real, pid, shape.comps, shape.nr_comps * sizeof(struct dtrace_key_comp));
    ((struct dtrace_key_shape *)(real->image + head->shapes))[i].comps = at;
  }
}

/* Runs dtrace under ptrace until it enables something. */
static void catch_request(const char *program) {
  pid_t child = fork(), pid;
  int status;

  if (!child) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    execlp("dtrace", "dtrace", "-q", "-b", "64k", "-x", "aggsize=64k", "-x", "dynvarsize=64k", "-n", program, NULL);
    _exit(127);
  }
  waitpid(child, &status, 0);
  ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
  ptrace(PTRACE_SYSCALL, child, 0, 0);
  while ((pid = waitpid(-1, &status, __WALL)) > 0) {
    struct user_regs_struct regs;
    long number = 0;

    if (!WIFSTOPPED(status)) {
      if (pid == child) break;
      continue;
    }
    if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
      if (!ptrace(PTRACE_GETREGS, pid, 0, &regs) && regs.orig_rax == SYS_ioctl && regs.rsi == DTRACE_IOC_ENABLE) {
        take_request(pid, regs.rdx);
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        return;
      }
    } else if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP) {
      number = WSTOPSIG(status);
    }
    ptrace(PTRACE_SYSCALL, pid, 0, number);
  }
  fprintf(stderr, "attack: dtrace did not enable: %s\n", program);
  exit(2);
}

/* ---- memory that is not as it should be ---- */

static int late_fd = -1;          /* userfaultfd, or -1 */
static unsigned char *late;       /* pages that come when somebody wants */
static unsigned char *cut;        /* a page, and behind it nothing */
static unsigned char *read_only;  /* pages that nobody may write to */
#define NR_LATE 64u

/* Serves pages after a while, one at a time; a few never. */
static void *serve_late_pages(void *unused) {
  struct uffd_msg message;

  seed = (uint64_t)getpid() * 7919;
  while (read(late_fd, &message, sizeof(message)) == sizeof(message)) {
    struct uffdio_zeropage page = {{message.arg.pagefault.address & ~(PAGE - 1), PAGE}, 0, 0};
    if (message.event != UFFD_EVENT_PAGEFAULT || rnd() % 50 == 0) continue;
    count(FAULTS);
    usleep(rnd() % 3 ? rnd() % 2000 : rnd() % 200000);
    ioctl(late_fd, UFFDIO_ZEROPAGE, &page);
  }
  return unused;
}

static void prepare_memory(void) {
  struct uffdio_api api = {.api = UFFD_API};
  struct uffdio_register area = {.mode = UFFDIO_REGISTER_MODE_MISSING};
  pthread_t thread;

  cut = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(cut + PAGE, PAGE);
  read_only = mmap(NULL, 16 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  late = mmap(NULL, NR_LATE * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  late_fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
  if (late_fd < 0 || ioctl(late_fd, UFFDIO_API, &api)) return;
  area.range.start = (uint64_t)(unsigned long)late;
  area.range.len = NR_LATE * PAGE;
  if (!ioctl(late_fd, UFFDIO_REGISTER, &area)) pthread_create(&thread, NULL, serve_late_pages, NULL);
}

/* A place for so many bytes of an argument, most often a good one. */
static void *place(const void *bytes, size_t size, void *good) {
  memcpy(good, bytes, size);
  switch (rnd() % 24) {
    case 0: return (void *)(unsigned long)edge();
    case 1: return read_only + rnd() % PAGE;
    case 2:  /* its end is missing */
      return cut + PAGE - (size < PAGE ? rnd() % (size + 1) : 0);
    case 3: case 4: {
      unsigned char *page = late + rnd() % NR_LATE * PAGE;
      if (rnd() % 2) madvise(page, PAGE, MADV_DONTNEED);
      return page + rnd() % PAGE;
    }
    case 5: return maps[rnd() % NR_SLOTS];
    default: return good;
  }
}

/* ---- one spoiled request ---- */

static void spoil(void *area, size_t bytes) {
  unsigned char *p = area;
  uint64_t value = edge();
  size_t at;

  if (bytes < 8) return;
  at = rnd() % bytes;
  switch (rnd() % 3) {
    case 0: p[at] ^= 1u << rnd() % 8; return;
    case 1: memcpy(p + (at & ~3ull), &value, 4); return;
    default: memcpy(p + rnd() % (bytes - 7), &value, 8);
  }
}

static void spoil_part(struct dtrace_enable *head, uint32_t nr_progs, uint32_t nr_binds) {
  struct dtrace_prog *prog = (struct dtrace_prog *)(unsigned long)head->progs + rnd() % nr_progs;

  switch (rnd() % 9) {
    case 0: spoil(head, sizeof(*head)); break;
    case 1: spoil(&head->opt, sizeof(head->opt)); break;
    case 2: spoil(prog, sizeof(*prog)); break;
    case 3: spoil((struct dtrace_bind *)(unsigned long)head->binds + rnd() % nr_binds, sizeof(struct dtrace_bind)); break;
    case 4: spoil((void *)(unsigned long)head->shapes, head->nr_shapes * sizeof(struct dtrace_key_shape)); break;
    case 5: spoil((void *)(unsigned long)head->vars, head->nr_vars * sizeof(struct dtrace_var)); break;
    case 6: spoil((void *)(unsigned long)head->aggs, head->nr_aggs * sizeof(struct dtrace_agg)); break;
    default: spoil((void *)(unsigned long)prog->insns, prog->nr_insns * sizeof(struct bpf_insn));
  }
}

static void enable(int fd) {
  const struct real *real;
  struct dtrace_enable head;
  unsigned char *image;
  char log[512], good[sizeof(head)];
  uint32_t spoils = rnd() % 4;

  if (!nr_reals) return;
  real = &reals[rnd() % nr_reals];
  image = malloc(real->bytes + 8);
  if (!image) return;
  memcpy(image, real->image, real->bytes);
  head = real->head;
  head.binds += raw_ptr(image), head.vars += raw_ptr(image), head.aggs += raw_ptr(image);
  head.strtab += raw_ptr(image), head.progs += raw_ptr(image), head.shapes += raw_ptr(image);
  head.log = raw_ptr(log), head.log_size = sizeof(log);
  for (unsigned i = 0; i < head.nr_progs; i++)
    ((struct dtrace_prog *)(unsigned long)head.progs)[i].insns += raw_ptr(image);
  for (unsigned i = 0; i < head.nr_shapes; i++)
    ((struct dtrace_key_shape *)(unsigned long)head.shapes)[i].comps += raw_ptr(image);
  /* One spoil at a time: the first may have led the pointers away. */
  if (spoils) spoil_part(&head, head.nr_progs, head.nr_binds);
  if (spoils > 2) head.log = raw_ptr(late) + rnd() % (NR_LATE * PAGE);
  /* Nothing that the machine would be stopped by, were it accepted. */
  head.opt.destructive = 0;
  count(REQUESTS);
  if (!call(fd, DTRACE_IOC_ENABLE, place(&head, sizeof(head), good))) count(ACCEPTED);
  free(image);
}

/* ---- what a thread does ---- */

static void open_one(int *slot) {
  struct dtrace_version version = {.uapi = DTRACE_UAPI_VERSION, .dif = DTRACE_DIF_VERSION};
  int fd = open(DTRACE_DEVICE, O_RDWR | (rnd() % 2 ? O_CLOEXEC : 0)), old = *slot;

  *slot = fd;
  if (old >= 0) close(old);
  if (fd >= 0 && rnd() % 20) call(fd, DTRACE_IOC_VERSION, &version);
}

static void ask(int fd) {
  static const unsigned long numbers[] = {DTRACE_IOC_VERSION, DTRACE_IOC_PROVIDERS, DTRACE_IOC_MATCH, DTRACE_IOC_ARGDESC,
                                          DTRACE_IOC_EPID,    DTRACE_IOC_SWITCH,    DTRACE_IOC_STATUS};
  unsigned long number = numbers[rnd() % NR(numbers)];
  unsigned char good[1024], out[4 * sizeof(struct dtrace_probedesc)];
  union {
    struct dtrace_match match;
    struct dtrace_providers providers;
    struct dtrace_argdesc arg;
    struct dtrace_epid epid;
    struct dtrace_switch data;
    struct dtrace_version version;
    unsigned char bytes[512];
  } in = {0};

  if (number == DTRACE_IOC_MATCH) {
    in.match.start_id = rnd() % 2 ? 0 : rnd() % 5000;
    in.match.nr = rnd() % 4 ? 4 : (uint32_t)edge();
    in.match.descs = raw_ptr(place(out, sizeof(out), out));
    strcpy(in.match.pattern.prov, rnd() % 2 ? "syscall" : "*");
    strcpy(in.match.pattern.func, rnd() % 2 ? "read*" : "");
  } else if (number == DTRACE_IOC_PROVIDERS) {
    in.providers.nr = rnd() % 6;
    in.providers.infos = raw_ptr(place(out, 960, out));
  } else if (number == DTRACE_IOC_ARGDESC) {
    in.arg.probe_id = rnd() % 5000, in.arg.index = rnd() % 4;
  } else if (number == DTRACE_IOC_EPID) {
    in.epid.epid = rnd() % 10;
  } else if (number == DTRACE_IOC_SWITCH) {
    in.data.cpu = rnd() % 3, in.data.kind = rnd() % 2;
  } else {
    in.version.uapi = DTRACE_UAPI_VERSION, in.version.dif = DTRACE_DIF_VERSION;
  }
  if (rnd() % 8 == 0) spoil(in.bytes, sizeof(in.bytes));
  call(fd, rnd() % 16 ? number : _IOC(_IOC_READ | _IOC_WRITE, DTRACE_IOC_MAGIC, rnd() % 16, rnd() % 1024),
       place(in.bytes, sizeof(in.bytes), good));
}

static void map(int slot, int fd) {
  void *at = mmap(NULL, rnd() % 8 ? PAGE << rnd() % 7 : (size_t)(edge() & 0xffffffff), PROT_READ,
                  rnd() % 8 ? MAP_SHARED : MAP_PRIVATE, fd, (off_t)DTRACE_MMAP_OFFSET(rnd() % 3, rnd() % 2));
  if (at == MAP_FAILED) return;
  count(MAPPINGS);
  maps[slot] = at;
}

/* Reads by a system call: a page that is gone is then an error and not the end of the process. */
static void look(unsigned char *at) {
  char bytes[64];
  int ends[2];

  if (pipe2(ends, O_NONBLOCK)) return;
  if (write(ends[1], at, sizeof(bytes)) > 0) (void)!read(ends[0], bytes, sizeof(bytes));
  close(ends[0]), close(ends[1]);
}

static void abuse_mapping(int slot) {
  unsigned char *at = maps[slot] + (rnd() % 64) * PAGE;
  size_t bytes = PAGE << rnd() % 5;

  if (!maps[slot]) return;
  switch (rnd() % 8) {
    case 0: munmap(at, bytes); break;
    case 1: mprotect(at, bytes, (int)(rnd() % 8)); break;
    case 2: {
      void *moved = mremap(at, bytes, PAGE << rnd() % 6, MREMAP_MAYMOVE);
      if (moved != MAP_FAILED) maps[slot] = moved;
      break;
    }
    case 3: madvise(at, bytes, (int[]){MADV_DONTNEED, MADV_WILLNEED, MADV_HUGEPAGE, MADV_DONTFORK, MADV_REMOVE, MADV_FREE,
                                       MADV_POPULATE_READ}[rnd() % 7]); break;
    case 4: mlock(at, bytes), munlock(at, bytes); break;
    default: look(at);
  }
}

static void one_call(int slot);

/* A child has the same descriptors, and no other thread. */
static void fork_one(void) {
  pid_t child = fork();

  if (child < 0) return;
  if (!child) {
    seed ^= (uint64_t)getpid();
    alarm(5);
    for (int i = 0; i < 20; i++) one_call((int)(rnd() % NR_SLOTS));
    _exit(0);
  }
  count(FORKS);
  usleep(rnd() % 20000);
  if (rnd() % 2) kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

/* A descriptor in the hands of somebody without any right. */
static void pass_on(int fd) {
  union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {.head = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
  char byte = 0;
  struct iovec data = {&byte, 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
  int ends[2];
  pid_t child;

  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) return;
  memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
  child = fd < 0 || sendmsg(ends[0], &message, 0) < 0 ? -1 : fork();
  if (!child) {
    alarm(5);
    if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534)) _exit(1);
    message.msg_controllen = sizeof(control);
    if (recvmsg(ends[1], &message, 0) < 0) _exit(1);
    memcpy(&fd, CMSG_DATA(&control.head), sizeof(fd));
    slots[0] = fd;
    for (int i = 0; i < 10; i++) one_call(0);
    _exit(0);
  }
  /* Half of the time the last reference is the one that is on its way. */
  close(ends[0]), close(ends[1]);
  if (child < 0) return;
  count(PASSED);
  waitpid(child, NULL, 0);
}

static void read_proc(void) {
  static const char *const files[] = {"/proc/dtrace/stats", "/proc/dtrace/fbt", "/proc/dtrace/instr", "/proc/dtrace/trace"};
  char bytes[4096];
  int fd = open(files[rnd() % NR(files)], O_RDONLY | O_CLOEXEC);

  if (fd < 0) return;
  for (int i = 0; i < 4 && read(fd, rnd() % 8 ? bytes : (char *)place(bytes, 64, bytes), sizeof(bytes)) > 0; i++) {
  }
  close(fd);
}

static void one_call(int slot) {
  int fd = __atomic_load_n(&slots[slot], __ATOMIC_RELAXED);
  struct dtrace_go go;

  switch (rnd() % 32) {
    case 0: case 1: case 2: open_one(&slots[slot]); break;
    case 3: if (fd >= 0) close(fd); break;
    case 4: case 5: case 6: case 7: open_one(&slots[slot]), enable(slots[slot]); break;
    case 8: enable(fd); break;
    case 9: case 10: case 11: if (!call(fd, DTRACE_IOC_GO, place(&go, sizeof(go), &go))) count(STARTED); break;
    case 12: call(fd, DTRACE_IOC_STOP, &go); break;
    case 13: case 14: case 15: map(slot, fd); break;
    case 16: case 17: case 18: case 19: abuse_mapping(slot); break;
    case 20: if (rnd() % 4 == 0) fork_one(); break;
    case 21: if (rnd() % 4 == 0) pass_on(fd); break;
    case 22: poll(&(struct pollfd){fd, POLLIN, 0}, 1, (int)(rnd() % 20)); break;
    case 23: if (fd >= 0) dup2(fd, slots[rnd() % NR_SLOTS]); break;
    case 24: if (rnd() % 8 == 0) read_proc(); break;
    default: ask(fd);
  }
}

static void *attack_thread(void *number) {
  seed = (uint64_t)(unsigned long)number;
  for (;;) one_call((int)(rnd() % NR_SLOTS));
  return NULL;
}

/* ---- processes ---- */

static void on_signal(int number) { (void)number; }

static void inject(void) {
  int fd = open("/proc/self/make-it-fail", O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, "1", 1) != 1) perror("attack: /proc/self/make-it-fail");
  close(fd);
}

static void victim(uint64_t first) {
  struct sigaction action = {.sa_handler = on_signal};
  struct itimerval often = {{0, 1000 + rnd() % 20000}, {0, 5000}};

  sigaction(SIGALRM, &action, NULL);
  sigaction(SIGBUS, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
  for (int i = 0; i < NR_SLOTS; i++) slots[i] = -1;
  prepare_memory();
  if (is_injecting) inject();
  setitimer(ITIMER_REAL, &often, NULL);
  for (int i = 1; i < nr_threads; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, attack_thread, (void *)(unsigned long)(first + (unsigned)i));
  }
  attack_thread((void *)(unsigned long)first);
}

static int ends_within(pid_t pid, int seconds) {
  for (int i = 0; i < seconds * 20; i++) {
    if (waitpid(pid, NULL, WNOHANG) == pid) return 1;
    usleep(50000);
  }
  return 0;
}

static void where_it_hangs(pid_t pid) {
  char command[128];
  snprintf(command, sizeof(command), "grep -H . /proc/%d/task/*/stack /proc/%d/task/*/wchan", pid, pid);
  (void)!system(command);
}

static int attack_once(unsigned round, int *status) {
  pid_t child = fork();

  if (!child) {
    setpgid(0, 0);
    victim((uint64_t)rnd() << 20 | round << 8);
  }
  setpgid(child, child);
  usleep(500000 + rnd() % 3000000);
  kill(-child, SIGKILL);
  *status = ends_within(child, 120);
  if (!*status) where_it_hangs(child);
  while (waitpid(-child, NULL, WNOHANG) > 0) {
  }
  return *status;
}

static struct bpf_insn honest_insns[] = {PROLOGUE, MOV_IMM(0, 1), EXIT()};

static int honest_request_works(void) {
  static struct raw_request r;
  struct dtrace_go go;
  int fd = raw_open(), works;

  raw_init(&r, 256);
  raw_bind(&r, raw_prog(&r, honest_insns, NR(honest_insns), 1, 64, 8), "dtrace", "", "", "BEGIN");
  works = !raw_enable(fd, &r) && !ioctl(fd, DTRACE_IOC_GO, &go) && !ioctl(fd, DTRACE_IOC_STOP, &go);
  close(fd);
  return works;
}

int main(int argc, char **argv) {
  unsigned seconds = 20, rounds = 0;
  int ended = 1;
  time_t end;

  seed = (uint64_t)time(NULL);
  counts = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "--seconds") && argv[i + 1]) seconds = (unsigned)atoi(argv[++i]);
    else if (!strcmp(argv[i], "--threads") && argv[i + 1]) nr_threads = atoi(argv[++i]);
    else if (!strcmp(argv[i], "--seed") && argv[i + 1]) seed = strtoull(argv[++i], NULL, 0);
    else if (!strcmp(argv[i], "--inject")) is_injecting = 1;
    else if (nr_reals < NR_REAL) catch_request(argv[i]);
  }
  printf("# seed %llu, %u requests caught\n", (unsigned long long)seed, nr_reals);
  fflush(stdout);
  end = time(NULL) + seconds;
  while (time(NULL) < end && attack_once(rounds++, &ended)) {
  }
  printf("#");
  for (int i = 0; i < NR_COUNTS; i++) printf(" %llu %s,", (unsigned long long)counts[i], count_names[i]);
  printf(" %u processes killed\n", rounds);
  raw_check(ended, "every process ended when it was killed");
  raw_check(counts[STARTED] > 0, "spoiled requests were accepted and started");
  raw_check(honest_request_works(), "an honest request is served");
  return raw_result();
}

// SPDX-License-Identifier: MIT
/*
 * PID 1 of the guest: loads the modules of the initramfs, opens the port to the launcher, mounts
 * the host's root read-only under a writable overlay, goes there, then serves commands until it is
 * told to power off. Static, so that it needs nothing of the root it sets up; no shell is involved,
 * because every process costs milliseconds in an emulated guest.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "link.h"
#include "protocol.h"

#define SHARE_OPTIONS "trans=virtio,version=9p2000.L,msize=262144,"

static struct frame frame;
static char modules_path[4096];

static void power_off(void) {
  sync();
  reboot(RB_POWER_OFF);
  for (;;)
    pause();
}

static void give_up(const char *format, ...) {
  char text[512];
  va_list args;

  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  fprintf(stderr, "guest init: %s\n", text);
  if (link_fd() >= 0) {
    link_send_text(FROM_FAILED, "%s", text);
    link_flush_wait();
  }
  power_off();
}

static void make_folders(const char *path) {
  char copy[4096];
  char *slash;

  snprintf(copy, sizeof(copy), "%s", path);
  for (slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(copy, 0755);
    *slash = '/';
  }
  mkdir(copy, 0755);
}

static void must_mount(const char *source, const char *target, const char *type,
                       unsigned long flags, const char *data) {
  make_folders(target);
  if (mount(source, target, type, flags, data))
    give_up("mount %s on %s: %s", type ? type : source, target, strerror(errno));
}

/* Pseudo file systems a kernel may lack are left out. */
static void try_mount(const char *type, const char *target, unsigned long flags, const char *data) {
  mkdir(target, 0755);
  if (mount(type, target, type, flags, data) && errno != ENODEV && errno != ENOENT &&
      errno != EBUSY)
    fprintf(stderr, "guest init: mount %s on %s: %s\n", type, target, strerror(errno));
}

static void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);

  if (fd < 0)
    return;
  (void)!write(fd, text, strlen(text));
  close(fd);
}

/* /modules lists the files to load, in order; the launcher worked that out from modules.dep. */
static void load_modules(void) {
  FILE *list = fopen("/modules", "re");
  char path[256];

  while (list && fgets(path, sizeof(path), list)) {
    int fd;

    path[strcspn(path, "\n")] = '\0';
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
      give_up("load %s: %s", path, strerror(errno));
    close(fd);
  }
  if (list)
    fclose(list);
}

static void mount_share(void) {
  const char *tag = (const char *)frame.payload;
  const char *path = tag + strlen(tag) + 1;
  const char *mode = path + strlen(path) + 1;

  /* A writable share bypasses every cache, so that what was written survives a crash. */
  if (!strcmp(mode, "rw"))
    must_mount(tag, path, "9p", 0, SHARE_OPTIONS "cache=mmap");
  else
    must_mount(tag, path, "9p", MS_RDONLY, SHARE_OPTIONS "cache=loose");
}

static void enter_root(void) {
  static const char *const moved[] = {"/proc", "/sys", "/dev"};
  char target[64];
  size_t i;

  must_mount("root", "/lower", "9p", MS_RDONLY, SHARE_OPTIONS "cache=loose");
  must_mount("tmpfs", "/upper", "tmpfs", 0, "size=75%,mode=755");
  mkdir("/upper/files", 0755);
  mkdir("/upper/work", 0755);
  must_mount("overlay", "/newroot", "overlay", 0,
             "lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work");
  for (i = 0; i < sizeof(moved) / sizeof(moved[0]); i++) {
    snprintf(target, sizeof(target), "/newroot%s", moved[i]);
    must_mount(moved[i], target, NULL, MS_MOVE, NULL);
  }
  if (chdir("/newroot") || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
    give_up("enter the new root: %s", strerror(errno));
}

static void bring_loopback_up(void) {
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request))
    fprintf(stderr, "guest init: loopback: %s\n", strerror(errno));
  if (fd >= 0)
    close(fd);
}

static void furnish_root(void) {
  struct utsname name;
  char path[300];

  try_mount("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "gid=5,mode=620,ptmxmode=666");
  try_mount("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777");
  try_mount("tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=755");
  mkdir("/run/lock", 01777);
  mkdir("/tmp", 01777);
  chmod("/tmp", 01777);
  try_mount("securityfs", "/sys/kernel/security", 0, NULL);
  try_mount("debugfs", "/sys/kernel/debug", 0, NULL);
  try_mount("tracefs", "/sys/kernel/tracing", 0, NULL);
  try_mount("bpf", "/sys/fs/bpf", 0, "mode=700");
  try_mount("cgroup2", "/sys/fs/cgroup", 0, NULL);
  (void)!symlink("/proc/self/fd", "/dev/fd");
  (void)!symlink("/proc/self/fd/0", "/dev/stdin");
  (void)!symlink("/proc/self/fd/1", "/dev/stdout");
  (void)!symlink("/proc/self/fd/2", "/dev/stderr");

  write_file("/proc/sys/kernel/kptr_restrict", "0");
  write_file("/proc/sys/kernel/perf_event_paranoid", "-1");
  write_file("/proc/sys/kernel/yama/ptrace_scope", "0");
  write_file("/proc/sys/kernel/unprivileged_bpf_disabled", "0");
  write_file("/proc/sys/kernel/panic_on_rcu_stall", "1");
  write_file("/proc/sys/kernel/modprobe", "/sbin/modprobe");
  (void)!sethostname("guest", 5);
  bring_loopback_up();

  if (modules_path[0] && !uname(&name)) {
    snprintf(path, sizeof(path), "/lib/modules/%s", name.release);
    must_mount(modules_path, path, NULL, MS_BIND, NULL);
  }
  mkdir("/root", 0700);
}

/* Everything the kernel logged since boot, for the launcher to judge. */
static void send_kernel_log(void) {
  enum { READ_ALL = 3, BUFFER_SIZE = 10 };
  int size = klogctl(BUFFER_SIZE, NULL, 0);
  char *text = size > 0 ? malloc((size_t)size) : NULL;
  int length = text ? klogctl(READ_ALL, text, size) : 0;
  int at;

  for (at = 0; at < length; at += GUEST_FRAME_MAX / 2) {
    int chunk = length - at < GUEST_FRAME_MAX / 2 ? length - at : GUEST_FRAME_MAX / 2;

    link_send(FROM_KERNEL_LOG, text + at, (uint32_t)chunk);
    link_flush_wait();
  }
  free(text);
}

static void handle_frame(void) {
  if (command_frame(&frame))
    return;
  switch (frame.type) {
    case TO_MODULES:
      snprintf(modules_path, sizeof(modules_path), "%s", (const char *)frame.payload);
      break;
    case TO_ROOT:
      enter_root();
      furnish_root();
      link_send(FROM_READY, NULL, 0);
      break;
    case TO_SHARE:
      mount_share();
      break;
    case TO_POWER_OFF:
      send_kernel_log();
      link_flush_wait();
      power_off();
      break;
    default:
      give_up("unknown frame %d from the launcher", frame.type);
  }
}

static void serve(int signals) {
  for (;;) {
    struct pollfd fds[2 + COMMAND_POLL_MAX + 1] = {
        {.fd = link_fd(), .events = POLLIN},
        {.fd = signals, .events = POLLIN},
    };
    int count, status;
    pid_t pid;

    if (link_pending())
      fds[0].events |= POLLOUT;
    count = command_poll(fds + 2, link_pending() > 0);
    if (poll(fds, (nfds_t)(2 + count), -1) < 0)
      continue;
    if (fds[0].revents & POLLOUT)
      link_flush();
    command_ready(fds + 2, count);
    while (link_receive(&frame))
      handle_frame();
    if (fds[1].revents & POLLIN) {
      struct signalfd_siginfo info;

      (void)!read(signals, &info, sizeof(info));
      while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        command_reaped(pid, status);
    }
    /* The launcher closed the port: it is gone, and so is the reason to run. */
    if (fds[0].revents & POLLHUP)
      usleep(10000);
  }
}

int main(void) {
  sigset_t mask;
  int signals;

  must_mount("proc", "/proc", "proc", 0, NULL);
  must_mount("sysfs", "/sys", "sysfs", 0, NULL);
  must_mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
  load_modules();
  if (!link_open(GUEST_PORT_NAME))
    give_up("no port %s", GUEST_PORT_NAME);

  signal(SIGPIPE, SIG_IGN);
  sigemptyset(&mask);
  sigaddset(&mask, SIGCHLD);
  sigprocmask(SIG_BLOCK, &mask, NULL);
  signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
  link_send(FROM_BOOTED, NULL, 0);
  serve(signals);
}

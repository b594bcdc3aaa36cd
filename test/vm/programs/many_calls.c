// SPDX-License-Identifier: MIT
// Makes some ninety different system calls once or twice each, with arguments worth looking at, for
// comparing two tracers that watch the same run. What fails is meant to. Works in the current
// folder.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

static char buffer[256];

static void files(void) {
  struct iovec vec[2] = {{"hello ", 6}, {"world, \"quoted\"\n", 16}};
  struct iovec into[2] = {{buffer, 8}, {buffer + 8, 100}};
  struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_len = 10};
  struct timespec times[2] = {{1, 2}, {0, UTIME_OMIT}};
  struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_BENEATH};
  struct statx statx_buffer;
  struct statfs fs;
  struct stat st;
  off_t offset = 3;
  int folder, fd, copy;

  mkdir("many", 0700);
  folder = open("many", O_RDONLY | O_DIRECTORY);
  fd = openat(folder, "file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  openat(99, "nothing", O_WRONLY | O_APPEND);
  open("/nonexistent", O_RDONLY);
  syscall(SYS_open, "/dev/null", O_WRONLY | O_NONBLOCK);
  syscall(SYS_openat2, folder, "file", &how, sizeof(how));
  syscall(SYS_creat, "many/created", 0604);
  write(fd, "0123456789012345678901234567890123456789", 40);
  writev(fd, vec, 2);
  pwrite(fd, "\001\002x\377", 4, 60);
  lseek(fd, -4, SEEK_END);
  read(fd, buffer, sizeof(buffer));
  pread(fd, buffer, 20, 0);
  preadv(fd, into, 2, 40);
  fstat(fd, &st);
  stat("many", &st);
  stat("/dev/null", &st);
  lstat("/nonexistent", &st);
  syscall(SYS_stat, "many/file", &st);
  statx(AT_FDCWD, "many/file", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &statx_buffer);
  statfs("/proc", &fs);
  fstatfs(fd, &fs);
  access("many", R_OK | X_OK);
  faccessat(folder, "file", W_OK, 0);
  chmod("many/file", 04755);
  fchmod(fd, 0600);
  chown("many/file", 1, -1);
  fchown(fd, 0, 0);
  utimensat(folder, "file", times, 0);
  utimensat(AT_FDCWD, "/nonexistent", NULL, 0);
  umask(022);
  link("many/file", "many/second");
  symlink("many/file", "many/link");
  readlink("many/link", buffer, sizeof(buffer));
  rename("many/second", "many/third");
  renameat2(folder, "third", folder, "file", RENAME_NOREPLACE);
  unlink("many/third");
  unlinkat(folder, "link", 0);
  rmdir("many/file");
  fsetxattr(fd, "user.many", "value", 5, XATTR_CREATE);
  getxattr("many/file", "user.none", buffer, sizeof(buffer));
  fcntl(fd, F_GETFL);
  fcntl(fd, F_GETFD);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, O_APPEND);
  fcntl(fd, F_SETLK, &lock);
  fcntl(fd, F_GETLK, &lock);
  copy = fcntl(fd, F_DUPFD_CLOEXEC, 30);
  dup2(fd, 40);
  dup3(fd, 41, O_CLOEXEC);
  flock(fd, LOCK_EX | LOCK_NB);
  ftruncate(fd, 100);
  truncate("/nonexistent", 7);
  fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 4096);
  posix_fadvise(fd, 0, 100, POSIX_FADV_SEQUENTIAL);
  fsync(fd);
  fdatasync(fd);
  sendfile(copy, fd, &offset, 5);
  ioctl(fd, TCGETS, buffer);
  ioctl(fd, FIONREAD, buffer);
  getcwd(buffer, sizeof(buffer));
  fchdir(folder);
  chdir("..");
  chroot("/nonexistent");
  mount("none", "/nonexistent", "tmpfs", MS_NOSUID | MS_NODEV, "size=1m");
  umount2("/nonexistent", MNT_DETACH);
  mknod("many/pipe", S_IFIFO | 0644, 0);
  close(40);
  close(1234);
}

static void waiting(void) {
  struct pollfd polled[2];
  struct epoll_event event = {EPOLLIN | EPOLLET, {.u64 = 0x1234567}};
  struct timespec moment = {0, 1000};
  struct itimerspec timer = {{0, 0}, {1, 500}};
  struct timeval wait = {0, 5};
  sigset_t signals;
  fd_set set;
  int ends[2], epoll, fd;

  pipe(ends);
  pipe2(ends, O_CLOEXEC | O_NONBLOCK);
  epoll = epoll_create1(EPOLL_CLOEXEC);
  epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
  epoll_wait(epoll, &event, 1, 0);
  write(ends[1], "ab\n\001\0c", 6);
  epoll_wait(epoll, &event, 1, 0);
  polled[0] = (struct pollfd){ends[0], POLLIN | POLLPRI, 0};
  polled[1] = (struct pollfd){ends[1], POLLOUT, 0};
  poll(polled, 2, 10);
  poll(polled + 1, 0, 0);
  ppoll(polled, 2, &moment, NULL);
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  syscall(SYS_select, ends[0] + 1, &set, NULL, NULL, &wait);
  nanosleep(&moment, NULL);
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL);
  eventfd(3, EFD_CLOEXEC | EFD_NONBLOCK);
  fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  timerfd_settime(fd, 0, &timer, NULL);
  timerfd_gettime(fd, &timer);
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR2);
  signalfd(-1, &signals, SFD_CLOEXEC);
  fd = inotify_init1(IN_NONBLOCK);
  inotify_add_watch(fd, "many", IN_CREATE | IN_DELETE_SELF);
}

static void sockets(void) {
  struct sockaddr_in any = {AF_INET, htons(9), {htonl(INADDR_LOOPBACK)}, {0}};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  struct sockaddr_un name = {AF_UNIX, "many/socket"};
  struct sockaddr_in found;
  struct linger linger = {1, 5};
  struct iovec vec[2] = {{"hello ", 6}, {"world", 5}};
  struct msghdr message = {.msg_iov = vec, .msg_iovlen = 2};
  struct iovec into = {buffer, 20};
  socklen_t size = sizeof(found);
  int one = 1, pair[2];
  int tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
  int udp = socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
  int unix_socket = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

  setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
  setsockopt(tcp, SOL_TCP, TCP_NODELAY, &one, sizeof(one));
  setsockopt(tcp, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
  bind(tcp, (struct sockaddr*)&any, sizeof(any));
  bind(udp, (struct sockaddr*)&six, sizeof(six));
  bind(unix_socket, (struct sockaddr*)&name, offsetof(struct sockaddr_un, sun_path) + 12);
  listen(unix_socket, 5);
  accept4(unix_socket, NULL, NULL, SOCK_CLOEXEC);
  connect(tcp, (struct sockaddr*)&any, sizeof(any));
  getsockname(tcp, (struct sockaddr*)&found, &size);
  getpeername(udp, (struct sockaddr*)&found, &size);
  size = sizeof(one);
  getsockopt(tcp, SOL_SOCKET, SO_TYPE, &one, &size);
  sendto(udp, "datagram", 8, MSG_DONTWAIT, (struct sockaddr*)&six, sizeof(six));
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  sendmsg(pair[0], &message, MSG_NOSIGNAL);
  recvfrom(pair[1], buffer, 6, MSG_PEEK, NULL, NULL);
  message.msg_iov = &into;
  message.msg_iovlen = 1;
  recvmsg(pair[1], &message, MSG_DONTWAIT);
  shutdown(pair[0], SHUT_RDWR);
}

static void processes(void) {
  struct sigaction action = {.sa_handler = SIG_IGN, .sa_flags = SA_RESTART};
  struct itimerval timer = {{0, 0}, {100, 5}};
  struct timespec now;
  struct rlimit limit;
  struct rusage usage;
  struct utsname names;
  struct sysinfo info;
  struct tms times_used;
  siginfo_t child;
  sigset_t signals;
  cpu_set_t cpus;
  stack_t stack = {.ss_flags = SS_DISABLE};
  gid_t groups[4];
  unsigned int cpu;
  uid_t ids[3];
  int status;
  void* memory;

  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGUSR1, NULL, &action);
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  sigpending(&signals);
  sigaltstack(&stack, NULL);
  kill(getpid(), SIGUSR1);
  syscall(SYS_tgkill, getpid(), gettid(), 0);
  if (!fork())
    _exit(3);
  waitid(P_ALL, 0, &child, WEXITED | WNOWAIT);
  wait4(-1, &status, 0, NULL);
  wait4(-1, &status, WNOHANG, NULL);
  getrlimit(RLIMIT_NOFILE, &limit);
  prlimit(0, RLIMIT_CORE, NULL, &limit);
  getrusage(RUSAGE_SELF, &usage);
  times(&times_used);
  uname(&names);
  sysinfo(&info);
  getppid();
  getuid();
  getresuid(ids, ids + 1, ids + 2);
  setuid(0);
  getgroups(4, groups);
  getpgid(0);
  getsid(0);
  setsid();
  getpriority(PRIO_PROCESS, 0);
  setpriority(PRIO_PROCESS, 0, 1);
  sched_getaffinity(0, sizeof(cpus), &cpus);
  sched_getscheduler(0);
  sched_get_priority_max(SCHED_FIFO);
  sched_yield();
  syscall(SYS_getcpu, &cpu, NULL, NULL);
  setitimer(ITIMER_REAL, &timer, NULL);
  getitimer(ITIMER_REAL, &timer);
  alarm(0);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  clock_getres(CLOCK_MONOTONIC_RAW, &now);
  prctl(PR_SET_NAME, "many_calls");
  prctl(PR_GET_DUMPABLE);
  memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(memory, 4096, PROT_READ);
  madvise(memory, 4096, MADV_DONTNEED);
  mlock(memory, 10);
  msync(memory, 8192, MS_SYNC);
  memory = mremap(memory, 8192, 16384, MREMAP_MAYMOVE);
  munmap(memory, 16384);
  syscall(SYS_memfd_create, "memory", MFD_CLOEXEC);
  shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
  msgget(0x1234, 0);
  syscall(SYS_getrandom, buffer, 4, 1);
}

int main(void) {
  files();
  waiting();
  sockets();
  processes();
  return 0;
}

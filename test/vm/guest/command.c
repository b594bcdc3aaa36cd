// SPDX-License-Identifier: MIT
/*
 * Runs the launcher's command: argument list, environment, pipes or a pseudo-terminal for each of its
 * three standard files, and the copying between those and the link. Runs in init's single thread.
 */
#define _GNU_SOURCE
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "protocol.h"

#define LIST_MAX 4096

static char *arguments[LIST_MAX + 1];
static char *environment[LIST_MAX + 1];
static int nr_arguments, nr_environment;
static char *cwd;

static pid_t command_pid = -1;
static int terminal = -1;  /* master side */
static int outputs[3] = {-1, -1, -1};
static uint8_t outputs_type[3];
static int input = -1;
static uint8_t input_queue[2 * GUEST_STDIN_WINDOW];
static size_t input_length;
static bool input_ends;

static void append(char **list, int *count, const struct frame *frame) {
  if (*count < LIST_MAX)
    list[(*count)++] = strdup((const char *)frame->payload);
  list[*count] = NULL;
}

static void forget(char **list, int *count) {
  while (*count)
    free(list[--*count]);
  list[0] = NULL;
}

static void close_fd(int *fd) {
  if (*fd >= 0)
    close(*fd);
  *fd = -1;
}

static uint16_t word(const uint8_t *bytes) { return (uint16_t)(bytes[0] | bytes[1] << 8); }

static void set_window_size(int fd, const uint8_t *bytes) {
  struct winsize size = {.ws_row = word(bytes), .ws_col = word(bytes + 2)};

  if (fd >= 0)
    ioctl(fd, TIOCSWINSZ, &size);
}

/* Only ever called in the child: never returns. */
static void exec_command(int std[3], int slave) {
  sigset_t none;
  int i;

  setsid();
  if (slave >= 0)
    ioctl(slave, TIOCSCTTY, 0);
  for (i = 0; i < 3; i++)
    dup2(std[i], i);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  if (cwd && chdir(cwd))
    fprintf(stderr, "guest: cannot enter %s: %s\n", cwd, strerror(errno));
  environ = environment;
  execvp(arguments[0], arguments);
  fprintf(stderr, "guest: %s: %s\n", arguments[0], strerror(errno));
  _exit(errno == ENOENT ? 127 : 126);
}

static void start(const struct frame *frame) {
  int mask = frame->payload[0], std[3] = {-1, -1, -1}, ends[2], slave = -1, i;

  if (frame->length < 5 || command_pid > 0 || !nr_arguments)
    return;
  if (mask) {
    terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (terminal < 0 || grantpt(terminal) || unlockpt(terminal)) {
      link_send_text(FROM_FAILED, "no pseudo-terminal: %s", strerror(errno));
      return;
    }
    slave = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
    set_window_size(terminal, frame->payload + 1);
  }
  for (i = 0; i < 3; i++) {
    if (mask & 1 << i) {
      std[i] = slave;
      continue;
    }
    if (pipe2(ends, O_CLOEXEC))
      abort();
    std[i] = ends[i != 0];
    fcntl(ends[i == 0], F_SETFL, O_NONBLOCK);
    if (i == 0)
      input = ends[1];
    else
      outputs[i] = ends[0];
    outputs_type[i] = i == 1 ? FROM_STDOUT : FROM_STDERR;
  }
  if (terminal >= 0) {
    outputs[0] = terminal;
    outputs_type[0] = mask & 2 ? FROM_STDOUT : FROM_STDERR;
    if (mask & 1)
      input = dup(terminal);
  }
  input_length = 0;
  input_ends = false;
  command_pid = fork();
  if (command_pid == 0)
    exec_command(std, slave);
  for (i = 0; i < 3; i++)
    if (std[i] != slave)
      close_fd(&std[i]);
  close_fd(&slave);
  forget(arguments, &nr_arguments);
  forget(environment, &nr_environment);
}

static void feed_input(void) {
  uint32_t taken = 0;

  while (input >= 0 && taken < input_length) {
    ssize_t n = write(input, input_queue + taken, input_length - taken);

    if (n < 0 && errno == EAGAIN)
      break;
    if (n <= 0) { /* the command reads no more: swallow the rest */
      close_fd(&input);
      break;
    }
    taken += (uint32_t)n;
  }
  if (input < 0)
    taken = (uint32_t)input_length;
  if (taken) {
    uint8_t count[4] = {(uint8_t)taken, (uint8_t)(taken >> 8), (uint8_t)(taken >> 16),
                        (uint8_t)(taken >> 24)};

    input_length -= taken;
    memmove(input_queue, input_queue + taken, input_length);
    link_send(FROM_STDIN_TAKEN, count, sizeof(count));
  }
  if (!input_length && input_ends) {
    if (terminal >= 0 && input >= 0)
      (void)!write(input, "\4", 1);
    close_fd(&input);
    input_ends = false;
  }
}

bool command_frame(const struct frame *frame) {
  switch (frame->type) {
    case TO_ENV:
      append(environment, &nr_environment, frame);
      if (!strncmp((const char *)frame->payload, "PATH=", 5)) /* execvp searches our own */
        setenv("PATH", (const char *)frame->payload + 5, 1);
      return true;
    case TO_ARG:
      append(arguments, &nr_arguments, frame);
      return true;
    case TO_CWD:
      free(cwd);
      cwd = strdup((const char *)frame->payload);
      return true;
    case TO_RUN:
      start(frame);
      return true;
    case TO_STDIN:
      if (input_length + frame->length <= sizeof(input_queue)) {
        memcpy(input_queue + input_length, frame->payload, frame->length);
        input_length += frame->length;
      }
      feed_input();
      return true;
    case TO_STDIN_END:
      input_ends = true;
      feed_input();
      return true;
    case TO_CLOSE:
      if (frame->payload[0] < 3)
        close_fd(&outputs[frame->payload[0]]);
      return true;
    case TO_SIGNAL:
      if (command_pid > 0)
        kill(-command_pid, frame->payload[0]);
      return true;
    case TO_WINDOW_SIZE:
      set_window_size(terminal, frame->payload);
      return true;
    default:
      return false;
  }
}

int command_poll(struct pollfd *fds, bool is_congested) {
  int count = 0, i;

  for (i = 0; i < 3 && !is_congested; i++)
    if (outputs[i] >= 0)
      fds[count++] = (struct pollfd){.fd = outputs[i], .events = POLLIN};
  if (input >= 0 && input_length)
    fds[count++] = (struct pollfd){.fd = input, .events = POLLOUT};
  return count;
}

/* Copies one chunk of output. False: nothing there now, or the end (and then the file is closed). */
static bool copy_output(int i) {
  static uint8_t chunk[GUEST_FRAME_MAX / 2];
  ssize_t n = read(outputs[i], chunk, sizeof(chunk));

  if (n > 0) {
    link_send(outputs_type[i], chunk, (uint32_t)n);
    return true;
  }
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return false;
  if (outputs[i] == terminal)
    terminal = -1;
  close_fd(&outputs[i]);
  return false;
}

void command_ready(const struct pollfd *fds, int count) {
  int i, k;

  for (i = 0; i < count; i++) {
    if (!fds[i].revents)
      continue;
    if (fds[i].events == POLLOUT) {
      feed_input();
      continue;
    }
    for (k = 0; k < 3; k++)
      if (outputs[k] == fds[i].fd)
        copy_output(k);
  }
}

void command_reaped(pid_t pid, int status) {
  uint8_t bytes[4] = {(uint8_t)status, (uint8_t)(status >> 8), (uint8_t)(status >> 16),
                      (uint8_t)(status >> 24)};
  int i, chunks;

  if (pid != command_pid)
    return;
  command_pid = -1;
  for (i = 0; i < 3; i++) {
    /* Bounded: something the command left behind may go on writing for ever. */
    for (chunks = 0; chunks < 64 && outputs[i] >= 0 && copy_output(i); chunks++)
      link_flush_wait();
    close_fd(&outputs[i]);
  }
  close_fd(&input);
  terminal = -1;
  link_send(FROM_EXIT, bytes, sizeof(bytes));
}

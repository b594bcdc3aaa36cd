// SPDX-License-Identifier: MIT
/*
 * The guest's end of the frame protocol. One port, one thread; writes are queued so that a launcher
 * that reads slowly never keeps init from taking a signal for the command.
 */
#include "link.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol.h"

static int port = -1;
static uint8_t *out;
static size_t out_begin, out_end, out_capacity;
static uint8_t in[2 * GUEST_FRAME_MAX];
static size_t in_length;

static bool find_port(const char *wanted, char *path, size_t capacity) {
  DIR *dir = opendir("/sys/class/virtio-ports");
  struct dirent *entry;
  bool found = false;

  if (!dir)
    return false;
  while (!found && (entry = readdir(dir))) {
    char file[512], name[64] = "";
    FILE *stream;

    snprintf(file, sizeof(file), "/sys/class/virtio-ports/%s/name", entry->d_name);
    stream = entry->d_name[0] == '.' ? NULL : fopen(file, "r");
    if (!stream)
      continue;
    if (fgets(name, sizeof(name), stream)) {
      name[strcspn(name, "\n")] = '\0';
      found = !strcmp(name, wanted);
      snprintf(path, capacity, "/dev/%.200s", entry->d_name);
    }
    fclose(stream);
  }
  closedir(dir);
  return found;
}

bool link_open(const char *port_name) {
  char path[256];
  int tries;

  for (tries = 0; tries < 2000; tries++) {
    if (find_port(port_name, path, sizeof(path))) {
      port = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
      if (port >= 0)
        return true;
    }
    usleep(1000);
  }
  return false;
}

int link_fd(void) { return port; }

size_t link_pending(void) { return out_end - out_begin; }

void link_flush(void) {
  while (out_begin < out_end) {
    ssize_t n = write(port, out + out_begin, out_end - out_begin);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return;
    out_begin += (size_t)n;
  }
  out_begin = out_end = 0;
}

void link_flush_wait(void) {
  int tries;

  for (tries = 0; link_pending() && tries < 500; tries++) {
    struct pollfd wait = {.fd = port, .events = POLLOUT};

    poll(&wait, 1, 10);
    link_flush();
  }
}

static void queue(const void *bytes, size_t length) {
  if (!length)
    return;
  if (out_end + length > out_capacity) {
    memmove(out, out + out_begin, link_pending());
    out_end -= out_begin;
    out_begin = 0;
    while (out_end + length > out_capacity) {
      out_capacity = out_capacity ? 2 * out_capacity : 4 * GUEST_FRAME_MAX;
      out = realloc(out, out_capacity);
      if (!out)
        abort();
    }
  }
  memcpy(out + out_end, bytes, length);
  out_end += length;
}

void link_send(uint8_t type, const void *payload, uint32_t length) {
  uint8_t head[5] = {type, (uint8_t)length, (uint8_t)(length >> 8), (uint8_t)(length >> 16),
                     (uint8_t)(length >> 24)};

  queue(head, sizeof(head));
  queue(payload, length);
  link_flush();
}

void link_send_text(uint8_t type, const char *format, ...) {
  char text[1024];
  va_list args;
  int length;

  va_start(args, format);
  length = vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  if (length > (int)sizeof(text) - 1)
    length = sizeof(text) - 1;
  link_send(type, text, (uint32_t)length);
}

bool link_receive(struct frame *frame) {
  for (;;) {
    ssize_t n;

    if (in_length >= 5) {
      uint32_t length = in[1] | in[2] << 8 | in[3] << 16 | (uint32_t)in[4] << 24;

      if (length > GUEST_FRAME_MAX)
        abort();
      if (in_length >= 5 + length) {
        frame->type = in[0];
        frame->length = length;
        memcpy(frame->payload, in + 5, length);
        frame->payload[length] = '\0';
        in_length -= 5 + length;
        memmove(in, in + 5 + length, in_length);
        return true;
      }
    }
    n = read(port, in + in_length, sizeof(in) - in_length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    in_length += (size_t)n;
  }
}

/* SPDX-License-Identifier: MIT */
/* The guest's end of the frame protocol: a buffered, never blocking port. */
#ifndef GUEST_LINK_H
#define GUEST_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame {
  uint8_t type;
  uint32_t length;
  uint8_t payload[64 * 1024 + 1]; /* always followed by a NUL */
};

/* Waits for the named port to appear and opens it. Returns false after two seconds. */
bool link_open(const char *port_name);
int link_fd(void);

/* Queues a frame and writes as much as the port takes now. */
void link_send(uint8_t type, const void *payload, uint32_t length);
void link_send_text(uint8_t type, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Bytes still queued; callers stop producing while this is not zero. */
size_t link_pending(void);
void link_flush(void);      /* writes what the port takes now */
void link_flush_wait(void); /* returns when everything is written, or after five seconds */

/* Takes the next complete frame, reading without blocking. False: none yet. */
bool link_receive(struct frame *frame);

#endif

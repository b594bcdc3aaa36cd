/* SPDX-License-Identifier: MIT */
/* The one command that runs at a time, with its pipes or its terminal. */
#ifndef GUEST_COMMAND_H
#define GUEST_COMMAND_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

#include "link.h"

#define COMMAND_POLL_MAX 3

/* Takes one of the frames that concern commands; false: it is not one of them. */
bool command_frame(const struct frame *frame);

/* File descriptors to wait for; output is left alone while the link is congested. */
int command_poll(struct pollfd *fds, bool is_congested);
void command_ready(const struct pollfd *fds, int count);

/* A child was reaped. If it was the command, its last output and its status are sent. */
void command_reaped(pid_t pid, int status);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What the launcher (test/vm/run) and the guest's init say to each other over one virtio-serial
 * port. A frame is its type (one byte), the length of its payload (32 bits, little endian), and the
 * payload. The launcher's copy of this table is test/vm/guestlib/link.py.
 */
#ifndef GUEST_PROTOCOL_H
#define GUEST_PROTOCOL_H

#define GUEST_PORT_NAME "dtrace.guest"
#define GUEST_FRAME_MAX (64 * 1024)
#define GUEST_STDIN_WINDOW (64 * 1024) /* bytes of input that may be on their way */

/* Launcher to guest. */
enum {
  TO_SHARE = 'M',       /* "tag\0path\0rw" or "...ro": mount this 9p share at path */
  TO_MODULES = 'K',     /* path to bind over /lib/modules/<release> */
  TO_ROOT = 'P',        /* everything about mounts is said: make the root and go there */
  TO_ENV = 'E',         /* NAME=VALUE for the next command */
  TO_CWD = 'C',         /* folder to start the next command in */
  TO_ARG = 'A',         /* one more argument of the next command */
  TO_RUN = 'X',         /* u8 terminal mask (1 in, 2 out, 4 err), u16 rows, u16 columns */
  TO_STDIN = 'i',       /* input bytes */
  TO_STDIN_END = 'e',   /* end of input */
  TO_CLOSE = 'c',       /* u8: nobody reads this output (1 or 2) any more */
  TO_SIGNAL = 's',      /* u8: signal for the command's process group */
  TO_WINDOW_SIZE = 'w', /* u16 rows, u16 columns */
  TO_POWER_OFF = 'q',   /* send the kernel log and power off */
};

/* Guest to launcher. */
enum {
  FROM_BOOTED = 'B',    /* init runs and waits for the mounts */
  FROM_READY = 'R',     /* the root is in place */
  FROM_STDOUT = 'o',
  FROM_STDERR = 'r',
  FROM_STDIN_TAKEN = 'a', /* u32: that many input bytes reached the command */
  FROM_EXIT = 'x',      /* u32: wait(2) status of the command */
  FROM_KERNEL_LOG = 'k',
  FROM_FAILED = 'f',    /* text: why the guest gives up */
};

#endif

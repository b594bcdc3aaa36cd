# SPDX-License-Identifier: MIT
"""The launcher's end of the frame protocol; test/vm/guest/protocol.h documents the frames."""

import socket
import struct

PORT_NAME = "dtrace.guest"
FRAME_MAX = 64 * 1024
STDIN_WINDOW = 64 * 1024

TO_SHARE, TO_MODULES, TO_ROOT = b"M", b"K", b"P"
TO_ENV, TO_CWD, TO_ARG, TO_RUN = b"E", b"C", b"A", b"X"
TO_STDIN, TO_STDIN_END, TO_CLOSE = b"i", b"e", b"c"
TO_SIGNAL, TO_WINDOW_SIZE, TO_POWER_OFF = b"s", b"w", b"q"

FROM_BOOTED, FROM_READY = b"B", b"R"
FROM_STDOUT, FROM_STDERR = b"o", b"r"
FROM_STDIN_TAKEN, FROM_EXIT = b"a", b"x"
FROM_KERNEL_LOG, FROM_FAILED = b"k", b"f"


class Link:
    """Frames over a stream socket. Receiving never blocks; sending may, for a moment."""

    def __init__(self, stream: socket.socket):
        self._stream = stream
        self._received = bytearray()
        self.is_closed = False

    def fileno(self) -> int:
        return self._stream.fileno()

    def send(self, kind: bytes, payload: bytes = b"") -> None:
        if len(payload) > FRAME_MAX:
            raise ValueError(f"a frame of {len(payload)} bytes is longer than {FRAME_MAX}")
        try:
            self._stream.sendall(kind + struct.pack("<I", len(payload)) + payload)
        except OSError:
            self.is_closed = True

    def receive(self) -> list[tuple[bytes, bytes]]:
        """Reads what is there and returns the complete frames."""
        try:
            data = self._stream.recv(256 * 1024)
        except (BlockingIOError, InterruptedError):
            data = None
        except OSError:
            data = b""
        if data == b"":
            self.is_closed = True
        elif data:
            self._received += data
        frames = []
        at = 0
        while len(self._received) - at >= 5:
            (length,) = struct.unpack_from("<I", self._received, at + 1)
            if len(self._received) - at < 5 + length:
                break
            kind = bytes(self._received[at : at + 1])
            frames.append((kind, bytes(self._received[at + 5 : at + 5 + length])))
            at += 5 + length
        del self._received[:at]
        return frames

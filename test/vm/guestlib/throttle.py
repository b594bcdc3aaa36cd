# SPDX-License-Identifier: MIT
"""A slow machine: lets QEMU run one part in so many of the time, by stopping and continuing it."""

import os
import signal
import subprocess
import threading
import time

# Short against every patience of a kernel, long against what stopping a process costs.
_RUN_S = 0.004
_LONGEST_PAUSE_S = 0.2


class Throttle:
    """Slows a process down until `stop`; the guest's clocks go on meanwhile."""

    def __init__(self, process: subprocess.Popen, slowness: int):
        self._process = process
        self._slowness = slowness
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._alternate, daemon=True)
        self._thread.start()

    def _signal(self, number: int) -> None:
        try:
            os.kill(self._process.pid, number)
        except ProcessLookupError:
            self._ended.set()

    def _alternate(self) -> None:
        ran_s = _RUN_S
        while not self._ended.is_set() and self._process.returncode is None:
            self._signal(signal.SIGSTOP)
            self._ended.wait(min(ran_s * (self._slowness - 1), _LONGEST_PAUSE_S))
            self._signal(signal.SIGCONT)
            began = time.monotonic()
            self._ended.wait(_RUN_S)
            # On a busy machine it ran for longer than was meant.
            ran_s = time.monotonic() - began

    def stop(self) -> None:
        """The process runs freely again."""
        self._ended.set()
        self._thread.join()

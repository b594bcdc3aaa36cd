# SPDX-License-Identifier: MIT
"""One boot of the guest, from QEMU's start to its end, and the commands that run in it."""

import fcntl
import json
import os
import pathlib
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import time
import tty

from . import image, judge, link, qemu, throttle

STATUS_TIMEOUT = 124
STATUS_GUEST_FAILED = 125


class Interrupted(Exception):
    """Ctrl-C before there was a command to give it to."""


class GuestFailed(Exception):
    """The guest died, hung or reported damage; the text says which."""

    def __init__(self, text: str, status: int = STATUS_GUEST_FAILED):
        super().__init__(text)
        self.status = status


class Session:
    """Use as a context manager: entering boots, leaving powers off and removes every trace."""

    def __init__(self, kernel: image.Kernel, guest_dir: pathlib.Path, settings: qemu.Settings,
                 timeout_s: float):
        self._kernel = kernel
        self._guest_dir = guest_dir
        self._settings = settings
        self._deadline = time.monotonic() + timeout_s if timeout_s else None
        self._timeout_s = timeout_s
        self._kernel_log = bytearray()
        self._process: subprocess.Popen | None = None
        self._throttle: throttle.Throttle | None = None
        self._link: link.Link | None = None
        self._console = ""
        self._signals_read, self._signals_write = os.pipe()
        os.set_blocking(self._signals_write, False)
        self._handlers: dict[int, object] = {}
        self.notices: list[str] = []

    def __enter__(self) -> "Session":
        self._scratch = tempfile.mkdtemp(prefix="dtrace-guest.")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH):
            self._handlers[number] = signal.signal(number, self._on_signal)
        try:
            self._boot()
        except BaseException:
            self._clean_up()
            raise
        return self

    def __exit__(self, *_) -> None:
        self._clean_up()

    def _on_signal(self, number: int, _frame) -> None:
        try:
            os.write(self._signals_write, bytes([number]))
        except BlockingIOError:
            pass

    def _clean_up(self) -> None:
        if self._throttle:
            self._throttle.stop()
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._console = self._read_console()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def _console_path(self) -> str:
        return os.path.join(self._scratch, "console")

    def _boot(self) -> None:
        initramfs = image.initramfs(self._kernel, self._guest_dir)
        path = os.path.join(self._scratch, "link")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen(1)
            listener.settimeout(0.1)
            self._process = qemu.start(self._kernel, initramfs, self._settings, path,
                                       self._console_path, os.path.join(self._scratch, "monitor"),
                                       self.notices)
            while True:
                try:
                    stream, _ = listener.accept()
                    break
                except TimeoutError:
                    self._check_process()
        stream.setblocking(True)
        self._link = link.Link(stream)
        self._wait_for(link.FROM_BOOTED)
        self._link.send(link.TO_MODULES, os.fsencode(self._kernel.modules))
        self._link.send(link.TO_ROOT)
        for tag, share, is_writable in self._settings.shares:
            mode = b"rw" if is_writable else b"ro"
            self._link.send(link.TO_SHARE, b"\0".join([tag.encode(), os.fsencode(share), mode]))
        self._wait_for(link.FROM_READY)
        if self._settings.slowness > 1:
            self._throttle = throttle.Throttle(self._process, self._settings.slowness)

    def _check_process(self) -> None:
        if self._process.poll() is not None:
            output = self._process.stdout.read().decode(errors="replace").strip()
            raise GuestFailed("the guest died" + (f": {output}" if output else ""))

    def _wait_for(self, wanted: bytes | None) -> None:
        """Until the guest says so, or for None until it is gone; used while no command runs."""
        selector = selectors.DefaultSelector()
        selector.register(self._link, selectors.EVENT_READ)
        selector.register(self._signals_read, selectors.EVENT_READ)
        while True:
            self._check_deadline()
            for key, _ in selector.select(0.2):
                if key.fd == self._signals_read:
                    number = os.read(self._signals_read, 1)[0]
                    if number != signal.SIGWINCH:
                        raise Interrupted(number)
                    continue
                for kind, payload in self._link.receive():
                    if kind == wanted:
                        return
                    self._take_common(kind, payload)
            if self._link.is_closed:
                self._process.wait()
                if wanted is None and self._kernel_log:
                    return
                self._check_process()

    def _take_common(self, kind: bytes, payload: bytes) -> None:
        if kind == link.FROM_KERNEL_LOG:
            self._kernel_log += payload
        elif kind == link.FROM_FAILED:
            raise GuestFailed(payload.decode(errors="replace"))

    def _check_deadline(self) -> None:
        if self._deadline is None or time.monotonic() < self._deadline:
            return
        self._provoke_report()
        raise GuestFailed(f"no end after {self._timeout_s:g} s", STATUS_TIMEOUT)

    def _provoke_report(self) -> None:
        """A guest that hangs is sent an NMI: it panics, and its log says where it was."""
        try:
            with socket.socket(socket.AF_UNIX) as monitor:
                monitor.settimeout(2)
                monitor.connect(os.path.join(self._scratch, "monitor"))
                for command in ("qmp_capabilities", "inject-nmi"):
                    monitor.recv(65536)
                    monitor.sendall(json.dumps({"execute": command}).encode() + b"\n")
                monitor.recv(65536)
            self._process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            pass

    def run(self, arguments: list[str], environment: dict[str, str], cwd: str,
            is_input_wanted: bool = True) -> int:
        """Runs one command and returns its exit status; 128 + n if signal n killed it."""
        return _Command(self, self._link, self._process).run(arguments, environment, cwd,
                                                            is_input_wanted)

    def power_off(self) -> None:
        """Ends the guest in order. Raises GuestFailed if its log tells of damage."""
        if self._throttle:
            self._throttle.stop()
        self._link.send(link.TO_POWER_OFF)
        self._wait_for(None)
        found = judge.damage(self.kernel_log())
        if found:
            raise GuestFailed("the kernel reported damage: " + found[0])

    def kernel_log(self) -> str:
        """What the guest sent at its end, or else what its console shows."""
        if self._kernel_log:
            return self._kernel_log.decode(errors="replace")
        return self._console or self._read_console()

    def _read_console(self) -> str:
        try:
            with open(self._console_path, "rb") as console:
                return console.read().decode(errors="replace").replace("\r\n", "\n")
        except OSError:
            return ""


class _Command:
    """Copies between our three standard files and the guest's command until it exits."""

    def __init__(self, session: Session, guest: link.Link, process: subprocess.Popen):
        self._session = session
        self._link = guest
        self._process = process
        self._in_flight = 0
        self._status: int | None = None
        self._closed: set[int] = set()
        self._interrupts = 0

    def run(self, arguments: list[str], environment: dict[str, str], cwd: str,
            is_input_wanted: bool) -> int:
        terminals = self._terminals(is_input_wanted)
        for name, value in environment.items():
            self._link.send(link.TO_ENV, os.fsencode(f"{name}={value}"))
        self._link.send(link.TO_CWD, os.fsencode(cwd))
        for argument in arguments:
            self._link.send(link.TO_ARG, os.fsencode(argument))
        self._link.send(link.TO_RUN, bytes([terminals]) + _window_size())
        saved = None
        if terminals & 1:
            saved = termios.tcgetattr(0)
            tty.setraw(0)
        try:
            self._copy(is_input_wanted)
        finally:
            if saved:
                termios.tcsetattr(0, termios.TCSADRAIN, saved)
        if os.WIFSIGNALED(self._status):
            return 128 + os.WTERMSIG(self._status)
        return os.WEXITSTATUS(self._status)

    @staticmethod
    def _terminals(is_input_wanted: bool) -> int:
        """Bit n: our file n is a terminal, so the command's shall be one. Without a terminal to
        read from there is none to write to either: keys and signals would be half connected."""
        if not is_input_wanted or not os.isatty(0):
            return 0
        return 1 | (2 if os.isatty(1) else 0) | (4 if os.isatty(2) else 0)

    def _copy(self, is_input_wanted: bool) -> None:
        selector = selectors.DefaultSelector()
        selector.register(self._link, selectors.EVENT_READ)
        selector.register(self._session._signals_read, selectors.EVENT_READ)
        is_reading = False
        input_ended = not is_input_wanted
        if input_ended:
            self._link.send(link.TO_STDIN_END)
        while self._status is None:
            want_input = not input_ended and self._in_flight < link.STDIN_WINDOW
            if want_input and not is_reading:
                try:
                    selector.register(0, selectors.EVENT_READ)
                    is_reading = True
                except (PermissionError, OSError):  # a plain file is always ready
                    input_ended = self._read_input()
                    continue
            elif is_reading and not want_input:
                selector.unregister(0)
                is_reading = False
            self._session._check_deadline()
            for key, _ in selector.select(0.2):
                if key.fd == 0:
                    input_ended = self._read_input()
                elif key.fd == self._session._signals_read:
                    self._forward_signal(os.read(self._session._signals_read, 1)[0])
                else:
                    for kind, payload in self._link.receive():
                        self._take(kind, payload)
            if self._link.is_closed and self._status is None:
                self._process.wait()
                self._session._check_process()

    def _read_input(self) -> bool:
        """True at the end of the input."""
        try:
            data = os.read(0, 16 * 1024)
        except OSError:
            data = b""
        if not data:
            self._link.send(link.TO_STDIN_END)
            return True
        self._in_flight += len(data)
        self._link.send(link.TO_STDIN, data)
        return False

    def _forward_signal(self, number: int) -> None:
        if number == signal.SIGWINCH:
            self._link.send(link.TO_WINDOW_SIZE, _window_size())
            return
        self._interrupts += 1
        if self._interrupts > 5:
            raise Interrupted(number)
        self._link.send(link.TO_SIGNAL, bytes([number]))

    def _take(self, kind: bytes, payload: bytes) -> None:
        if kind == link.FROM_STDOUT:
            self._write(1, payload)
        elif kind == link.FROM_STDERR:
            self._write(2, payload)
        elif kind == link.FROM_STDIN_TAKEN:
            self._in_flight -= struct.unpack("<I", payload)[0]
        elif kind == link.FROM_EXIT:
            self._status = struct.unpack("<I", payload)[0]
        else:
            self._session._take_common(kind, payload)

    def _write(self, fd: int, data: bytes) -> None:
        """A reader that went away is passed on: the command sees its own pipe closed."""
        while data and fd not in self._closed:
            try:
                data = data[os.write(fd, data):]
            except BlockingIOError:
                _wait_writable(fd)
            except OSError:
                self._closed.add(fd)
                self._link.send(link.TO_CLOSE, bytes([fd]))


def _wait_writable(fd: int) -> None:
    selector = selectors.DefaultSelector()
    selector.register(fd, selectors.EVENT_WRITE)
    selector.select(1)


def _window_size() -> bytes:
    for fd in (1, 0, 2):
        try:
            rows, columns = struct.unpack("HHHH", fcntl.ioctl(fd, termios.TIOCGWINSZ, b"\0" * 8))[:2]
            if rows and columns:
                return struct.pack("<HH", rows, columns)
        except OSError:
            continue
    return struct.pack("<HH", 24, 80)

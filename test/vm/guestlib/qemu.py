# SPDX-License-Identifier: MIT
"""Starting QEMU for one run of the guest, and what its version can do."""

import ctypes
import dataclasses
import os
import pathlib
import re
import signal
import subprocess

from . import image, link

PROGRAM = "qemu-system-x86_64"


@dataclasses.dataclass
class Settings:
    """What a caller may choose about the machine."""

    smp: int = 2
    memory: str = "1G"
    is_icount: bool = False
    accelerator: str = "tcg"
    # A model as QEMU names it; with kvm the machine's own, whatever is wanted.
    cpu: str = "max"
    append: str = ""
    # The guest gets one part in so many of the time, once it has booted.
    slowness: int = 1
    shares: list[tuple[str, pathlib.Path, bool]] = dataclasses.field(default_factory=list)


class QemuError(Exception):
    """QEMU cannot be used; the text says why and what helps."""


def version() -> tuple[int, int]:
    try:
        done = subprocess.run([PROGRAM, "--version"], stdout=subprocess.PIPE, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise QemuError(f"{PROGRAM} does not run ({error}); test/setup installs it") from error
    found = re.search(r"version (\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _accelerator(settings: Settings, notices: list[str]) -> list[str]:
    if settings.accelerator == "kvm":
        return ["-accel", "kvm", "-cpu", "host"]
    if settings.is_icount:
        return ["-accel", "tcg", "-icount", "shift=0", "-cpu", settings.cpu]
    threads = "multi"
    if settings.smp > 1 and version() < (8, 1):
        # Older QEMU may keep running a breakpoint that was already patched away again.
        threads = "single"
        notices.append("this QEMU is older than 8.1: the guest's CPUs take turns (test/setup "
                       "installs a newer one)")
    return ["-accel", f"tcg,thread={threads}", "-cpu", settings.cpu]


def kernel_command_line(settings: Settings) -> str:
    words = [
        "console=ttyS0", "quiet", "panic=-1",
        # Any sign of damage ends the run, with everything logged so far on the console.
        "oops=panic", "panic_on_warn=1", "softlockup_panic=1", "panic_print=0x60",
        "unknown_nmi_panic=1",
        # The emulated machine has one good clock; calibrating and doubting it costs boot time.
        "tsc=reliable", "no_timer_check", "random.trust_cpu=on",
        "8250.nr_uarts=1", "i8042.noaux", "i8042.nokbd",
    ]
    return " ".join(words + ([settings.append] if settings.append else []))


def _prepare_child() -> None:
    """In the child: its own session, so that Ctrl-C is ours to forward, and no orphan ever.

    QEMU's first thread delivers the guest's timer interrupts. It needs little time, but at once, also when
    the emulated CPUs keep every CPU of this machine busy: otherwise fast timers of the guest are
    late by milliseconds. Its other threads are not affected.
    """
    os.setsid()
    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except OSError:
        pass  # not root: the guest works, its timers are less exact


def start(kernel: image.Kernel, initramfs: pathlib.Path, settings: Settings, socket_path: str,
          console_path: str, monitor_path: str, notices: list[str]) -> subprocess.Popen:
    arguments = [PROGRAM, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                 "-machine", "pc,hpet=off,usb=off,vmport=off", "-m", settings.memory,
                 "-smp", str(settings.smp)]
    arguments += _accelerator(settings, notices)
    arguments += ["-kernel", str(kernel.boot_image()), "-initrd", str(initramfs),
                  "-append", kernel_command_line(settings)]
    arguments += ["-serial", f"file:{console_path}", "-qmp", f"unix:{monitor_path},server=on,wait=off"]
    arguments += ["-device", "virtio-serial-pci",
                  "-chardev", f"socket,id=guest,path={socket_path}",
                  "-device", f"virtserialport,chardev=guest,name={link.PORT_NAME}"]
    for tag, path, is_writable in [("root", pathlib.Path("/"), False)] + settings.shares:
        options = f"local,path={str(path).replace(',', ',,')},mount_tag={tag},security_model=none,multidevs=remap"
        arguments += ["-virtfs", options + ("" if is_writable else ",readonly=on")]
    return subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, preexec_fn=_prepare_child)

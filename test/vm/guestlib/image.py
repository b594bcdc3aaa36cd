# SPDX-License-Identifier: MIT
"""The guest's kernel and initramfs: found through test/vm/kernel, built once, then cached."""

import hashlib
import lzma
import os
import pathlib
import subprocess
import tempfile

VM_DIR = pathlib.Path(__file__).resolve().parent.parent
ROOT_MODULES = ("virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay")


class ImageError(Exception):
    """The guest cannot be prepared; the text says why."""


class Kernel:
    """One unpacked Debian kernel: its folder is named after the release."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.release = folder.name
        self.modules = folder / "lib" / "modules" / self.release

    def boot_image(self) -> pathlib.Path:
        """The ELF image where there is one: emulating the decompressor costs seconds."""
        elf = self.folder / "vmlinux"
        return elf if elf.exists() else self.folder / "vmlinuz"


def find_kernel(version: str | None, guest_dir: pathlib.Path) -> Kernel:
    command = [str(VM_DIR / "kernel"), "--guest-dir", str(guest_dir)]
    done = subprocess.run(command + ([version] if version else []), stdout=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode != 0:
        raise ImageError(f"no kernel {version or ''} for the guest".replace("  ", " "))
    return Kernel(pathlib.Path(done.stdout.strip()))


def _module_files(kernel: Kernel) -> list[pathlib.Path]:
    """Files to load, dependencies first, for the modules that are not built in."""
    paths, needs = {}, {}
    for line in (kernel.modules / "modules.dep").read_text().splitlines():
        path, _, rest = line.partition(":")
        name = pathlib.Path(path).name.split(".ko")[0].replace("-", "_")
        paths[name] = path
        needs[name] = [pathlib.Path(p).name.split(".ko")[0].replace("-", "_")
                       for p in rest.split()]
    builtin = {pathlib.Path(line).name.split(".ko")[0].replace("-", "_")
               for line in (kernel.modules / "modules.builtin").read_text().splitlines()}
    order: list[str] = []

    def visit(name: str) -> None:
        if name in order or name in builtin:
            return
        if name not in paths:
            raise ImageError(f"kernel {kernel.release} has no module {name}")
        for need in reversed(needs[name]):
            visit(need)
        order.append(name)

    for name in ROOT_MODULES:
        visit(name)
    return [kernel.modules / paths[name] for name in order]


def _unpacked(path: pathlib.Path) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".xz":
        return lzma.decompress(data)
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE,
                              check=True).stdout
    return data


def _cpio(entries: list[tuple[str, int, bytes]]) -> bytes:
    """A cpio archive in the kernel's "newc" form from (name, mode, content)."""
    out = bytearray()
    for inode, (name, mode, content) in enumerate(entries + [("TRAILER!!!", 0, b"")], start=1):
        encoded = name.encode() + b"\0"
        fields = (inode, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(encoded), 0)
        out += b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
        out += b"\0" * (-len(out) % 4)
        out += content
        out += b"\0" * (-len(out) % 4)
    return bytes(out)


def _write(path: pathlib.Path, content: bytes, mode: int = 0o644) -> None:
    """Replaces the file at once, so that two launchers never see half of it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.chmod(file.name, mode)
    os.replace(file.name, path)


def _init_program(guest_dir: pathlib.Path) -> pathlib.Path:
    sources = sorted((VM_DIR / "guest").glob("*.[ch]"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    program = guest_dir / f"init-{digest}"
    if program.exists():
        return program
    for old in guest_dir.glob("init-*"):
        old.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=guest_dir) as scratch:
        built = pathlib.Path(scratch) / "init"
        command = ["gcc", "-static", "-O2", "-Wall", "-Wextra", "-o", str(built)]
        done = subprocess.run(command + [str(s) for s in sources if s.suffix == ".c"],
                              stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            raise ImageError(f"the guest's init does not build:\n{done.stderr}")
        os.replace(built, program)
    return program


def initramfs(kernel: Kernel, guest_dir: pathlib.Path) -> pathlib.Path:
    """Path of the initramfs for this kernel; its name says what it was made of."""
    program = _init_program(guest_dir)
    files = _module_files(kernel)
    digest = hashlib.sha256("\n".join([program.name] + [str(f) for f in files]).encode())
    archive = guest_dir / f"initramfs-{kernel.release}-{digest.hexdigest()[:12]}.cpio"
    if archive.exists():
        return archive
    for old in guest_dir.glob(f"initramfs-{kernel.release}-*.cpio"):
        old.unlink(missing_ok=True)
    entries = [(name, 0o040755, b"") for name in ("dev", "proc", "sys", "m")]
    names = [f"/m/{path.name.split('.ko')[0]}.ko" for path in files]
    entries += [(name[1:], 0o100644, _unpacked(path)) for name, path in zip(names, files)]
    entries.append(("modules", 0o100644, "".join(name + "\n" for name in names).encode()))
    entries.append(("init", 0o100755, program.read_bytes()))
    _write(archive, _cpio(entries))
    return archive

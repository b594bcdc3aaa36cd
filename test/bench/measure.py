#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The part of the benchmarks that runs in the guest: measures, and writes what it saw as JSON.

    measure.py (instructions|time) OUTPUT.json [--calls N] [--quick]

"instructions" wants a guest whose clock counts instructions (test/vm/run --icount).
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

BUILD = pathlib.Path(os.environ["DTRACE_BUILD_DIR"])
LOOP = str(BUILD / "test/bench/programs/syscall_loop")

# What each tool is asked to do at a system call entry; "{}" in a peer's text is the tracepoint.
FIRINGS = {
    "count": (
        "syscall::getppid:entry { @ = count(); }",
        "tracepoint:syscalls:sys_enter_getppid { @ = count(); }"),
    "false predicate": (
        "syscall::getppid:entry /pid == 0/ { @ = count(); }",
        "tracepoint:syscalls:sys_enter_getppid /pid == 0/ { @ = count(); }"),
    "count by execname": (
        "syscall::getppid:entry { @[execname] = count(); }",
        "tracepoint:syscalls:sys_enter_getppid { @[comm] = count(); }"),
    "elapsed quantize by execname": (
        "syscall::getppid:entry { self->ts = timestamp; }"
        " syscall::getppid:return /self->ts/"
        " { @[execname] = quantize(timestamp - self->ts); self->ts = 0; }",
        "tracepoint:syscalls:sys_enter_getppid { @ts[tid] = nsecs; }"
        " tracepoint:syscalls:sys_exit_getppid /@ts[tid]/"
        " { @[comm] = hist(nsecs - @ts[tid]); delete(@ts[tid]); }"),
    "printf of 3 values": (
        'syscall::getppid:entry { printf("%d %s %d\\n", pid, execname, arg0); }',
        'tracepoint:syscalls:sys_enter_getppid { printf("%d %s %d\\n", pid, comm, cpu); }'),
}


def ours(program: str, *more: str) -> list[str]:
    return ["dtrace", "-q", "-n", program, *more]


def peer(program: str, *more: str) -> list[str]:
    return ["bpftrace", "-e", program, *more]


def run(command: list[str], timeout_s: float = 120) -> tuple[int, str, str]:
    if not shutil.which(command[0]):
        return 127, "", f"{command[0]} is not there"
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          errors="replace", start_new_session=True) as process:
        try:
            out, err = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            return 124, out, err + f"\nno end after {timeout_s} s"
    return process.returncode, out, err


def loop_times(text: str) -> dict | None:
    found = re.search(r"LOOP (\d+) (\d+) (\d+)", text)
    if not found:
        return None
    calls, wall, cpu = map(int, found.groups())
    return {"wall_ns": wall / calls, "cpu_ns": cpu / calls, "wall_total_ns": wall}


def loop_under(command: list[str]) -> dict:
    status, out, err = run(command)
    times = loop_times(out)
    if status != 0 or not times:
        return {"error": (err or out).strip()[-400:] or f"exit status {status}"}
    return times


def firings(calls: int) -> dict:
    """Cost of the loop per call, untraced and under each tool; every figure is per system call."""
    loop = f"{LOOP} {calls}"
    results = {"untraced": loop_under(loop.split())}
    for name, (our_text, peer_text) in FIRINGS.items():
        print(f"   {name}", flush=True)
        results[name] = {"ours": loop_under(ours(our_text, "-c", loop)),
                         "peer": loop_under(peer(peer_text, "-c", loop))}
    results["untraced again"] = loop_under(loop.split())
    return results


def printf_at(rate: int, events: int) -> dict:
    """How many of the printed lines arrive, and what is said about those that do not."""
    our_text, peer_text = FIRINGS["printf of 3 values"]
    loop = f"{LOOP} {events} {rate}"
    result = {}
    for who, command in (("ours", ours(our_text, "-c", loop)), ("peer", peer(peer_text, "-c", loop))):
        _, out, err = run(command)
        reported = sum(int(n) for n in re.findall(r"(\d+) (?:data )?drops?", err))
        reported += sum(int(n) for n in re.findall(r"[Ll]ost (\d+) events", out + err))
        times = loop_times(out)
        # The loop's own line may stand in the middle of another: both write to one pipe.
        out = re.sub(r"LOOP \d+ \d+ \d+\n", "", out)
        result[who] = {
            "events": events,
            "arrived": len(re.findall(r"^\d+ syscall_loop \d+$", out, re.MULTILINE)),
            "reported_lost": reported,
            "per_second": round(events / times["wall_total_ns"] * 1e9) if times else None,
            "error": None if times else err.strip()[-300:],
        }
    return result


def start_up(command: list[str], repeats: int) -> dict:
    """Medians of: seconds to the first output, seconds to the end, peak resident memory."""
    if not shutil.which(command[0]):
        return {"error": f"{command[0]} is not there"}
    firsts, ends, sizes = [], [], []
    for _ in range(repeats):
        began = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              bufsize=0) as process:
            first = b""
            while b"started" not in first:
                chunk = process.stdout.read(4096)
                if not chunk:
                    break
                first += chunk
            firsts.append(time.monotonic() - began)
            process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            ends.append(time.monotonic() - began)
            sizes.append(usage.ru_maxrss / 1024)
        if b"started" not in first or process.returncode != 0:
            return {"error": f"exit status {process.returncode}, said {first[:200]!r}"}
    middle = repeats // 2
    return {"first_output_s": sorted(firsts)[middle], "end_s": sorted(ends)[middle],
            "resident_mib": sorted(sizes)[middle]}


class Busy:
    """Keeps every CPU busy with a user-space loop while the block runs."""

    def __enter__(self):
        self._children = [subprocess.Popen(["sh", "-c", "while :; do :; done"])
                          for _ in range(os.cpu_count())]

    def __exit__(self, *_):
        for child in self._children:
            child.kill()
            child.wait()


def counted(command: list[str], expression: str) -> dict:
    status, out, err = run(command, 60)
    found = re.search(expression, out)
    if status != 0 or not found:
        return {"error": (err or out).strip()[-300:] or f"exit status {status}"}
    return {"count": int(found[1])}


def ticks(seconds: int) -> dict:
    return {
        "ours": counted(ours(f'tick-1ms {{ @ = count(); }} tick-{seconds}s '
                             '{ printa("ticks %@d\\n", @); exit(0); }'), r"ticks (\d+)"),
        "peer": counted(peer(f"interval:ms:1 {{ @ = count(); }} interval:s:{seconds} {{ exit(); }}"),
                        r"@: (\d+)"),
    }


def samples(seconds: int) -> dict:
    return {
        "ours": counted(ours(f'profile-997 {{ @ = count(); }} tick-{seconds}s '
                             '{ printa("samples %@d\\n", @); exit(0); }'), r"samples (\d+)"),
        "peer": counted(peer(f"profile:hz:997 {{ @ = count(); }} interval:s:{seconds} {{ exit(); }}"),
                        r"@: (\d+)"),
    }


def measure_time(is_quick: bool) -> dict:
    seconds = 2 if is_quick else 5
    results = {"seconds": seconds, "cpus": os.cpu_count()}
    print("   start-up", flush=True)
    repeats = 3 if is_quick else 5
    run(ours("BEGIN { exit(0); }"))  # loads the module and warms the file cache
    run(peer("BEGIN { exit(); }"))
    results["start-up"] = {
        "ours": start_up(ours('BEGIN { printf("started\\n"); exit(0); }'), repeats),
        "peer": start_up(peer('BEGIN { printf("started\\n"); exit(); }'), min(repeats, 3))}
    print("   ticks and samples", flush=True)
    results["ticks idle"] = ticks(seconds)
    with Busy():
        results["ticks busy"] = ticks(seconds)
        results["samples busy"] = samples(seconds)
    print("   printf", flush=True)
    results["printf"] = {}
    for rate in (25000, 50000, 100000, 0):
        events = 200000 if rate == 0 else 2 * rate
        results["printf"][str(rate)] = printf_at(rate, events // (4 if is_quick else 1))
    print("   firings", flush=True)
    results["firings"] = firings(100000 if is_quick else 300000)
    return results


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=("instructions", "time"))
    parser.add_argument("output")
    parser.add_argument("--calls", type=int, default=100000)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    if chosen.part == "instructions":
        results = {"firings": firings(chosen.calls // (4 if chosen.quick else 1))}
    else:
        results = measure_time(chosen.quick)
    pathlib.Path(chosen.output).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Function and instruction probes: the part that runs in the guest. Writes what it saw as JSON.

    functions.py (instructions|time) OUTPUT.json [--quick]

"instructions": cost of one hit, ours and each peer's, under a clock that counts instructions.
"time": how long arming and disarming everything takes, beside the kernel's function tracer.
"""

import argparse
import json
import pathlib
import re
import signal
import subprocess
import time

import measure

FUNCTION = "__x64_sys_getppid"
TRACING = pathlib.Path("/sys/kernel/tracing")

# The same question to us and to bpftrace; None: the peer has nothing like it.
FIRINGS = {
    "function entry, count": (f"fbt::{FUNCTION}:entry {{ @ = count(); }}",
                              f"kprobe:{FUNCTION} {{ @ = count(); }}"),
    "function entry, kfunc": (None, f"kfunc:{FUNCTION} {{ @ = count(); }}"),
    "function return, count": (f"fbt::{FUNCTION}:return {{ @ = count(); }}",
                               f"kretprobe:{FUNCTION} {{ @ = count(); }}"),
    "function return, kretfunc": (None, f"kretfunc:{FUNCTION} {{ @ = count(); }}"),
    "function entry, false predicate": (f"fbt::{FUNCTION}:entry /pid == 0/ {{ @ = count(); }}",
                                        f"kprobe:{FUNCTION} /pid == 0/ {{ @ = count(); }}"),
    "elapsed quantize by execname": (
        f"fbt::{FUNCTION}:entry {{ self->ts = timestamp; }} fbt::{FUNCTION}:return /self->ts/"
        " { @[execname] = quantize(timestamp - self->ts); self->ts = 0; }",
        f"kprobe:{FUNCTION} {{ @ts[tid] = nsecs; }} kretprobe:{FUNCTION} /@ts[tid]/"
        " { @[comm] = hist(nsecs - @ts[tid]); delete(@ts[tid]); }"),
    "breakpoint, emulated (push)": (f"instr::{FUNCTION}:push-5 {{ @ = count(); }}",
                                    f"kprobe:{FUNCTION}+5 {{ @ = count(); }}"),
    "breakpoint, copied (xor)": (f"instr::{FUNCTION}:xor-b {{ @ = count(); }}",
                                 f"kprobe:{FUNCTION}+11 {{ @ = count(); }}"),
}

# Breakpoints on functions that the measured workload does not call.
MANY = "instr::acpi_*:,instr::pci_*:,instr::tty_*:,instr::cgroup_*:,instr::ata_*:,instr::scsi_*:," \
       "instr::drm_*:,instr::usb_*:,instr::xfrm_*:,instr::btrfs_*:,instr::ext4_*:,instr::md_*:"


def firings(calls: int) -> dict:
    loop = f"{measure.LOOP} {calls}"
    results = {"untraced": measure.loop_under(loop.split())}
    for name, (ours, peer) in FIRINGS.items():
        print(f"   {name}", flush=True)
        results[name] = {
            "ours": measure.loop_under(measure.ours(ours, "-c", loop)) if ours else None,
            "peer": measure.loop_under(measure.peer(peer, "-c", loop)) if peer else None}
    return results


def many_breakpoints(calls: int) -> dict:
    """One hit with thousands of other breakpoints armed."""
    holder = subprocess.Popen(measure.ours(f"{MANY} {{ @ = count(); }}", "-Z"), stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    armed = 0
    for _ in range(240):
        time.sleep(0.5)
        found = re.search(r"breakpoints (\d+) of", pathlib.Path("/proc/dtrace/stats").read_text())
        armed = int(found[1]) if found else 0
        if armed > 10000:
            break
    loop = f"{measure.LOOP} {calls}"
    result = measure.loop_under(measure.ours(FIRINGS["breakpoint, copied (xor)"][0], "-c", loop))
    holder.send_signal(signal.SIGINT)
    holder.wait()
    result["armed"] = armed
    return result


def function_tracer_cost(calls: int) -> dict:
    """The kernel's function tracer on the same function."""
    try:
        (TRACING / "set_ftrace_filter").write_text(FUNCTION)
        (TRACING / "current_tracer").write_text("function")
        return measure.loop_under(f"{measure.LOOP} {calls}".split())
    except OSError as error:
        return {"error": str(error)}
    finally:
        (TRACING / "current_tracer").write_text("nop")
        (TRACING / "set_ftrace_filter").write_text("")


# ---- arming everything ----


def trace_times() -> dict[str, float]:
    """When the newest consumer did what, in seconds, from the core's own log."""
    times = {}
    for line in pathlib.Path("/proc/dtrace/trace").read_text().splitlines():
        fields = line.split(maxsplit=4)
        times[fields[4].split(":")[0].split(",")[0].strip()] = int(fields[1]) / 1e9
    return times


def arm(program: str) -> dict:
    """Seconds: asked to armed, interrupt to silence, to the prompt, to the last byte restored."""
    process = subprocess.Popen(measure.ours(program), stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    asked = time.monotonic()
    while trace_times().get("consumer started", 0) < asked:
        if process.poll() is not None:
            return {"error": f"exit status {process.returncode}"}
        time.sleep(0.1)
    time.sleep(1)
    interrupted = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate()
    prompt = time.monotonic()
    while trace_times().get("consumer reaped", 0) < interrupted:
        time.sleep(0.1)
    times = trace_times()
    return {"armed_s": times["consumer enabled"] - times["consumer opened"],
            "silent_s": times["consumer stopped"] - interrupted, "prompt_s": prompt - interrupted,
            "restored_s": times["consumer reaped"] - times["consumer closed"]}


def function_tracer_times() -> dict:
    began = time.monotonic()
    (TRACING / "current_tracer").write_text("function")
    armed = time.monotonic()
    (TRACING / "current_tracer").write_text("nop")
    return {"armed_s": armed - began, "restored_s": time.monotonic() - armed}


def times() -> dict:
    measure.run(measure.ours("fbt::vfs_read:entry,instr::vfs_read:nop-0,BEGIN { exit(0); }"))
    results = {}
    for what, program in (("returns, first time", "fbt:::return { @ = count(); }"),
                          ("returns", "fbt:::return { @ = count(); }"),
                          ("entries", "fbt:::entry { @ = count(); }"),
                          ("entries and returns", "fbt::: { @ = count(); }")):
        print(f"   {what}", flush=True)
        results[what] = arm(program)
    results["function tracer"] = function_tracer_times()
    return results


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=("instructions", "time"))
    parser.add_argument("output")
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    subprocess.run(["mount", "-t", "tracefs", "none", TRACING], check=False, stderr=subprocess.DEVNULL)
    calls = 20000 if chosen.quick else 100000
    if chosen.part == "instructions":
        results = {"firings": firings(calls), "function tracer": function_tracer_cost(calls),
                   "many": many_breakpoints(calls)}
    else:
        results = times()
    pathlib.Path(chosen.output).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MIT
"""The table of environments: which machines, processors and kernels the tests run in, by name.

`test/vm/run --environment NAME` boots one of them, `test/run --matrix` goes through them. Add one more
by adding a line; docs/testing.md says how to choose.
"""

import dataclasses

_VULNERABILITIES = "/sys/devices/system/cpu/vulnerabilities"


def _shows(name: str, text: str) -> str:
    """A proof: the kernel itself says so about one weakness of the processor."""
    return f"grep -qi '{text}' {_VULNERABILITIES}/{name}"


@dataclasses.dataclass(frozen=True)
class Environment:
    name: str
    # What is looked for here that nothing else in the table would show.
    purpose: str
    # As `test/vm/run --kernel` takes it; None is the kernel whose headers are installed.
    kernel: str | None = None
    cpu: str = "max"
    # Words for the kernel's command line.
    append: str = ""
    smp: int = 2
    memory: str = "1G"
    # The guest runs one part in so many of the time, once it has booted.
    slowness: int = 1
    # Run in the guest before everything else.
    prepare: str = ""
    # A shell command that succeeds in the guest only if it is what this line says.
    proof: str = "true"


TABLE = (
    Environment("default", "what every other line is compared with"),

    # Mitigations: each leaves other bytes at function ends, and other code around them.
    Environment("pti", "freed init memory is unmapped", append="pti=on",
                proof="grep -qw pti /proc/cpuinfo"),
    Environment("skylake", "a CPU with Meltdown and without eIBRS", cpu="Skylake-Server",
                proof=_shows("meltdown", "PTI")),
    Environment("cascadelake", "Intel's return predictor weaknesses", cpu="Cascadelake-Server",
                proof="grep -q 'Cascadelake' /proc/cpuinfo"),
    Environment("its", "returns through aligned thunks", cpu="Cascadelake-Server",
                append="pti=off indirect_target_selection=force",
                proof=_shows("indirect_target_selection", "Mitigation")),
    Environment("stuffing", "call-depth tracking: a call in front of every function's code",
                kernel="6.12", cpu="Skylake-Server", append="pti=off retbleed=stuff",
                proof=_shows("retbleed", "Stuffing")),
    Environment("epyc", "the first Zen", cpu="EPYC", proof="grep -q 'AMD EPYC' /proc/cpuinfo"),
    Environment("epyc-unret", "untrained returns of Zen 2", cpu="EPYC-Rome",
                append="retbleed=unret spec_rstack_overflow=off",
                proof=_shows("retbleed", "untrained return thunk")),
    Environment("epyc-ibpb", "a predictor barrier at every kernel entry", cpu="EPYC-Rome",
                append="retbleed=ibpb", proof=_shows("retbleed", "IBPB")),
    Environment("epyc-srso", "safe returns of Zen 3", cpu="EPYC-Milan",
                append="spec_rstack_overflow=safe-ret",
                proof=_shows("spec_rstack_overflow", "safe ret")),
    Environment("epyc-srso-ibpb", "a predictor barrier against SRSO", cpu="EPYC-Milan",
                append="spec_rstack_overflow=ibpb", proof=_shows("spec_rstack_overflow", "IBPB")),
    Environment("mitigations-off", "bare returns and indirect calls", cpu="Skylake-Server",
                append="mitigations=off", proof=_shows("spectre_v2", "Vulnerable")),
    Environment("retpoline", "indirect jumps through thunks", append="spectre_v2=retpoline",
                proof=_shows("spectre_v2", "Retpolines")),

    # Processors: how many there are, and how many of them run.
    Environment("smp-1", "no other CPU to synchronise with", smp=1, proof="[ $(nproc) = 1 ]"),
    Environment("smp-4", "more CPUs than the machine has", smp=4, proof="[ $(nproc) = 4 ]"),
    Environment("smp-8", "many more", smp=8, memory="2G", proof="[ $(nproc) = 8 ]"),
    Environment("offline", "CPUs that never came up, and one that went away", smp=4,
                append="maxcpus=3", prepare="echo 0 > /sys/devices/system/cpu/cpu1/online",
                proof="[ $(cat /sys/devices/system/cpu/online) = 0,2 ]"),

    Environment("preempt-full", "kernel code is preempted anywhere", append="preempt=full",
                proof="grep -q '(full)' /sys/kernel/debug/sched/preempt"),
    Environment("preempt-none", "kernel code runs until it yields", append="preempt=none",
                proof="grep -q '(none)' /sys/kernel/debug/sched/preempt"),

    # Kernels.
    Environment("6.12", "the long-term kernel after 6.1", kernel="6.12",
                proof="uname -r | grep -q '^6[.]12[.]'"),
    Environment("newest", "the newest kernel Debian has", kernel="newest", memory="2G"),
    Environment("6.1-rt", "interrupts are threads, locks sleep", kernel="6.1-rt",
                proof="uname -v | grep -q PREEMPT_RT"),
    Environment("6.12-rt", "the same, later", kernel="6.12-rt",
                proof="uname -v | grep -q PREEMPT_RT"),
    Environment("newest-rt", "the same, newest", kernel="newest-rt", memory="2G",
                proof="uname -v | grep -q PREEMPT_RT"),
    Environment("cloud", "a smaller kernel, other options", kernel="6.1-cloud",
                proof="uname -r | grep -q cloud"),
    Environment("5.10", "the oldest kernel that is tried", kernel="5.10",
                proof="uname -r | grep -q '^5[.]10[.]'"),
    Environment("debug", "a kernel of our own with every checker: addresses, locks, RCU, leaks",
                kernel="debug", memory="2G", proof="uname -r | grep -q dtrace-debug"),

    Environment("slow", "a tenth of the speed, and a kernel without patience", slowness=10,
                append="rcupdate.rcu_cpu_stall_timeout=3",
                prepare="echo 2 > /proc/sys/kernel/watchdog_thresh",
                proof="[ $(cat /proc/sys/kernel/watchdog_thresh) = 2 ]"),
)

# What cannot be had in an emulator, with the reason: shown by `test/run --matrix`, never run.
IMPOSSIBLE = {
    "ibt": "indirect branch tracking: QEMU emulates no CPU with CET, so no kernel turns it on",
}


def names() -> list[str]:
    return [environment.name for environment in TABLE]


def find(name: str) -> Environment:
    """Raises KeyError with a text for people."""
    for environment in TABLE:
        if environment.name == name:
            return environment
    raise KeyError(IMPOSSIBLE.get(name) or f"no environment {name}; there are: {' '.join(names())}")

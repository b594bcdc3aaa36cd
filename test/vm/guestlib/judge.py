# SPDX-License-Identifier: MIT
"""Reads a kernel log and names what no healthy run contains."""

import re

# Whatever the command's status was, one of these in the log makes the run a failure. Two lines about a
# processor's weaknesses begin with a word and "WARNING:"; they say nothing about this run.
_DAMAGE = re.compile(
    r"""Kernel\ panic | \bBUG: | \bOops\b | (?<!RETBleed:\ )(?<!Overflow:\ )\bWARNING: | general\ protection\ fault
      | KASAN: | UBSAN: | KCSAN: | kmemleak:\ \d+\ new
      | detected\ stalls\ on | self-detected\ stall | detected\ expedited\ stalls
      | soft\ lockup | hard\ LOCKUP | blocked\ for\ more\ than
      | INFO:\ possible\ (?:circular|recursive|irq)\ lock | INFO:\ inconsistent\ lock
      | suspicious\ RCU\ usage | bad\ unlock\ balance | held\ lock\ freed | sleeping\ function
      | scheduling\ while\ atomic | refcount_t: | list_(?:add|del)\ corruption | Bad\ page\ state
      | unable\ to\ handle | double\ fault | stack\ segment | unregister_netdevice:\ waiting
      | ------------\[\ cut\ here\ \]""",
    re.VERBOSE,
)


# The log read at the end has "<priority>" before each line; 8 and above came from user space.
_PRIORITY = re.compile(r"<(\d+)>")


def _kernel_lines(log: str) -> list[str]:
    lines = []
    for line in log.splitlines():
        found = _PRIORITY.match(line)
        if not found:
            lines.append(line.rstrip())
        elif int(found[1]) < 8:
            lines.append(line[found.end() :].rstrip())
    return lines


def damage(log: str) -> list[str]:
    """The kernel's lines that tell of damage, in order; none for a healthy log."""
    return [line for line in _kernel_lines(log) if _DAMAGE.search(line)]


def excerpt(log: str) -> list[str]:
    """What to show of a failed run's log: from shortly before the first damage, else the end."""
    lines = _kernel_lines(log)
    for at, line in enumerate(lines):
        if _DAMAGE.search(line):
            return lines[max(0, at - 10) : at + 150]
    return lines[-40:]

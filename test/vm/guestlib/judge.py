# SPDX-License-Identifier: MIT
"""Reads a kernel log and names what no healthy run contains."""

import re

# Whatever the command's status was, one of these in the log makes the run a failure.
_DAMAGE = re.compile(
    r"""Kernel\ panic | \bBUG: | \bOops\b | \bWARNING: | general\ protection\ fault
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


def damage(log: str) -> list[str]:
    """The lines that tell of damage, in order; none for a healthy log."""
    return [line.strip() for line in log.splitlines() if _DAMAGE.search(line)]

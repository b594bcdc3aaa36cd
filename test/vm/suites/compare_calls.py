#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the calls that strace -y and dtrace have seen of the same run, line by line.

    compare_calls.py STRACE-OUTPUT DTRACE-OUTPUT

Prints what differs, then a line "N calls, M names, K differ". What is made equal before, and why:
- what strace shows only: comments (/* 12 vars */, dates), "(deleted)", the folder of AT_FDCWD where the
  path needs none, the number of members of an argument before the call ([16 => 2]), "= ?" of exit;
- times left and sets of descriptors of ppoll and select: strace shows them before and after the call,
  dtrace's line those after it;
- what descriptors in arrays for poll and select name: strace's line only; the name of a socket's type
  (SO_TYPE): dtrace's only;
- how bytes are escaped.
"""

import re
import sys

STARTED = "mkdir("  # what both saw begins here: strace's own start is not the program's


LETTERS = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "f": "\f", "a": "\a", "b": "\b", "e": "\x1b"}


def byte_of(match: re.Match) -> str:
    code = match.group(1)
    if len(code) == 3 and code[0] == "x":
        return chr(int(code[1:], 16))
    return chr(int(code, 8)) if code[0] in "01234567" else LETTERS.get(code, code)


def unescape(match: re.Match) -> str:
    """A quoted text with every byte that is not printable in one form."""
    text = re.sub(r"\\(x[0-9a-f]{2}|[0-7]{1,3}|.)", byte_of, match.group(0)[1:-1])
    shown = (c if " " <= c < "\x7f" and c not in '"\\' else f"\\{ord(c):03o}" for c in text)
    return '"' + "".join(shown) + '"'


def normal(line: str) -> str:
    line = re.sub(r"^\d+ +(?=\w+\()", "", line.strip())
    line = re.sub(r" */\*.*?\*/", "", line)
    line = line.replace(">(deleted)", ">").replace("AT_FDCWD<", "\0<")
    line = re.sub("\0<[^>]*>", "AT_FDCWD", line)
    line = re.sub(r"\[\d+ => (\d+)\]", r"[\1]", line)
    line = re.sub(r" += \?$", "", line)
    line = line.replace("SO_TYPE, [SOCK_STREAM]", "SO_TYPE, [1]")
    line = re.sub(r"\) +=", ") =", line)
    line = re.sub(r'"(?:[^"\\]|\\.)*"', unescape, line)
    if line.startswith(("poll(", "ppoll(", "select(")):
        line = re.sub(r"(\d)<[^>]*>", r"\1", line)
    if line.startswith(("ppoll(", "select(")):
        line = re.sub(r"(, )?left \{[^}]*\}|\{tv_[^}]*\}|in \[\d+\]|\(, |\(\)", "", line)
        line = re.sub(r"\[\d*\]", "[]", line).replace(" ()", "").rstrip(" (,)")
    return line


def calls_of_strace(path: str) -> list[str]:
    with open(path, encoding="latin-1") as file:
        return [normal(line) for line in file if re.match(r"(\d+ +)?\w+\(", line)]


def calls_of_dtrace(path: str) -> list[str]:
    """A return that repeats its call stands for both; else it belongs behind its entry."""
    calls: list[str] = []
    with open(path, encoding="latin-1") as file:
        for line in file:
            match = re.match(r"\s*\d+\s+\d+\s+(\w+):(entry|return) (.*)", line.rstrip("\n"))
            if not match:
                continue
            name, side, text = match.groups()
            if side == "entry":
                calls.append(text)
            elif calls and calls[-1].startswith(name + "("):
                calls[-1] = text if text.startswith(name + "(") else f"{calls[-1]} {text}"
    return [normal(call) for call in calls]


def since_start(calls: list[str]) -> list[str]:
    first = next((i for i, call in enumerate(calls) if call.startswith(STARTED)), len(calls))
    return calls[first:]


def main() -> int:
    theirs = since_start(calls_of_strace(sys.argv[1]))
    ours = since_start(calls_of_dtrace(sys.argv[2]))
    differ = abs(len(theirs) - len(ours))
    for their, our in zip(theirs, ours):
        if their != our:
            differ += 1
            print(f"strace: {their}\ndtrace: {our}")
    names = {call.split("(")[0] for call in theirs}
    print(f"{len(theirs)} calls, {len(names)} names, {differ} differ")
    return 0 if theirs and not differ else 1


if __name__ == "__main__":
    sys.exit(main())

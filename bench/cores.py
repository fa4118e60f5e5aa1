"""Who computes where, how much, and in how much memory: Linux's own figures, from /proc."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
NODES = 2
ALL = sorted(os.sched_getaffinity(0))
LOAD = {ALL[-1]}
"""The load has the last core for itself, the programs have the first ones."""


def of_program(number: int) -> set[int]:
    """The core of the first program, or of the second."""
    mine = ALL[: min(NODES, max(1, len(ALL) - 1))]
    return {mine[number % len(mine)]}


def of_database() -> set[int]:
    """What nobody else has; with fewer than four cores that of the load."""
    return set(ALL[NODES:-1]) or LOAD


def apart(nodes: int) -> bool:
    """Whether so many programs, a database and the load have a core each."""
    return len(ALL) >= nodes + 2


def keep_to(pid: int, cores: Collection[int]) -> None:
    """Everything that the process starts from now on stays there, too."""
    if len(ALL) > 1:
        os.sched_setaffinity(pid, cores)


def seconds(pid: int) -> float:
    """Processor time of all threads of the process so far."""
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / TICK


def family_seconds(pid: int) -> float:
    """Processor time of the process and of its children so far, those that ended included."""
    total = seconds(pid) + sum(int(one) for one in _fields(pid)[13:15]) / TICK
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = _fields(int(folder.name))
            except OSError:  # it has just ended
                continue
            if int(fields[1]) == pid:
                total += (int(fields[11]) + int(fields[12])) / TICK
    return total


def _fields(pid: int) -> list[str]:
    """From the third one on: what follows the name, which may have blanks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def resident(pid: int) -> float:
    """Megabytes in memory now."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024

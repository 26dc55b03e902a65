"""CPU time of programs that this one started, and of all, as Linux counts it."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROCESSES = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _USER, _SYSTEM = 1, 11, 12  # proc_pid_stat(5), counted from the state
_UNUSED = (3, 4, 7)  # proc_stat(5): idle, waiting for a disk, given to other machines
_GUEST = 8  # from here on what is counted before, too


@dataclass(frozen=True, slots=True)
class _Process:
    parent: int
    seconds: float
    command: str


def processor_seconds(word: str) -> float:
    """CPU seconds, so far, of all descendants of this process whose command line has `word`."""
    running = dict(_running())
    found = [one for pid, one in running.items() if _is_below(pid, os.getpid(), running)]
    return sum(one.seconds for one in found if word in one.command)


def machine_seconds() -> float:
    """CPU seconds that all programs of this machine used, together, since it was started."""
    named = (_PROCESSES / "stat").read_text().split("\n", 1)[0].split()[1:]
    ticks = [int(number) for number in named]
    return (sum(ticks[:_GUEST]) - sum(ticks[place] for place in _UNUSED)) / _TICKS


def _running() -> Iterator[tuple[int, _Process]]:
    for directory in _PROCESSES.iterdir():
        if directory.name.isdecimal():
            with suppress(OSError):  # it has ended meanwhile
                yield int(directory.name), _read(directory)


def _read(directory: Path) -> _Process:
    told = (directory / "stat").read_text().rpartition(")")[2].split()
    ticks = int(told[_USER]) + int(told[_SYSTEM])
    command = (directory / "cmdline").read_bytes().decode(errors="replace")
    return _Process(int(told[_PARENT]), ticks / _TICKS, command)


def _is_below(pid: int, above: int, running: dict[int, _Process]) -> bool:
    while (process := running.get(pid)) is not None:
        if process.parent == above:
            return True
        pid = process.parent
    return False

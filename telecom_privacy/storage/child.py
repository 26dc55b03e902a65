"""Turns into a program that is killed as soon as the process that started it is gone.

    python -m telecom_privacy.storage.child PARENT_PID PROGRAM [ARGUMENT ...]

A program of its own, because code between fork and exec (`preexec_fn`) can deadlock in a process
that has threads.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when process `parent` ends; the setting survives exec.

    SIGKILL, as a program may swallow anything milder and live on, holding its lock. Linux ties
    this to the *thread* that forked: start such a process from a thread that lives as long as
    its process does, best the main one.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the kernel was told
        sys.exit("the starting process is gone")


def command(program: str, *arguments: str) -> list[str]:
    """The command line that runs `program` so that it dies with the calling process."""
    return [
        sys.executable,
        "-m",
        "telecom_privacy.storage.child",
        str(os.getpid()),
        program,
        *arguments,
    ]


def main(arguments: list[str]) -> None:
    parent, program = int(arguments[0]), arguments[1]
    die_with_parent(parent)
    os.execv(program, arguments[1:])  # noqa: S606 - the caller's own command line, no shell


if __name__ == "__main__":
    main(sys.argv[1:])

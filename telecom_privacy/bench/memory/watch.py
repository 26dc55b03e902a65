"""Work in a process of its own, and the memory that it holds meanwhile."""

import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from telecom_privacy.bench.errors import WrongAnswer

_EVERY_SECONDS = 0.05
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_MEGABYTE = 1024 * 1024
_RESIDENT = 1  # proc_pid_statm(5)

Progress = Callable[[float], None]
"""Is told how much is done so far, in whatever unit the work counts."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`done` so far, 0 while the work is being prepared; resident memory in MiB."""

    done: float
    resident: float


def watched(seconds: float, work: Callable[..., None], *arguments: Any) -> list[Sample]:
    """Do `work(progress, *arguments)` in a fresh process; return what it held meanwhile.

    It is killed if it takes longer than `seconds`: the last sample tells how far it came. `work`
    is a function of a module, its arguments can be pickled. Raises `WrongAnswer` if it fails.
    """
    fresh = multiprocessing.get_context("forkserver")
    fresh.set_forkserver_preload([work.__module__])  # imported once, as a service's workers are
    done, until = fresh.Value("d", 0.0), time.monotonic() + seconds
    process = fresh.Process(target=_run, args=(done, work, arguments), daemon=True)
    process.start()
    samples = []
    while process.is_alive() and time.monotonic() < until:
        samples.append(Sample(done.value, resident_megabytes(process.pid)))
        process.join(_EVERY_SECONDS)
    if process.is_alive():
        process.kill()
    elif process.exitcode:
        raise WrongAnswer(f"a process that was to be watched failed: {work.__name__}")
    process.join()
    return [*samples, Sample(done.value, samples[-1].resident)]


def resident_megabytes(process: int | None) -> float:
    """Resident memory of a process, 0 once it has ended."""
    try:
        told = Path(f"/proc/{process}/statm").read_text().split()
    except OSError:
        return 0.0
    return int(told[_RESIDENT]) * _PAGE_BYTES / _MEGABYTE


def _run(done: "Synchronized[float]", work: Callable[..., None], arguments: Any) -> None:
    def progress(value: float) -> None:
        done.value = value

    work(progress, *arguments)

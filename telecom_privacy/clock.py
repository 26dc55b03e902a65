"""Time, as something that can be handed in."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

CLOCK_TOLERANCE = timedelta(minutes=5)
"""By how much clocks of machines and platforms differ: up to then, no time lies in the future."""

_UPTIME = Path("/proc/uptime")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_FIRST_PROCESS = Path("/proc/1/stat")
_START_TIME = 19  # of the fields after the name of the process (proc_pid_stat(5))


class Clock(Protocol):
    """Tells the time; tests hand in one that they can move."""

    def now(self) -> datetime:
        """Return the current time, in UTC, to the millisecond (what the database keeps)."""
        ...

    def elapsed(self) -> float:
        """Return the seconds since the machine started, also those in which it slept.

        Whoever sets the wall clock does not move it.
        """
        ...

    def boot(self) -> str:
        """Name the start from which `elapsed` counts: that of this machine, or container."""
        ...


class SystemClock:
    """The machine's clock."""

    def __init__(self) -> None:
        self._boot = _boot()

    def now(self) -> datetime:
        return to_milliseconds(datetime.now(UTC))

    def elapsed(self) -> float:
        # The kernel's file first: what makes programs see another time does not reach it.
        try:
            return float(_UPTIME.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return time.monotonic()

    def boot(self) -> str:
        return self._boot


def _boot() -> str:
    """A container starts anew without its machine, and then its first process does."""
    try:
        first = _FIRST_PROCESS.read_text().rpartition(")")[2].split()[_START_TIME]
        return f"{_BOOT_ID.read_text().strip()}/{first}"
    except (OSError, IndexError):
        return str(uuid4())  # unknown: each process counts for itself


def to_milliseconds(moment: datetime) -> datetime:
    """Cut an aware time to whole milliseconds, in UTC."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_text(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, e.g. `2026-11-22T09:30:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""Work that is done in a process of its own."""

import time

_MEGABYTE = 1024 * 1024
_SEEN_SECONDS = 0.4


def hold(progress, megabytes: int) -> None:
    """Take memory, and keep it long enough to be seen."""
    progress(1)
    time.sleep(_SEEN_SECONDS)
    progress(4)
    taken = b"x" * megabytes * _MEGABYTE
    time.sleep(_SEEN_SECONDS)
    del taken


def fail(progress) -> None:
    raise ValueError("on purpose")


def hold_on(progress) -> None:
    done = 0
    while True:
        done += 1
        progress(done)
        time.sleep(0.01)

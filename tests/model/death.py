"""A process that dies at any of its writes to any of the databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from pymongo.collection import Collection

from tests.erasure.kills import Killed

_WRITES = (
    "bulk_write",
    "delete_many",
    "delete_one",
    "insert_many",
    "insert_one",
    "replace_one",
    "update_many",
    "update_one",
)


@contextmanager
def dying_at(write: int | None) -> Iterator[None]:
    """Whoever writes for the `write`-th time dies before it, and writes nothing ever after.

    None: nobody dies. What is left of the block is not run.
    """
    if write is None:
        yield
        return
    left = write

    def dying(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left <= 0:
                raise Killed
            return original(*arguments, **named)

        return call

    with pytest.MonkeyPatch.context() as patch, suppress(Killed):
        for name in _WRITES:
            patch.setattr(Collection, name, dying(getattr(Collection, name)))
        yield

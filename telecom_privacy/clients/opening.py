"""Opening what others may be replacing or erasing at the same moment."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar
from uuid import UUID

from telecom_privacy.clients.documents import Sealed
from telecom_privacy.errors import ConfigurationError, IntegrityError, KeyDestroyed, NotFound

_log = logging.getLogger("telecom_privacy.clients")


class _Versioned(Protocol):
    @property
    def id(self) -> UUID: ...

    @property
    def sealed(self) -> Sealed: ...


Stored = TypeVar("Stored", bound=_Versioned)
Opened = TypeVar("Opened")


def open_current(
    kind: str,
    stored: Stored | None,
    fetch: Callable[[UUID], Stored | None],
    open_version: Callable[[Stored], Opened],
) -> Opened:
    """Open a document; where its key was just destroyed, the version that replaced it.

    Raises `NotFound` if there is none (any more), and `KeyDestroyed` if its newest version is
    being erased.
    """
    while stored is not None:
        try:
            return open_version(stored)
        except KeyDestroyed:
            newer = fetch(stored.id)
            if newer is not None and newer.sealed.key == stored.sealed.key:
                raise
            stored = newer
    raise NotFound(kind)


def each_openable(
    kind: str, found: Iterable[Stored], open_: Callable[[Stored], Opened]
) -> Iterator[Opened]:
    """Open one after the other. One that cannot be opened is an alarm, but stops no other."""
    for stored in found:
        try:
            opened = open_(stored)
        except (NotFound, KeyDestroyed):
            continue  # erased since it was found
        except (IntegrityError, ConfigurationError) as error:
            fields = {kind: str(stored.id), "error": type(error).__name__}
            _log.critical("%s cannot be opened", kind, extra={"fields": fields})
            continue
        yield opened

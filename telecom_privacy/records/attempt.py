"""One attempt at writing a content version, as `erasure.versions.ContentVersions` makes them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from telecom_privacy.keys.model import RecordKey
from telecom_privacy.records.drafting import Draft, RecordDrafting
from telecom_privacy.records.model import StoredRecord


class Attempt:
    """Seals a content version under its key and writes it; remembers its receipt."""

    def __init__(
        self,
        drafting: RecordDrafting,
        actor: str,
        draft: Draft,
        history: Sequence[Any],
        write: Callable[[StoredRecord], bool],
    ) -> None:
        self._drafting = drafting
        self._actor = actor
        self._draft = draft
        self._history = history
        self._write = write
        self.receipt: Mapping[str, Any] = {}

    def __call__(self, key: RecordKey) -> bool:
        record, self.receipt = self._drafting.sealed(self._actor, self._draft, key, self._history)
        if self._write(record):
            return True
        self._drafting.withdrawn(self._actor, self._draft)
        return False

"""Telling whether a record has the number that a hold names."""

from collections.abc import Iterator, Mapping
from typing import Any

from telecom_privacy.erasure.withheld import Original
from telecom_privacy.errors import KeyDestroyed
from telecom_privacy.holds.withheld_repository import WithheldRepository
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.numbers import NumberReader
from telecom_privacy.scope import NO_ID, Role


class NumberComparison:
    """Compares tokens while their key lasts, and opens the record after that."""

    def __init__(
        self, keys: KeyService, withheld: WithheldRepository, numbers: NumberReader
    ) -> None:
        self._keys = keys
        self._withheld = withheld
        self._numbers = numbers

    def has(self, original: Original, number: str) -> bool:
        """Whether a record has an E.164 number: as a party, or as the one that it is about.

        Raises `KeyDestroyed` or `IntegrityError` where that cannot be told any more.
        """
        if not original.numbers and original.subject is None:
            return False
        try:
            return self._has_token(original, number)
        except KeyDestroyed:  # the index key was replaced since
            return number in self.stated(original)

    def _has_token(self, original: Original, number: str) -> bool:
        scope = original.scope
        if not original.numbers:
            token = self._keys.subjects.token(
                scope.role, scope.client_id, original.category, number, original.index
            )
            return token == original.subject
        owner = scope.client_id if scope.role is Role.PROCESSOR else NO_ID
        month, index = original.month, original.index
        token = self._keys.numbers.token(scope.role, month, number, index, owner)
        return token in original.numbers

    def stated(self, original: Original) -> set[str]:
        """Open a record for its numbers, and whom it is about; content is about whom its record is.

        Raises `KeyDestroyed` or `IntegrityError` where it cannot be opened any more.
        """
        whole = self._withheld.fetch_whole(original) if original.content else original
        if whole is None:
            raise KeyDestroyed("the record that this belonged to is gone")
        key = self._keys.open(whole.binding, whole.item.key)
        sealed = open_json(key, bytes(whole.document["payload"]), whole.binding)
        return {self._numbers.normal(stated) for stated in _numbers_in(sealed)}


def _numbers_in(sealed: Mapping[str, Any]) -> Iterator[str]:
    cdr = sealed.get("call", sealed)
    yield from filter(None, (cdr.get("from"), cdr.get("to"), sealed.get("subject")))

"""How much was moved to new keys, also by those who began it and were killed."""

from collections import Counter
from collections.abc import Callable
from functools import partial

from telecom_privacy.keys.rotation import KeyRotation
from telecom_privacy.keys.rotation_model import Counted, RotationState
from telecom_privacy.storage.lease import KeepAlive


class Tally:
    """Counts on from where a killed run was; only its last batch may be missing.

    `keep_alive` is called with each batch.
    """

    def __init__(self, rotation: KeyRotation, state: RotationState, keep_alive: KeepAlive) -> None:
        self._rotation = rotation
        self._state = state
        self._keep_alive = keep_alive
        self._counts = Counter(state.counts)

    def of(self, counted: Counted) -> Callable[[int], None]:
        """What is to be called with the size of each batch that was moved."""
        return partial(self._add, counted)

    def __getitem__(self, counted: Counted) -> int:
        return self._counts[counted]

    def _add(self, counted: Counted, number: int) -> None:
        self._keep_alive()
        if number:
            self._rotation.count(self._state, counted, number)
            self._counts[counted] += number

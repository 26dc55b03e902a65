"""From the platform's JSON to a `NewCall`: numbers in E.164, times checked against the clock."""

from collections.abc import Mapping
from typing import Any

from telecom_privacy.calls.model import NewCall
from telecom_privacy.clock import CLOCK_TOLERANCE, Clock, to_text
from telecom_privacy.errors import Invalid
from telecom_privacy.numbers import NumberReader

_WITHHELD = "anonymous"
_TIMES = ("started_at", "answered_at", "ended_at")
_NUMBERS = ("from", "to")


class CallIntake:
    """Reads calls."""

    def __init__(self, clock: Clock, numbers: NumberReader, max_batch_bytes: int) -> None:
        self._clock = clock
        self._numbers = numbers
        self.max_batch_bytes = max_batch_bytes

    def of_a_batch(self) -> "CallIntake":
        """An intake for the calls of one batch."""
        return CallIntake(self._clock, self._numbers.remembering(), self.max_batch_bytes)

    def read(self, external_id: str, body: Mapping[str, Any]) -> NewCall:
        """Build a call from what its schema loaded. Raises `Invalid` naming the wrong fields."""
        if body["ended_at"] > self._clock.now() + CLOCK_TOLERANCE:
            raise Invalid({"ended_at": ["Lies more than 5 minutes in the future."]})
        content = {name: value for name, value in body.items() if value is not None}
        content |= {"from": _caller(body["from"]), "answered_at": None}
        content |= {name: to_text(body[name]) for name in _TIMES if body[name] is not None}
        numbers = {name: content[name] for name in _NUMBERS if content.get(name)}
        content |= {name: self._numbers.e164(number, name) for name, number in numbers.items()}
        return NewCall(external_id, body["started_at"], body["ended_at"], content)


def _caller(number: str | None) -> str | None:
    return None if number is None or number.lower() == _WITHHELD else number

"""The oracle of a load: what is stored before it begins, and what was acknowledged since."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from telecom_privacy.bench.calls import MOST_NUMBERS, InventedCall, Seen, invent, spread

AUDIO_BYTES = 160 * 1024
_DAYS = 80  # a recording is kept for 90
_LICENCES = 8
_SUBJECTS = 1_000
_WRITTEN_SUBJECTS = MOST_NUMBERS - _SUBJECTS


@dataclass(slots=True)
class Stock:
    """`calls` are read and recorded, never changed; `written` and `audio` grow with each receipt.

    What is written has licences and numbers of its own, so that all that is read is known. Many
    threads use it.
    """

    seed: int
    calls: Sequence[InventedCall]
    written: dict[str, InventedCall] = field(default_factory=dict)
    audio: dict[tuple[str, str], int] = field(default_factory=dict)
    _calls: "count[int]" = field(default_factory=count)
    _uploads: "count[int]" = field(default_factory=count)
    _since: datetime = field(
        default_factory=lambda: datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    )

    @classmethod
    def of(cls, seed: int, size: int) -> "Stock":
        """A stock of so many calls."""
        chance = Random(seed)  # noqa: S311 - invented data, not a secret
        times = spread(size, datetime.now(UTC), _DAYS)
        calls = [
            invent(f"call-{number}", number % _SUBJECTS, _LICENCES, at, chance)
            for number, at in enumerate(times)
        ]
        return cls(seed, calls)

    @property
    def licences(self) -> Sequence[str]:
        return [f"{kind}-{number}" for kind in ("licence", "new") for number in range(_LICENCES)]

    def newest_by(
        self, name: Callable[[InventedCall], str], most: int
    ) -> Mapping[str, Sequence[Seen]]:
        """What searches show of the calls that have a name in common, newest first."""
        found: dict[str, list[Seen]] = defaultdict(list)
        for call in reversed(self.calls):
            if len(found[name(call)]) < most:
                found[name(call)].append(call.seen)
        return found

    def next_call(self) -> InventedCall:
        """A call that nobody handed in yet."""
        number = next(self._calls)
        subject = _SUBJECTS + number % _WRITTEN_SUBJECTS
        started_at = self._since + timedelta(milliseconds=number)
        call = invent(f"new-{number}", subject, _LICENCES, started_at, self.chance(number))
        return replace(call, licence=f"new-{number % _LICENCES}")

    def next_upload(self) -> tuple[str, str, int]:
        """Whose recording to upload, under which id, and the number of its audio."""
        number = next(self._uploads)
        return self.calls[number % len(self.calls)].id, f"take-{number}", number

    def took(self, calls: Sequence[InventedCall]) -> bool:
        """Remember calls that were acknowledged; always true."""
        self.written.update({call.id: call for call in calls})
        return True

    def recorded(self, call_id: str, recording_id: str, number: int) -> bool:
        """Remember a recording that was acknowledged; always true."""
        self.audio[call_id, recording_id] = number
        return True

    def chance(self, number: int) -> Random:
        """What to draw from for something of this number, whichever thread asks."""
        return Random(self.seed * 1_000_003 + number)  # noqa: S311 - invented data

    def audio_of(self, number: int) -> bytes:
        """The bytes of a recording: no two are the same."""
        return self.chance(-1 - number).randbytes(AUDIO_BYTES)

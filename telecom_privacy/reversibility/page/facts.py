"""What the page says of a package as a whole."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import to_text
from telecom_privacy.reversibility.model import Wish


@dataclass(frozen=True, slots=True)
class Facts:
    """Times are RFC 3339 in UTC; they are shown in `time_zone`, an IANA name.

    `kind` is one of `model.Kind`; `start` and `end` bound the period that was asked for, if any.
    """

    operator: str
    client: str
    kind: str
    as_of: str
    start: str | None
    end: str | None
    time_zone: str

    def json(self) -> dict[str, Any]:
        return asdict(self)


class PageFacts:
    """Tells the facts of packages; `operator` is whose they are, as people name it."""

    def __init__(self, operator: str, zone: ZoneInfo) -> None:
        self._operator = operator
        self._zone = zone

    def of(self, client: Client, wish: Wish, as_of: datetime) -> Facts:
        return Facts(
            operator=self._operator,
            client=str(client.details["name"]),
            kind=wish.kind.value,
            as_of=to_text(as_of),
            start=to_text(wish.start) if wish.start else None,
            end=to_text(wish.end) if wish.end else None,
            time_zone=self._zone.key,
        )

"""What the machine does to the service, and what may be seen of it afterwards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.documents import call_from
from telecom_privacy.clients.model import Client
from telecom_privacy.holds.withheld import WithheldService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role
from tests.builders import Api, MovableClock, recording_path, tone

AUDIO = tone(0.05)
LICENCES = ("licence-1", "licence-2")
NUMBERS = ("+33612345678", "+33698765432")


class Fate(Enum):
    """What became of a record. One that is doubtful may be either, until it is seen gone."""

    LIVE = "live"
    DOUBTFUL = "doubtful"
    GONE = "gone"


@dataclass
class Record:
    """A call or a recording: its random id, its fate, and who must be able to open it."""

    id: UUID
    category: Category
    ended_at: datetime
    fate: Fate = Fate.LIVE

    def doubt(self) -> None:
        """A process died that may have begun to erase it."""
        if self.fate is Fate.LIVE:
            self.fate = Fate.DOUBTFUL


@dataclass
class Call:
    """A call that was acknowledged. `notes`: one of them is what is read."""

    name: str
    licence: str
    number: str
    record: Record
    notes: set[str | None]
    recording: Record | None = None

    @property
    def records(self) -> list[Record]:
        return [self.record, *([self.recording] if self.recording else [])]


@dataclass(frozen=True)
class Hold:
    """A hold that was asked for, by licence or by number."""

    id: str
    licence: str | None
    number: str | None

    def covers(self, call: Call) -> bool:
        return self.licence in (None, call.licence) and self.number in (None, call.number)


@dataclass
class World:
    """One client of a service with clients of its own, and what is known of its calls."""

    api: Api
    services: Services
    keys: KeyService
    clock: MovableClock
    client: str = field(default_factory=lambda: f"client-{uuid4().hex[:8]}")
    calls: dict[str, Call] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.api.create_client(self.client, licences=LICENCES)
        self.client_id = self.found().id
        self.api.client_key(self.client)

    def found(self) -> Client:
        return next(c for c in self.services.clients.all() if c.external_id == self.client)

    def is_due(self, record: Record) -> bool:
        terms = self.found().terms
        verdict = terms.verdict(record.category, Role.PROCESSOR, record.ended_at)
        return bool(verdict.is_due(self.clock.now()))

    def path(self, call: str) -> str:
        return f"/v1/clients/{self.client}/calls/{call}"

    def own(self, method: str, path: str, **more: Any) -> Any:
        return self.api.as_client(self.client, method, path, **more)

    def listed(self) -> set[str]:
        answer = self.own("GET", f"/v1/clients/{self.client}/calls?limit=500")
        return {call["id"] for call in answer.json["items"]} if answer.status_code == 200 else set()

    def play(self, call: Call) -> Any:
        return self.own("GET", recording_path(self.client, call.name))

    def open_for_the_law(self) -> Mapping[UUID, Any]:
        """By record id, all of this client's records that somebody can still open."""
        return dict([*self._live(), *self._withheld()])

    def _live(self) -> Iterator[tuple[UUID, Any]]:
        query = {"client": self.client_id, "record_id": {"$exists": True}}
        for document in self.services.databases.bulk["calls"].find(query):
            call = call_from(document)
            yield from self._opened(call.record_id, call.binding, call.key, call.payload)
            for one in call.live_recordings:
                binding = call.recording_binding(one.record_id)
                yield from self._opened(one.record_id, binding, one.key, one.metadata)

    def _opened(self, record_id: UUID, binding: Any, key: Any, sealed: bytes) -> Iterator[Any]:
        keys = self.keys.open_existing({key: binding})
        if key in keys:
            yield record_id, open_json(keys[key], sealed, binding)

    def _withheld(self) -> Iterator[tuple[UUID, Any]]:
        service = self.service(WithheldService)
        access = Access("model", ApiRole.LEGAL)
        for hold in self.holds_in_force():
            for original in service.kept_by(UUID(hold)):
                if original.scope.client_id == self.client_id:
                    yield original.item.record_id, service.open(access, UUID(hold), original)

    def holds_in_force(self) -> list[str]:
        items = self.api.as_("legal", "GET", "/v1/holds?limit=500").json["items"]
        return [hold["id"] for hold in items if hold["state"] != "released"]

    def certified(self) -> dict[str, int]:
        """How many records of each category the client's certificates count."""
        items = self.own("GET", "/v1/erasures?limit=500").json["items"]
        counts: dict[str, int] = {}
        for one in (count for certificate in items for count in certificate["counts"]):
            counts[one["category"]] = counts.get(one["category"], 0) + one["count"]
        return counts

    def service(self, kind: type) -> Any:
        return next(one for one in self.services.all if isinstance(one, kind))

    def new_hold(self, licence: str | None, number: str | None) -> dict[str, Any]:
        return {
            "case": "case",
            "reason": "reason",
            "client_id": self.client,
            "licence_id": licence,
            "number": number,
            "review_on": (self.clock.now() + timedelta(days=3000)).date().isoformat(),
            "secret": True,
        }

    def today(self) -> date:
        return self.clock.now().date()

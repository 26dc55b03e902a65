"""What the machine does to the service, and what may be seen of it afterwards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from pymongo.collection import Collection

from telecom_privacy.bootstrap import Services
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.keys.service import KeyService
from telecom_privacy.scope import Role
from telecom_privacy.storage.mongo import Document
from tests.builders import Api, MovableClock, recording_path, tone
from tests.model.law import Law
from tests.model.scheduling import Worker, acting
from tests.model.things import ENQUIRY, Record, Thing

AUDIO = tone(0.05)
LICENCES = ("licence-1", "licence-2")
NUMBERS = ("+33612345678", "+33698765432")

Backup = list[tuple[Collection[Document], list[Document]]]


@dataclass
class World:
    """One client of a service with clients of its own, and what is known of its records."""

    workers: Sequence[Worker]
    keys: KeyService
    clock: MovableClock
    client: str = field(default_factory=lambda: f"client-{uuid4().hex[:8]}")
    things: dict[str, Thing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.api.create_client(self.client, licences=LICENCES, policy="trial")
        self.client_id = self.found().id
        self.law = Law(self.services, self.keys, self.client_id)
        for worker in self.workers:
            worker.api.client_key(self.client)
            for role in ("platform", "legal", "dpo", "admin"):
                worker.api.key(role)
        scope, licences = self.found().scope(Role.PROCESSOR), self.service(LicenceService)
        self.licence_ids = {name: licences.find(scope, name).id for name in LICENCES}

    @property
    def api(self) -> Api:
        """The service as a caller of the acting worker sees it."""
        return acting.get(self.workers[0]).api

    @property
    def services(self) -> Services:
        return acting.get(self.workers[0]).services

    def service(self, kind: type) -> Any:
        return next(one for one in self.services.all if isinstance(one, kind))

    def found(self) -> Client:
        return next(c for c in self.services.clients.all() if c.external_id == self.client)

    def due(self, records: Iterable[Record]) -> list[Record]:
        """Those whose terms are over."""
        terms, now = self.found().terms, self.clock.now()
        return [
            record
            for record in records
            if terms.verdict(
                record.category, Role.PROCESSOR, record.ended_at, record.events
            ).is_due(now)
        ]

    def path(self, thing: Thing) -> str:
        kind = "calls" if thing.is_call else f"records/{ENQUIRY}"
        return f"/v1/clients/{self.client}/{kind}/{thing.name}"

    def own(self, method: str, path: str, **more: Any) -> Any:
        return self.api.as_client(self.client, method, path, **more)

    def listed(self) -> set[str]:
        """The names of all that the client finds in its lists."""
        found = set()
        for kind in ("calls", f"records/{ENQUIRY}"):
            answer = self.own("GET", f"/v1/clients/{self.client}/{kind}?limit=500")
            if answer.status_code == 200:
                found |= {item["id"] for item in answer.json["items"]}
        return found

    def content(self, thing: Thing) -> tuple[bool, str | None]:
        """Whether the client reads it, and what it says."""
        answer = self.own("GET", self.path(thing))
        if answer.status_code != 200:
            return False, None
        said = answer.json if thing.is_call else answer.json["data"]
        return True, said.get("note")

    def play(self, call: Thing) -> Any:
        return self.own("GET", recording_path(self.client, call.name))

    def put_enquiry(self, name: str, body: Mapping[str, Any]) -> Any:
        path = f"/v1/clients/{self.client}/records/{ENQUIRY}/{name}"
        return self.api.as_("platform", "PUT", path, json=body)

    def readable(self) -> Mapping[KeyReference, UUID]:
        """The record of each content version that somebody can still open."""
        return self.law.readable(self.holds_in_force())

    def holds_in_force(self) -> list[str]:
        items = self.api.as_("legal", "GET", "/v1/holds?limit=500").json["items"]
        return [hold["id"] for hold in items if hold["state"] != "released"]

    def has_open_erasures(self) -> bool:
        query = {"client": self.client_id, "open_since": {"$exists": True}}
        return self.services.databases.audit["erasures"].find_one(query) is not None

    def certified(self) -> dict[str, int]:
        """How many records of each category the client's certificates count."""
        items = self.own("GET", "/v1/erasures?limit=500").json["items"]
        counts: dict[str, int] = {}
        for one in (count for certificate in items for count in certificate["counts"]):
            counts[one["category"]] = counts.get(one["category"], 0) + one["count"]
        return counts

    def backup(self) -> Backup:
        """All that lies in the bulk database and the keystore."""
        databases = self.services.databases
        stores = [databases.bulk, databases.keystore]
        names = [(store, name) for store in stores for name in store.list_collection_names()]
        return [(store[name], list(store[name].find())) for store, name in names]

    def restore(self, backup: Backup) -> None:
        for collection, documents in backup:
            collection.delete_many({})
            if documents:
                collection.insert_many(documents)
        for worker in self.workers:
            worker.services.epoch.advance()

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

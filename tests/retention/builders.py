"""What the tests of retention look at: answers over HTTP, and what lies in the databases."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from telecom_privacy.bootstrap import Services
from telecom_privacy.retention.certificates import CertificateService
from telecom_privacy.retention.model import Sweep
from tests.builders import Api, MovableClock, recording_path, tone

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2027, 1, 4, 9, tzinfo=UTC)
AUDIO = tone(0.1)


class Killed(BaseException):
    """What a killed process does not survive: no handler of errors may catch it."""


def local(text: str) -> datetime:
    """Read `2027-02-28 23:59` as the time of Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


def new_client(api: Api) -> str:
    """A client that no other test has, and that joins now."""
    return api.create_client(f"client-{uuid4().hex[:8]}")


def sweep(services: Services, clock: MovableClock) -> Sweep:
    """Sweep while time goes on a little, as it does."""
    clock.advance(milliseconds=1)
    found = services.sweeps.run("test", lambda _: clock.advance(milliseconds=1))
    assert found is not None
    return found


def put_recorded_call(api: Api, client: str, call_id: str, **call: Any) -> dict[str, Any]:
    """Hand in a call that has just ended, with a recording; returns the call."""
    body = api.call(**call)
    assert api.put_call(client, call_id, body).status_code == 201
    assert api.put_recording(client, call_id, AUDIO).status_code == 201
    return body


def change(api: Api, client: str, **changes: Any) -> int:
    return api.as_("admin", "PATCH", f"/v1/clients/{client}", json=changes).status_code


def end_contract(api: Api, client: str, ended_on: str) -> Mapping[str, Any]:
    body = {"ended_on": ended_on, "keep_account": False}
    answer = api.as_("admin", "POST", f"/v1/clients/{client}/contract-end", json=body)
    assert answer.status_code == 201
    return answer.json


def recording_status(api: Api, client: str, call_id: str) -> int:
    return api.as_client(client, "GET", recording_path(client, call_id)).status_code


def call_status(api: Api, client: str, call_id: str) -> int:
    return api.as_client(client, "GET", f"/v1/clients/{client}/calls/{call_id}").status_code


def traffic_count(api: Api, client: str) -> int:
    answer = api.as_("billing", "GET", f"/v1/clients/{client}/traffic")
    assert answer.status_code == 200
    return len(answer.json["items"])


def preview(api: Api, client: str, on: str, **query: Any) -> list[tuple[str, str, str, int]]:
    """What falls due until a day: (category, rule, day, count)."""
    query = {"on": on, "client": client, **query}
    answer = api.as_("dpo", "GET", "/v1/retention/preview", query_string=query)
    assert answer.status_code == 200
    assert {item["client"] for item in answer.json["items"]} <= {client}
    return [
        (item["category"], item["rule"], item["day"], item["count"])
        for item in answer.json["items"]
    ]


def client_id(services: Services, client: str) -> UUID:
    return next(found.id for found in services.clients.all() if found.external_id == client)


def certificates_of(api: Api, client: str) -> list[dict[str, Any]]:
    answer = api.as_client(client, "GET", "/v1/erasures")
    assert answer.status_code == 200
    return answer.json["items"]


def counts(certificate: Mapping[str, Any]) -> dict[str, int]:
    return {one["category"]: one["count"] for one in certificate["counts"]}


def stored_documents(services: Services, collection: str, owner: UUID) -> list[dict[str, Any]]:
    databases = services.databases
    database = databases.audit if collection == "licences" else databases.bulk
    return list(database[collection].find({"client": owner}))


def key_slots(services: Services) -> set[tuple[UUID, str]]:
    """Every record key of the keystore, by page and slot."""
    pages = services.databases.keystore["record_keys"].find()
    return {(page["_id"], slot) for page in pages for slot in page["keys"]}


def slots_of(document: Mapping[str, Any]) -> set[tuple[UUID, str]]:
    """The keys that a stored call names: its own and those of its recordings."""
    named = [document["key"], *(entry["key"] for entry in document.get("recordings", ()))]
    return {(key["page"], key["slot"]) for key in named}


def certificate_service(services: Services) -> CertificateService:
    return next(one for one in services.all if isinstance(one, CertificateService))

"""What must be refused is refused, each time: to the wrong role or client, objected, due, held."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from telecom_privacy.bench.calls import InventedCall, invent
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.http import InProcess, Transport, send_json
from telecom_privacy.bench.tenant import Tenant, new_tenant
from telecom_privacy.bootstrap import Services
from telecom_privacy.http.access import ApiRole

_OF_EACH = 10
_LICENCE = "licence-0"
_AUDIO = {"Content-Type": "audio/wav"}
_LEFT = timedelta(seconds=3)
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that is refused for a `reason`, and with what status."""

    reason: str
    status: int
    method: str
    path: str
    key: str | None
    value: Mapping[str, Any] | None = field(default=None, repr=False)
    is_audio: bool = False


def count_refusals(services: Services, seed: int, count: int) -> Mapping[str, int]:
    """Ask `count` times for each reason; returns how often each was refused.

    Raises `WrongAnswer` for the first that was not, or otherwise.
    """
    transport = InProcess(services)
    counted: dict[str, int] = {}
    for asked in _all(services, transport, seed):
        for one in islice(cycle(asked), count):
            require_refused(transport, one)
            counted[one.reason] = counted.get(one.reason, 0) + 1
    return counted


def require_refused(transport: Transport, asked: Asked) -> None:
    """Raise `WrongAnswer` unless a request is refused as it should be."""
    if asked.is_audio:
        status = transport.send(asked.method, asked.path, asked.key, b"RIFF", _AUDIO).status
    elif asked.value is not None:
        status = send_json(transport, asked.method, asked.path, asked.key, asked.value).status
    else:
        status = transport.send(asked.method, asked.path, asked.key).status
    if status != asked.status:
        raise WrongAnswer(f"{asked.reason}: answered {status} instead of {asked.status}")


def _all(services: Services, transport: Transport, seed: int) -> Iterator[Sequence[Asked]]:
    """The requests of each reason, with what they need."""
    chance = Random(seed)  # noqa: S311 - invented data, not a secret
    asked = new_tenant(services, [_LICENCE], "asked", terms={"call": "P120D"})
    stranger = new_tenant(services, [_LICENCE], "stranger")
    calls = _calls("asked", timedelta(days=1), chance)
    asked.load(calls)
    yield [one for call in calls for one in _by_wrong_role(asked, call)]
    yield [one for call in calls for one in _by_other_client(asked, stranger, call)]
    objected = [_objected(call) for call in _calls("objected", timedelta(days=1), chance)]
    asked.load(objected)
    yield [_recording(asked, call, "objected", 403) for call in objected]
    yield _due(services, chance)
    yield _held(services, transport)


def _by_wrong_role(tenant: Tenant, call: InventedCall) -> Iterator[Asked]:
    reason, path = "wrong role", f"{tenant.path}/calls/{call.id}"
    keys = tenant.keys
    readers = (ApiRole.CLIENT, ApiRole.SUPPORT)
    for role in sorted(set(ApiRole) - set(readers)):
        yield Asked(reason, 403, "GET", path, keys[role])
        yield Asked(reason, 403, "GET", f"{path}/recording", keys[role])
        yield Asked(reason, 403, "PATCH", path, keys[role], {"note": "changed"})
    yield Asked(reason, 403, "GET", path, keys[ApiRole.SUPPORT])  # states no purpose
    yield Asked(reason, 403, "PUT", path, keys[ApiRole.CLIENT], call.body())
    yield Asked(reason, 403, "GET", "/v1/audit/entries?from=0&count=1", keys[ApiRole.CLIENT])
    yield Asked(reason, 403, "GET", "/v1/holds", keys[ApiRole.CLIENT])
    yield Asked(reason, 401, "GET", path, None)
    yield Asked(reason, 401, "GET", path, "tpk_unknown")


def _by_other_client(tenant: Tenant, stranger: Tenant, call: InventedCall) -> Iterator[Asked]:
    reason, path = "other client", f"{tenant.path}/calls/{call.id}"
    key = stranger.keys[ApiRole.CLIENT]
    yield Asked(reason, 404, "GET", path, key)
    yield Asked(reason, 404, "GET", f"{path}/recording", key)
    yield Asked(reason, 404, "GET", f"{path}/history", key)
    yield Asked(reason, 404, "PATCH", path, key, {"note": "changed"})
    yield Asked(reason, 404, "DELETE", path, key)
    yield Asked(reason, 404, "GET", f"{tenant.path}/calls?number=%2B{call.number[1:]}", key)
    person = {"number": call.number}
    yield Asked(reason, 404, "POST", f"{tenant.path}/persons/erasure", key, person)
    # Under its own path it has no such call.
    yield Asked(reason, 404, "GET", f"{stranger.path}/calls/{call.id}", key)


def _due(services: Services, chance: Random) -> list[Asked]:
    """Calls whose term ends while they are stored, and recordings that come too late."""
    tenant = new_tenant(services, [_LICENCE], "due", terms={"call": "P120D"})
    late = _calls("late", timedelta(days=100), chance)
    tenant.load(late)
    term_left = timedelta(days=120) - _LEFT
    due = _calls("due", term_left, chance)
    tenant.load(due)
    _wait_until(max(call.ended_at for call in due) + timedelta(days=120))
    return [
        *(_recording(tenant, call, "due", 410) for call in late),
        *(one for call in due for one in _of_due_call(tenant, call)),
    ]


def _of_due_call(tenant: Tenant, call: InventedCall) -> Iterator[Asked]:
    path, key = f"{tenant.path}/calls/{call.id}", tenant.keys[ApiRole.CLIENT]
    yield Asked("due", 410, "GET", path, key)
    yield Asked("due", 410, "GET", f"{path}/receipt", key)
    yield Asked("due", 410, "PATCH", path, key, {"note": "changed"})
    yield Asked("due", 410, "PUT", path, tenant.keys[ApiRole.PLATFORM], call.body())
    yield _recording(tenant, call, "due", 410)


def _held(services: Services, transport: Transport) -> list[Asked]:
    """What the operator keeps of a client that is under a hold is not erased by its staff."""
    tenant = new_tenant(services, [_LICENCE], "held")
    paths = [f"{tenant.path}/records/crm/lead-{number}" for number in range(_OF_EACH)]
    occurred_at = datetime.now(UTC).isoformat()
    for path in paths:
        body = {"occurred_at": occurred_at, "data": {"note": "called"}}
        _require_made(send_json(transport, "PUT", path, tenant.keys[ApiRole.DPO], body).status)
    hold = {"case": "2026/117", "reason": "A dispute is likely.", "review_on": "2099-01-01"}
    hold_body = {**hold, "secret": True, "client_id": tenant.client}
    legal = tenant.keys[ApiRole.LEGAL]
    _require_made(send_json(transport, "POST", "/v1/holds", legal, hold_body).status)
    return [Asked("held", 423, "DELETE", path, tenant.keys[ApiRole.DPO]) for path in paths]


def _recording(tenant: Tenant, call: InventedCall, reason: str, status: int) -> Asked:
    path, key = f"{tenant.path}/calls/{call.id}/recording", tenant.keys[ApiRole.PLATFORM]
    return Asked(reason, status, "PUT", path, key, is_audio=True)


def _calls(name: str, ended_ago: timedelta, chance: Random) -> list[InventedCall]:
    """Calls of one licence that ended so long ago, a moment more or less."""
    now = datetime.now(UTC).replace(microsecond=0)
    made = (
        invent(f"{name}-{place}", place, 1, now - ended_ago, chance) for place in range(_OF_EACH)
    )
    return [
        replace(call, started_at=call.started_at - timedelta(seconds=call.seconds)) for call in made
    ]


def _objected(call: InventedCall) -> InventedCall:
    return replace(call, consent="objected")


def _wait_until(moment: datetime) -> None:
    while datetime.now(UTC) <= moment:
        time.sleep(_POLL_SECONDS)


def _require_made(status: int) -> None:
    if status != 201:
        raise WrongAnswer(f"what is to be refused could not be prepared: {status}")

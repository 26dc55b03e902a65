"""What GDPRbench has no operations for: orders of authorities, holds, exports, renewed keys."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

from telecom_privacy.bench.calls import number_of
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.http import InProcess, Transport, send_json
from telecom_privacy.bench.model import Measurement, Plan
from telecom_privacy.bench.tenant import Tenant
from telecom_privacy.demo.caller import Answer
from telecom_privacy.http.access import ApiRole

_TABLE = "Extension mix, in this process over the application's routes"
_POLL_SECONDS = 0.05
_DEADLINE_SECONDS = 120.0


def measure_extension(plan: Plan, tenant: Tenant) -> list[Measurement]:
    """Milliseconds of each, without an opponent. Raises `WrongAnswer`."""
    transport = InProcess(tenant.services)
    acts: dict[str, Callable[[], None]] = {
        "record an order of an authority": partial(_order, transport, tenant),
        "place a hold, and release it by two people": partial(_hold, transport, tenant),
        "export a client's history, made, signed and read": partial(
            export_history, transport, tenant
        ),
        "renew all keys above the records": partial(_rotate, tenant),
    }
    found: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(plan.rounds):
        for name, act in acts.items():
            start = time.perf_counter()
            act()
            found[name].append(1000 * (time.perf_counter() - start))
    return [Measurement(_TABLE, name, "ms", tuple(took)) for name, took in found.items()]


def _order(transport: Transport, tenant: Tenant) -> None:
    now = datetime.now(UTC)
    body = {
        "reference": f"PV {uuid4()}",  # the same one again would be the same case
        "authority": {"kind": "judicial_police", "name": "Brigade"},
        "person": {"name": "Capitaine Exemple", "rank": "opj", "service": "BR Exemple"},
        "basis": "cpp-60-1",
        "offence": "escroquerie",
        "maximum_penalty_months": 60,
        "case_60_1_2": 1,
        "numbers": [number_of(1)],
        "period": {
            "from": (now - timedelta(days=60)).isoformat(),
            "until": (now - timedelta(days=1)).isoformat(),
        },
        "categories": ["traffic"],
        "received_at": now.isoformat(),
        "channel": "email",
        "client_not_informed_because": "secrecy of the inquiry (CPP article 11)",
    }
    key = tenant.keys[ApiRole.LEGAL]
    _expected(send_json(transport, "POST", "/v1/requisitions", key, body), 201)


def _hold(transport: Transport, tenant: Tenant) -> None:
    hold = {"case": "2026/117", "reason": "A dispute is likely.", "review_on": "2099-01-01"}
    body = {**hold, "secret": True, "client_id": tenant.client, "number": number_of(1)}
    legal, dpo = tenant.keys[ApiRole.LEGAL], tenant.keys[ApiRole.DPO]
    placed = _expected(send_json(transport, "POST", "/v1/holds", legal, body), 201).json()
    path = f"/v1/holds/{placed['id']}/release"
    _expected(transport.send("POST", path, legal), 202)
    _expected(transport.send("POST", path, dpo), 200)


def export_history(transport: Transport, tenant: Tenant) -> None:
    """Have a package of a client's history made, and take it. Raises `WrongAnswer`."""
    key, path = tenant.keys[ApiRole.CLIENT], f"{tenant.path}/exports"
    made = _expected(send_json(transport, "POST", path, key, {"kind": "history"}), 201).json()
    path = f"{path}/{made['id']}"
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while _expected(transport.send("GET", path, key), 200).json()["state"] != "ready":
        if time.monotonic() > deadline:
            raise WrongAnswer("an export is not ready in time")
        time.sleep(_POLL_SECONDS)
    _expected(transport.send("GET", f"{path}/package", key), 200)


def _rotate(tenant: Tenant) -> None:
    if tenant.services.finality.rotate("bench") is None:
        raise WrongAnswer("keys are being renewed already")


def _expected(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise WrongAnswer(f"extension mix: answered {answer.status} instead of {status}")
    return answer

"""A client's history taken away: how soon it begins, how fast it goes."""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile

from telecom_privacy.app import create_app
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.model import Great, Measurement, Plan
from telecom_privacy.bench.tenant import Tenant
from telecom_privacy.http.access import ApiRole

_TABLE = "A client's history exported, over the application's routes in this process"
_RATE, _FIRST = Great(5_000), Great(100, at_most=True)
_POLL_SECONDS, _DEADLINE_SECONDS = 0.02, 120.0


class Exports:
    """Asks for packages as a client's portal does."""

    def __init__(self, tenant: Tenant) -> None:
        self._client = create_app(tenant.services).test_client()
        self._headers = {"Authorization": f"Bearer {tenant.keys[ApiRole.CLIENT]}"}
        self._path = f"{tenant.path}/exports"

    def made(self) -> str:
        """Have a package made and wait until it is; returns its path."""
        posted = self._client.post(self._path, headers=self._headers, json={"kind": "history"})
        path = f"{self._path}/{_expected(posted, 201).json['id']}"
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while (
            _expected(self._client.get(path, headers=self._headers), 200).json["state"] != "ready"
        ):
            if time.monotonic() > deadline:
                raise WrongAnswer("an export is not ready in time")
            time.sleep(_POLL_SECONDS)
        return path

    def sent(self, path: str) -> Iterator[bytes]:
        """Yield the bytes of a package as they are sent."""
        answer = self._client.get(f"{path}/package", headers=self._headers, buffered=False)
        _expected(answer, 200)
        yield from answer.iter_encoded()


def _expected(answer: Any, status: int) -> Any:
    if answer.status_code != status:
        raise WrongAnswer(f"an export: answered {answer.status_code} instead of {status}")
    return answer


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds that one export took: to be made; from then on to its first byte, and its last."""

    made: float
    first: float
    last: float


def measure_exports(plan: Plan, tenant: Tenant, calls: int) -> list[Measurement]:
    """Of a client that has `calls`. Raises `WrongAnswer` for a package without all of them."""
    exports = Exports(tenant)
    taken = [_taken(exports, calls) for _ in range(plan.rounds)]
    whole = tuple(calls / (one.made + one.last) for one in taken)
    note = "kept ready, sealed: asked for again, or from its middle, it is the same"
    return [
        Measurement(_TABLE, "made, signed and sent", "calls/s", whole, great=_RATE),
        Measurement(_TABLE, "sent", "calls/s", tuple(calls / one.last for one in taken), note=note),
        Measurement(
            _TABLE,
            "to the first byte of a package that is ready",
            "ms",
            tuple(1000 * one.first for one in taken),
            great=_FIRST,
        ),
    ]


def _taken(exports: Exports, calls: int) -> Taken:
    start = time.perf_counter()
    path = exports.made()
    made = time.perf_counter()
    pieces = exports.sent(path)
    package = [next(pieces)]
    first = time.perf_counter()
    package += pieces
    last = time.perf_counter()
    if calls_in(b"".join(package)) != calls:
        raise WrongAnswer("an export does not hold all calls")
    return Taken(made - start, first - made, last - made)


def calls_in(package: bytes) -> int:
    """How many calls a package holds. Raises `WrongAnswer` if it has no list of them."""
    with ZipFile(io.BytesIO(package)) as opened:
        for name in opened.namelist():
            if name.endswith("/data/calls.jsonl"):
                return opened.read(name).count(b"\n")
    raise WrongAnswer("an export has no list of calls")

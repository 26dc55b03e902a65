"""Batches of calls, beside the inserts that the database needs for them at least."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from telecom_privacy.bench.calls import InventedCall, invent
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.figures import ratios
from telecom_privacy.bench.http import InProcess
from telecom_privacy.bench.model import Great, Measurement, Plan
from telecom_privacy.bench.opponents.databases import own_database
from telecom_privacy.bench.opponents.inserts import PlainInserts
from telecom_privacy.bench.opponents.server import stored_bytes
from telecom_privacy.bench.rounds import Timed, interleaved, timed
from telecom_privacy.bench.tenant import Tenant
from telecom_privacy.http.access import ApiRole

LICENCES = 4
_SUBJECTS = 500
_BATCH, _SMALL_BATCH = 1_000, 40
_TABLE = "Calls handed in, 1,000 in a batch, beside inserting both of their documents"
_KEPT, _SPACE = Great(0.6), Great(3.5, at_most=True)


class Batches:
    """Hands in calls as a platform does: NDJSON over the route, in this process.

    So many were `made` until now.
    """

    def __init__(self, tenant: Tenant, seed: int) -> None:
        self._tenant = tenant
        self._transport = InProcess(tenant.services)
        self._chance = Random(seed)  # noqa: S311 - invented data, not a secret
        self._start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=20)
        self.made = 0

    def prepared(self, count: int) -> bytes:
        """The body of a batch of calls that were never handed in."""
        calls = [self._call(self.made + number) for number in range(count)]
        self.made += count
        return b"\n".join(json.dumps({"call_id": one.id, **one.body()}).encode() for one in calls)

    def hand_in(self, body: bytes) -> None:
        """Raises `WrongAnswer` unless all of them are new and taken."""
        key = self._tenant.keys[ApiRole.PLATFORM]
        headers = {"Content-Type": "application/x-ndjson"}
        path = f"{self._tenant.path}/calls"
        answer = self._transport.send("POST", path, key, body, headers)
        wanted = body.count(b"\n") + 1
        if answer.status != 200 or answer.json()["accepted"] != wanted:
            raise WrongAnswer("side C did not take a batch of calls")

    def _call(self, number: int) -> InventedCall:
        started_at = self._start + timedelta(seconds=number)
        subject = number % _SUBJECTS
        return invent(f"batch-{number}", subject, LICENCES, started_at, self._chance)


def measure_batches(plan: Plan, tenant: Tenant, batches: Batches) -> list[Measurement]:
    """Raises `WrongAnswer`."""
    count = _SMALL_BATCH if plan.quick else _BATCH
    space = _space(tenant, batches, count)  # and so both sides begin warm
    databases = tenant.services.databases
    with own_database(plan) as database:
        plain = PlainInserts(databases.bulk, database, count)
        turns = interleaved(
            plan.rounds,
            {
                "plain": lambda _: timed(plain.prepared()),
                "ours": lambda _: timed(partial(batches.hand_in, batches.prepared(count))),
            },
        )
    walls = {side: [turn.wall for turn in taken] for side, taken in turns.items()}
    kept = Measurement(
        _TABLE,
        "ours / plain",
        "",
        ratios(walls["plain"], walls["ours"]),
        great=_KEPT,
        note="ours parses, checks, keys, seals, logs, signs and answers with receipts",
    )
    return [kept, *(_rate(side, count, taken) for side, taken in turns.items()), *space]


def _rate(side: str, count: int, turns: tuple[Timed, ...]) -> Measurement:
    walls = tuple(count / turn.wall for turn in turns)
    return Measurement(_TABLE, side, "/s", walls, tuple(count / turn.processor for turn in turns))


def _space(tenant: Tenant, batches: Batches, count: int) -> list[Measurement]:
    """What the calls of a batch take up, per byte of their JSON; the log of them apart."""
    databases, body = tenant.services.databases, batches.prepared(count)
    kept = (databases.bulk, databases.keystore)
    before, logged = sum(map(stored_bytes, kept)), stored_bytes(databases.audit)
    batches.hand_in(body)
    added = sum(map(stored_bytes, kept)) - before
    log = stored_bytes(databases.audit) - logged
    return [
        Measurement(
            "Space",
            "calls: both copies, indexes and keys / their JSON",
            "",
            (added / len(body),),
            great=_SPACE,
            note=f"{len(body) // count} bytes of JSON a call; signed receipt included",
        ),
        Measurement(
            "Space", "calls: their entries of the audit log / their JSON", "", (log / len(body),)
        ),
    ]

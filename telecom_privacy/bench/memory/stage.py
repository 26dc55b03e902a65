"""What the workers find: a client with much to export, and one of whom much is due."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from random import Random

from telecom_privacy.bench.audio import InventedAudio
from telecom_privacy.bench.bulk import bulk_loader
from telecom_privacy.bench.calls import InventedCall, invent
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.micro.recordings import MEGABYTE, Recordings
from telecom_privacy.bench.tenant import Tenant
from telecom_privacy.clock import to_milliseconds
from telecom_privacy.storage.mongo import translating_errors

_DUE_AFTER_DAYS = 400
"""The operator's own copies serve for a year at most (`web2contact`, billing)."""

_MONTH, _TICK = timedelta(days=28), timedelta(milliseconds=1)
_AT_ONCE = 5_000
_SUBJECTS = 1_000


def refer_often(tenant: Tenant, megabytes: int, times: int) -> None:
    """Store one recording, and so many calls of the same month that all refer to it.

    In an export it is read, opened and sent as often, without as much being stored. The names of
    its files are alike, which no real package has.
    """
    Recordings(tenant, seed=0).stored(InventedAudio(megabytes * MEGABYTE))
    calls = tenant.services.databases.bulk["calls"]
    with translating_errors():
        source = calls.find_one({"recorded_until": {"$gte": datetime(2000, 1, 1, tzinfo=UTC)}})
    if source is None:
        raise WrongAnswer("the call of a recording does not list it")
    tenant.load(islice(_calls("referring", source["started_at"]), times - 1))
    listed = {name: source[name] for name in ("recordings", "recorded_until")}
    with translating_errors():
        calls.update_many({"client": source["client"], "month": source["month"]}, {"$set": listed})


def load_due(tenant: Tenant, records: int, seconds: float) -> int:
    """Store the operator's copies of calls that are due, as far as there is time; returns how many.

    They are sealed as an ingest does, each under a key of its own, and lie evenly in a month.
    """
    until = time.monotonic() + seconds
    started_at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=_DUE_AFTER_DAYS)
    sample = next(_calls("sample", datetime.now(UTC) - timedelta(hours=1)))
    calls, loaded = _calls("due", started_at, _MONTH / records), 0
    with bulk_loader(tenant, sample) as loader:
        while loaded < records and time.monotonic() < until:
            some = list(islice(calls, min(_AT_ONCE, records - loaded)))
            loader.load_traffic(some)
            loaded += len(some)
    return loaded


def _calls(name: str, started_at: datetime, step: timedelta = _TICK) -> Iterator[InventedCall]:
    """Calls without end, one each step of time."""
    chance = Random(name)  # noqa: S311 - invented data, not a secret
    for number in count():
        at = to_milliseconds(started_at + number * step)
        yield invent(f"{name}-{number}", number % _SUBJECTS, 1, at, chance)

"""Sweeps and their lock, and what was seen of clocks (bulk database)."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from telecom_privacy.retention.model import LEASE, Observation, Sweep, SweepState
from telecom_privacy.storage.lease import Lease
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.newest_call import NewestCall

_DOUBT = "clock-doubt"
_REMEMBERED = timedelta(days=365)


class SweepRepository:
    def __init__(self, bulk: MongoDatabase) -> None:
        self._sweeps = bulk["sweeps"]
        self._lease = Lease(bulk, "sweep", LEASE)

    def lock(self, sweep: Sweep) -> bool:
        """Take the lock, or extend one's own. False while another sweep works."""
        return self._lease.take(str(sweep.id), sweep.seen_at)

    def unlock(self, sweep: Sweep) -> None:
        self._lease.release(str(sweep.id))

    def locked_by(self) -> UUID | None:
        owner = self._lease.owner()
        return UUID(owner) if owner else None

    def save(self, sweep: Sweep) -> None:
        with translating_errors():
            self._sweeps.replace_one({"_id": sweep.id}, _document(sweep), upsert=True)

    def fetch(self, sweep_id: UUID) -> Sweep | None:
        with translating_errors():
            found = self._sweeps.find_one({"_id": sweep_id})
        return _sweep(found) if found else None


class ClockRepository:
    """Collection `clock`: what was seen of each machine's clock. `state`: what is doubted."""

    def __init__(self, bulk: MongoDatabase) -> None:
        self._clock = bulk["clock"]
        self._state = bulk["state"]
        self._database = bulk

    def fetch(self, boot: str) -> Observation | None:
        with translating_errors():
            found = self._clock.find_one({"_id": boot})
        return _observation(found) if found else None

    def fetch_last_seen(self) -> datetime | None:
        """When any machine's clock was last seen to be right."""
        with translating_errors():
            seen = [one["seen_at"] for one in self._clock.find({}, {"seen_at": 1})]
        return max(seen, default=None)

    def save(self, observation: Observation) -> None:
        """Remember the clock of a start; those that were not seen for long are forgotten."""
        document = {
            "_id": observation.boot,
            "wall": observation.wall,
            "elapsed": observation.elapsed,
            "offset": observation.offset.total_seconds(),
            "seen_at": observation.seen_at,
        }
        outdated = {"seen_at": {"$lt": observation.seen_at - _REMEMBERED}}
        with translating_errors():
            self._clock.replace_one({"_id": observation.boot}, document, upsert=True)
            self._clock.delete_many(outdated)

    def save_doubt(self, doubt: str | None, now: datetime) -> None:
        """Tell all processes why nothing is erased by term; None: it is."""
        with translating_errors():
            if doubt:
                value = {"_id": _DOUBT, "reason": doubt, "since": now}
                self._state.replace_one({"_id": _DOUBT}, value, upsert=True)
            else:
                self._state.delete_one({"_id": _DOUBT})

    def fetch_doubt(self) -> str | None:
        with translating_errors():
            found = self._state.find_one({"_id": _DOUBT})
        return found["reason"] if found else None

    def fetch_newest_call(self) -> datetime | None:
        """The latest end of all calls that were handed in (`storage.newest_call`)."""
        return NewestCall(self._database).read()

    def fetch_server_time(self) -> datetime:
        """What time it is on the database's own clock."""
        with translating_errors():
            told: datetime = self._database.command("hello")["localTime"]
        return told.replace(tzinfo=UTC)  # commands answer without it


def _observation(found: Document) -> Observation:
    return Observation(
        boot=found["_id"],
        wall=found["wall"],
        elapsed=found["elapsed"],
        offset=timedelta(seconds=found["offset"]),
        seen_at=found["seen_at"],
    )


def _document(sweep: Sweep) -> Document:
    return {
        "_id": sweep.id,
        "state": sweep.state,
        "started_at": sweep.started_at,
        "seen_at": sweep.seen_at,
        "finished_at": sweep.finished_at,
        "clients": sweep.clients,
        "clients_done": sweep.clients_done,
        "failed_clients": sweep.failed_clients,
        "erased": dict(sweep.erased),
        "certificates": sweep.certificates,
    }


def _sweep(found: Document) -> Sweep:
    return Sweep(
        id=found["_id"],
        started_at=found["started_at"],
        seen_at=found["seen_at"],
        state=SweepState(found["state"]),
        finished_at=found["finished_at"],
        clients=found["clients"],
        clients_done=found["clients_done"],
        failed_clients=found["failed_clients"],
        erased=Counter(found["erased"]),
        certificates=found["certificates"],
    )

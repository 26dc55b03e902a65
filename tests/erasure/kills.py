"""Ends a piece of work between two of its steps, and shows what is stored afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.content.intake import ContentIntake
from tests.builders import MovableClock

KeyPlace = tuple[UUID, str]


class Killed(BaseException):
    """No handler of errors sees it, as none runs in a process that is killed."""


@contextmanager
def killed_at(owner: type, method: str, call: int = 1) -> Iterator[None]:
    """Whoever calls `owner.method` for the `call`-th time dies there, before it does anything."""
    with pytest.MonkeyPatch.context() as patch:
        original, calls = getattr(owner, method), 0

        def dying(*arguments: Any, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == call:
                raise Killed
            return original(*arguments, **named)

        patch.setattr(owner, method, dying)
        patch.setattr(ContentIntake, "_discard", lambda *_: None)  # the dead clean nothing up
        with pytest.raises(Killed):
            yield


def stored(services: Services) -> dict[str, list[Any]]:
    """All that is stored of records, their keys and their erasures."""
    databases = services.databases
    names = ("calls", "traffic", "segments", "withheld", "replaced")
    found = {name: list(databases.bulk[name].find()) for name in names}
    found |= {name: list(databases.audit[name].find()) for name in ("clients", "licences")}
    found["record_keys"] = list(databases.keystore["record_keys"].find())
    found["erasures"] = list(databases.audit["erasures"].find())
    return found


@dataclass(frozen=True)
class Counts:
    """How many calls and how many of the operator's copies are stored."""

    calls: int
    traffic: int

    def plus(self, calls: int, traffic: int) -> "Counts":
        return Counts(self.calls + calls, self.traffic + traffic)


def counts(services: Services) -> Counts:
    found = stored(services)
    calls = [call for call in found["calls"] if "gone_at" not in call]
    return Counts(len(calls), len(found["traffic"]))


def assert_younger_are_left(services: Services, clock: MovableClock, **age: float) -> None:
    before = stored(services)
    clock.advance(**age)
    services.recovery.run()
    assert stored(services) == before


def recover(services: Services, clock: MovableClock, **later: float) -> None:
    """Recover, and see that recovering once more finds nothing to do."""
    clock.advance(**later)
    services.recovery.run()
    before = stored(services)
    assert services.recovery.run() == 0
    assert stored(services) == before


def assert_tidy(services: Services) -> None:
    assert pending(services) == 0
    assert stored(services)["replaced"] == []
    assert not loose_keys(services)
    assert not keyless_records(services)
    assert not any("open_since" in erasure for erasure in stored(services)["erasures"])


def pending(services: Services) -> int:
    return sum("pending_since" in page for page in stored(services)["record_keys"])


def loose_keys(services: Services) -> set[KeyPlace]:
    """The keys that no record is sealed under."""
    pages = services.databases.keystore["record_keys"].find()
    return {(page["_id"], slot) for page in pages for slot in page["keys"]} - _used(services)


def keyless_records(services: Services) -> set[KeyPlace]:
    """The keys that records are sealed under and that do not exist."""
    pages = services.databases.keystore["record_keys"].find()
    return _used(services) - {(page["_id"], slot) for page in pages for slot in page["keys"]}


def _used(services: Services) -> set[KeyPlace]:
    bulk, audit = services.databases.bulk, services.databases.audit
    stored = [bulk[name] for name in ("calls", "traffic", "withheld")]
    stored += [audit[name] for name in ("clients", "licences", "api_keys", "professions")]
    documents = [found for collection in stored for found in collection.find()]
    documents += [one for found in documents for one in found.get("recordings", ())]
    return {(found["key"]["page"], found["key"]["slot"]) for found in documents if "key" in found}

"""A consent that was revoked elsewhere is revoked here, with all that follows (CON-3, RET-24)."""

from datetime import timedelta
from pathlib import Path

import pytest

from telecom_privacy.records.consent import Consents
from tests.erasure.kills import killed_at
from tests.records.builders import RecordApi
from tests.reversibility.intake.conftest import Operator

CONSENT, CONTACT = "consent", "synchronised_contact"
SYNC = {"purpose": "contact_sync", "proof": "ticked in the app, version 3"}
POLICY = "bureau24"


@pytest.fixture
def given(old: Operator, name: str) -> Path:
    """A package whose client gave a consent, on which a contact rests."""
    old.api.create_client(name, policy=POLICY)
    old.api.stored(name, CONSENT, "sync", SYNC, ago=timedelta(hours=3))
    old.api.stored(name, CONTACT, "theirs", {})
    return old.package(name)


@pytest.fixture
def revoked(old: Operator, name: str, given: Path) -> Path:
    """A package of the same client, which revoked it since."""
    at = (old.clock.now() - timedelta(hours=1)).isoformat()
    assert old.api.event(name, CONSENT, "sync", "revoked", at=at).status_code == 200
    return old.package(name)


def holds(api: RecordApi, name: str) -> list[str]:
    return sorted(api.listed(name, CONTACT))


def store_here(new: Operator, name: str) -> None:
    """The client is known here already, and hands in contacts."""
    new.api.create_client(name, policy=POLICY)
    new.api.stored(name, CONTACT, "ours", {}, ago=timedelta(hours=2))


def test_what_rests_on_it_here_goes_and_nothing_more_comes_in(
    new: Operator, name: str, revoked: Path
) -> None:
    store_here(new, name)
    _, refused = new.take(revoked, name)
    assert refused == []
    assert new.api.get(name, CONTACT, "ours").status_code == 410
    assert new.api.put(name, CONTACT, "later", {}).status_code == 403
    assert new.api.delete(name, CONSENT, "sync").status_code == 204
    assert new.api.put(name, CONTACT, "later", {}).status_code == 403


def test_a_later_consent_here_outweighs_a_revocation_elsewhere(
    new: Operator, name: str, revoked: Path
) -> None:
    store_here(new, name)
    new.api.stored(name, CONSENT, "given here", SYNC)
    new.take(revoked, name)
    assert holds(new.api, name) == ["ours"]


def test_a_kill_only_delays_it(new: Operator, name: str, revoked: Path) -> None:
    store_here(new, name)
    with killed_at(Consents, "finish"):
        new.take(revoked, name)
    now = new.clock.now()
    new.clock.advance(minutes=2)
    new.services.recovery.run()
    new.clock.set(now)
    assert holds(new.api, name) == []


def test_a_revocation_since_the_first_package_takes_effect_with_the_second_and_once(
    new: Operator, name: str, given: Path, revoked: Path
) -> None:
    new.take(given, name)
    assert holds(new.api, name) == ["theirs"]
    for _ in range(2):
        new.take(revoked, name)
    assert holds(new.api, name) == []
    shown = new.api.get(name, CONSENT, "sync").json
    assert [entry["event"] for entry in shown["history"]] == ["revoked"]

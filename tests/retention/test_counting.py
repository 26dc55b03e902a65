"""Running totals: each erasure is counted once, and none is read again for the next one."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.certified_repository import CertifiedRepository
from telecom_privacy.erasure.model import ErasedItem, Erasure
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.retention.certificate_repository import CertificateRepository, TotalsRepository
from telecom_privacy.retention.totals import CertifiedDay, Totals
from telecom_privacy.scope import Role
from tests.builders import Api, MovableClock
from tests.retention.builders import (
    Killed,
    certificates_of,
    counts,
    local,
    put_recorded_call,
    sweep,
)

DAY = datetime(2027, 7, 1, 9, tzinfo=UTC)
ABOUT = CertifiedDay(uuid4(), date(2027, 7, 1), Role.PROCESSOR)


def killed(*_: object) -> None:
    raise Killed


def delete(api: Api, client: str, call_id: str) -> None:
    put_recorded_call(api, client, call_id)
    path = f"/v1/clients/{client}/calls/{call_id}"
    assert api.as_client(client, "DELETE", path).status_code == 204


@pytest.fixture
def morning(clock: MovableClock) -> MovableClock:
    clock.set(local("2027-07-01 09:00"))
    return clock


def test_a_revision_reads_nothing_that_was_counted_before(
    api: Api, services: Services, morning: MovableClock, client: str
) -> None:
    delete(api, client, "call-1")
    sweep(services, morning)
    services.databases.audit["erasures"].update_many({}, {"$set": {"items": [], "salt": b""}})
    delete(api, client, "call-2")
    sweep(services, morning)

    (certificate,) = certificates_of(api, client)
    assert (certificate["revision"], counts(certificate)) == (2, {"call": 2, "recording": 2})


@pytest.mark.parametrize(
    ("owner", "method"),
    [
        pytest.param(TotalsRepository, "save", id="before it was counted"),
        pytest.param(CertifiedRepository, "mark_counted", id="before the ledger shows it"),
        pytest.param(TotalsRepository, "mark_shown", id="after the ledger shows it"),
        pytest.param(CertificateRepository, "save", id="before it was issued"),
        pytest.param(TotalsRepository, "mark_issued", id="after it was issued"),
    ],
)
def test_what_a_killed_process_was_counting_counts_once(
    api: Api,
    services: Services,
    morning: MovableClock,
    client: str,
    owner: type,
    method: str,
) -> None:
    delete(api, client, "call-1")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(owner, method, killed)
        sweep(services, morning)
    morning.advance(minutes=2)
    delete(api, client, "call-2")
    sweep(services, morning)

    (certificate,) = certificates_of(api, client)
    assert counts(certificate) == {"call": 2, "recording": 2}
    assert sweep(services, morning).certificates == []


def test_of_two_that_count_at_once_each_erasure_counts_once(
    api: Api,
    services: Services,
    morning: MovableClock,
    client: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delete(api, client, "call-1")
    save, issue = TotalsRepository.save, services.sweeps._certificates.issue_missing

    def overtaken(*arguments: Any) -> bool:
        monkeypatch.setattr(TotalsRepository, "save", save)
        delete(api, client, "call-2")
        issue("faster", lambda: None)
        return save(*arguments)

    monkeypatch.setattr(TotalsRepository, "save", overtaken)
    sweep(services, morning)

    (certificate,) = certificates_of(api, client)
    assert counts(certificate) == {"call": 2, "recording": 2}


def test_what_becomes_final_while_it_is_counted_is_certified_as_final(
    api: Api,
    services: Services,
    morning: MovableClock,
    client: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delete(api, client, "call-1")
    mark, erasures = CertifiedRepository.mark_counted, services.databases.audit["erasures"]
    final_at = local("2027-07-01 12:00")

    def overtaken(*arguments: Any) -> None:
        monkeypatch.setattr(CertifiedRepository, "mark_counted", mark)
        change = {"$set": {"final_at": final_at, "uncertified_since": morning.now()}}
        erasures.update_many({}, change)
        mark(*arguments)

    monkeypatch.setattr(CertifiedRepository, "mark_counted", overtaken)
    for _ in range(2):
        sweep(services, morning)

    (certificate,) = certificates_of(api, client)
    assert (certificate["final"], counts(certificate)) == (True, {"call": 1, "recording": 1})
    assert datetime.fromisoformat(certificate["final_since"]) == final_at


erasures = st.builds(
    lambda rule, category, sizes, later, is_final: Erasure(
        id=uuid4(),
        client_id=ABOUT.client_id,
        role=ABOUT.role,
        category=category,
        rule=rule,
        at=DAY,
        salt=bytes(32),
        items=tuple(
            ErasedItem(record := UUID(int=number), KeyReference(record, "0"), record)
            for number in sizes
        ),
        withheld=frozenset(map(UUID, ())),
        destroyed_at=DAY + timedelta(minutes=later),
        final_at=DAY + timedelta(hours=later) if is_final else None,
    ),
    st.sampled_from(["RET-2", "RET-4"]),
    st.sampled_from(["call", "call_party"]),
    st.sets(st.integers(0, 8), min_size=1),
    st.integers(0, 90),
    st.booleans(),
)


@given(st.lists(erasures, max_size=8), st.integers(0, 8))
def test_totals_do_not_depend_on_where_a_portion_ends(given: list[Erasure], end: int) -> None:
    empty = Totals(uuid4(), ABOUT)
    first = {record for one in given[:end] for record in one.counted_records}
    parted = empty.adding(given[:end], frozenset()).adding(given[end:], first)
    whole = empty.adding(given, frozenset())

    assert (parted.counts, parted.commitment) == (whole.counts, whole.commitment)
    assert (parted.not_final, parted.final_at) == (whole.not_final, whole.final_at)
    assert parted.destroyed_at == whole.destroyed_at
    assert sum(whole.counts.values()) == len({id_ for one in given for id_ in one.counted_records})

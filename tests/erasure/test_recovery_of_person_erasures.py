"""What recovery makes of erasures of a person whose worker was killed at each of their steps."""

from typing import Any

import pytest

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.party_repository import PartyRepository
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.erasure.model import RIGHT_EXERCISED
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.erasure.versions import PARTY, ReplacedVersions
from telecom_privacy.holds.withheld_repository import WithheldRepository
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.persons.repository import ErasureRequestRepository
from tests.builders import Api, MovableClock, recording_path, tone
from tests.erasure.kills import assert_tidy, assert_younger_are_left, killed_at, recover, stored

CALLER = "+33612345678"

BEFORE_THE_INTENT = [
    pytest.param(AuditLog, "append", 1, id="before the log"),
    pytest.param(PageRepository, "insert_pages", 1, id="before its key"),
    pytest.param(ErasureRequestRepository, "insert", 1, id="before the intent"),
]
AFTER_THE_INTENT = [
    pytest.param(PageRepository, "settle_pages", 1, id="after the intent"),
    pytest.param(AuditLog, "append", 2, id="before the call"),
    pytest.param(ErasureRepository, "insert", 1, id="before the recording"),
    pytest.param(PageRepository, "erase_record_keys", 1, id="after its ledger"),
    pytest.param(CallRepository, "bury_recordings", 1, id="after its key"),
    pytest.param(PageRepository, "insert_pages", 2, id="before the new key"),
    pytest.param(WithheldRepository, "copy_version", 1, id="after the new key"),
    pytest.param(PartyRepository, "update_without_party", 1, id="before writing"),
    pytest.param(ErasureRepository, "insert", 2, id="after writing"),
    pytest.param(PageRepository, "erase_record_keys", 2, id="after the ledger"),
    pytest.param(ReplacedVersions, "erase_data", 1, id="after the old key"),
    pytest.param(PageRepository, "settle_pages", 2, id="before settling"),
    pytest.param(ErasureRepository, "insert", 3, id="before the end"),
    pytest.param(ErasureRequestRepository, "erase_data", 1, id="after the intent's key"),
]


@pytest.fixture
def call(api: Api, client: str, call: str) -> str:
    """With a recording."""
    assert api.put_recording(client, call, tone(0.1)).status_code == 201
    return call


def _erase(api: Api, client: str) -> Any:
    path = f"/v1/clients/{client}/persons/erasure"
    return api.as_client(client, "POST", path, json={"number": CALLER})


def _read(api: Api, client: str, call: str) -> Any:
    return api.as_client(client, "GET", f"/v1/clients/{client}/calls/{call}").json


@pytest.mark.parametrize(("owner", "method", "time"), BEFORE_THE_INTENT)
def test_what_was_not_yet_intended_is_as_before(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    call: str,
    owner: type,
    method: str,
    time: int,
) -> None:
    before, read = stored(services), _read(api, client, call)
    with killed_at(owner, method, time):
        _erase(api, client)
    recover(services, clock, minutes=11)
    assert stored(services) == before
    assert _read(api, client, call) == read
    assert _erase(api, client).json["calls"] == 1  # and the next test begins without it


@pytest.mark.parametrize(("owner", "method", "time"), AFTER_THE_INTENT)
def test_what_was_intended_is_carried_out(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    call: str,
    owner: type,
    method: str,
    time: int,
) -> None:
    known = services.databases.audit["erasures"].count_documents({"category": PARTY})
    with killed_at(owner, method, time):
        _erase(api, client)
    recover(services, clock, minutes=11)
    left = _read(api, client, call)
    assert (left["from"], left["recordings"]) == (None, [])
    played = api.as_client(client, "GET", recording_path(client, call))
    assert played.status_code == 410
    assert list(services.databases.audit["person_erasures"].find()) == []
    parted = list(services.databases.audit["erasures"].find({"category": PARTY}))
    assert len(parted) == known + 1
    assert {one["rule"] for one in parted} == {RIGHT_EXERCISED}
    assert_tidy(services)


def test_what_another_worker_may_still_carry_out_is_left_to_it(
    api: Api, services: Services, clock: MovableClock, client: str, call: str
) -> None:
    with killed_at(PartyRepository, "update_without_party"):
        _erase(api, client)
    assert_younger_are_left(services, clock, seconds=50)
    recover(services, clock, minutes=11)
    assert _read(api, client, call)["from"] is None

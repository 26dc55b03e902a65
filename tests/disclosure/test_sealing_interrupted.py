"""Sealing and handing over that is killed, met by another, or overtaken by an erasure."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.disclosure.register import Register
from telecom_privacy.records.attaching import ContentAttaching
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.storage.segments import SegmentStore
from tests.builders import MovableClock
from tests.disclosure.answers import (
    audio,
    disclose,
    disclosed,
    package,
    steps,
)
from tests.disclosure.builders import CONTENT, FIRST, LegalDesk
from tests.erasure.kills import killed_at
from tests.retention.builders import AUDIO

KILLS = [
    pytest.param(SegmentStore, "insert", 1, id="while storing"),
    pytest.param(RecordRepository, "attach_content", 1, id="before it is a file"),
    pytest.param(Register, "note", 2, id="before it is noted"),
]


def test_a_cancellation_that_was_killed_is_repeated_and_leaves_no_package(
    desk: LegalDesk, number: str
) -> None:
    path = desk.approved(numbers=[number])
    disclosed(desk, path)
    with killed_at(Register, "note", 1):
        desk.take(path, "cancel", reason="withdrawn")
    assert desk.as_(FIRST, "GET", f"{path}/package").status_code == 410
    assert desk.take(path, "cancel", reason="withdrawn").status_code == 200
    assert desk.show(path)["state"] == "Cancelled"


def test_several_first_downloads_at_once_are_all_answered_and_hand_over_once(
    desk: LegalDesk, number: str
) -> None:
    path = desk.approved(numbers=[number])
    disclosed(desk, path)
    barrier = Barrier(4)

    def run(_: int) -> int:
        barrier.wait()
        return desk.as_(FIRST, "GET", f"{path}/package").status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(run, range(4))) == {200}
    assert steps(desk, path).count("handed_over") == 1


@pytest.mark.parametrize(("owner", "method", "call"), KILLS)
def test_a_sealing_that_was_killed_leaves_nothing_half_and_is_repeated(
    desk: LegalDesk,
    services: Services,
    clock: MovableClock,
    number: str,
    owner: type,
    method: str,
    call: int,
) -> None:
    path = desk.approved(numbers=[number], **CONTENT)
    with killed_at(owner, method, call):
        disclose(desk, path)
    assert desk.show(path)["state"] == "AwaitingDisclosure"
    assert desk.as_(FIRST, "GET", f"{path}/package").status_code == 404
    disclosed(desk, path)
    assert audio(package(desk, path)) == [AUDIO]
    assert steps(desk, path).count("sealed") == 1


def test_of_two_who_disclose_at_once_one_seals(desk: LegalDesk, number: str) -> None:
    path = desk.approved(numbers=[number], **CONTENT)
    barrier = Barrier(2)

    def run(_: int) -> int:
        barrier.wait()
        return disclose(desk, path).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = set(pool.map(run, range(2)))
    assert statuses <= {200, 503}
    assert disclose(desk, path).status_code == 200
    assert steps(desk, path).count("sealed") == 1


def test_what_was_erased_while_the_package_was_made_stops_it(
    desk: LegalDesk, client: str, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.approved(numbers=[number], **CONTENT)
    store = ContentAttaching.store

    def erased_before(*arguments: object, **named: object) -> object:
        call = f"/v1/clients/{client}/calls/call"
        assert desk.api.as_client(client, "DELETE", call).status_code == 204
        return store(*arguments, **named)  # type: ignore[arg-type]  # passed on as they come

    with monkeypatch.context() as patch:
        patch.setattr(ContentAttaching, "store", erased_before)
        assert disclose(desk, path).status_code in (409, 503)
    disclosed(desk, path)
    assert audio(package(desk, path)) == []

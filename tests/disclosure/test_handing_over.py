"""When a sealed package may leave, and how it does."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from tests.disclosure.answers import disclosed, package
from tests.disclosure.builders import FIRST, LegalDesk
from tests.holds.builders import logged

EPOC = "eevidence-epoc"
TEN_DAYS = timedelta(days=10)


def notified(desk: LegalDesk, **more: Any) -> dict[str, Any]:
    return {"enforcing_authority": {"notified_at": desk.api.clock.now().isoformat(), **more}}


def waiting(desk: LegalDesk, number: str, **more: Any) -> str:
    """The path of a case that is approved and sealed, of which an authority was notified."""
    path = desk.approved(EPOC, numbers=[number], **notified(desk), **more)
    disclosed(desk, path)
    return path


def leaves(desk: LegalDesk, path: str) -> int:
    return desk.as_(FIRST, "GET", f"{path}/package").status_code


def test_what_may_be_refused_is_made_ready_and_leaves_at_the_end_of_the_ten_days(
    desk: LegalDesk, services: Services, number: str
) -> None:
    path, received_at = waiting(desk, number), desk.api.clock.now()
    assert desk.show(path)["refusable_until"] is not None
    before = services.audit.size()
    assert leaves(desk, path) == 409
    refused = logged(desk.api, services, services.audit.size() - before)[-1]
    assert refused["details"]["step"] == "handed_over"
    desk.api.clock.set(received_at + TEN_DAYS - timedelta(milliseconds=1))
    assert leaves(desk, path) == 409
    desk.api.clock.set(received_at + TEN_DAYS)
    shown = desk.show(path)
    assert (shown["state"], shown["urgency"]) == ("AwaitingDisclosure", "urgent")
    assert datetime.fromisoformat(shown["due_at"]) > desk.api.clock.now()
    assert leaves(desk, path) == 200
    assert desk.show(path)["state"] == "Disclosed"


def test_what_did_not_leave_on_the_last_of_the_ten_days_is_overdue(
    desk: LegalDesk, number: str
) -> None:
    path = waiting(desk, number)
    desk.api.clock.set(datetime.fromisoformat(desk.show(path)["due_at"]))
    assert desk.show(path)["urgency"] == "overdue"


def test_what_the_authority_confirmed_leaves_at_once(desk: LegalDesk, number: str) -> None:
    path, received_at = waiting(desk, number), desk.api.clock.now()
    confirmed = desk.take(path, "confirmation", reference="EA 7")
    assert (confirmed.status_code, confirmed.json["refusable_until"]) == (200, None)
    assert datetime.fromisoformat(confirmed.json["due_at"]) <= received_at + TEN_DAYS
    assert leaves(desk, path) == 200
    assert desk.take(path, "confirmation").status_code == 409


@pytest.mark.parametrize(
    "more",
    [{"urgent": True}, {"categories": ["identity"]}],
    ids=["an emergency", "who a subscriber is"],
)
def test_what_no_authority_may_hold_up_waits_for_none(
    desk: LegalDesk, number: str, more: dict[str, Any]
) -> None:
    path = waiting(desk, number, **more)
    assert desk.take(path, "confirmation").status_code == 409
    assert leaves(desk, path) == 200


def test_an_emergency_is_due_within_eight_hours(desk: LegalDesk) -> None:
    shown = desk.show(desk.recorded(EPOC, **notified(desk), urgent=True))
    received_at = datetime.fromisoformat(shown["received_at"])
    assert datetime.fromisoformat(shown["due_at"]) == received_at + timedelta(hours=8)


def test_a_refusal_by_the_authority_ends_what_was_made_ready(desk: LegalDesk, number: str) -> None:
    path = waiting(desk, number)
    assert desk.take(path, "reject", reason="the enforcing authority refuses").status_code == 200
    desk.api.clock.advance(days=10)
    assert leaves(desk, path) == 409


def test_a_package_is_saved_under_a_name_that_tells_nothing(desk: LegalDesk, number: str) -> None:
    path = desk.approved(numbers=[number])
    disclosed(desk, path)
    answer = desk.as_(FIRST, "GET", f"{path}/package")
    name = f"{path.rpartition('/')[2]}.zip.age"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert (answer.content_type, answer.headers["Accept-Ranges"]) == (
        "application/octet-stream",
        "bytes",
    )
    headers = {"If-None-Match": answer.headers["ETag"]}
    assert desk.as_(FIRST, "GET", f"{path}/package", headers=headers).status_code == 304
    head = desk.as_(FIRST, "HEAD", f"{path}/package")
    assert head.headers["Content-Disposition"] == answer.headers["Content-Disposition"]
    assert package(desk, path)

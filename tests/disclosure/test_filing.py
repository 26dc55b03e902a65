"""The papers of a case: filed once, sealed, read by legal staff, kept as long as the case."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.disclosure.case_files import CaseFiles
from telecom_privacy.disclosure.register import Register
from telecom_privacy.errors import Unavailable
from tests.builders import raw_documents
from tests.disclosure.builders import FIRST, SECOND, LegalDesk

PAPER = b"%PDF-1.7 requisition" * 100
DIGEST = "2f9a4e0c4d1f8ad2ad2bb0a5bd8d0a4b9a1e4a7ac8f4a1a54b1e9f0f3c7f7f10"


def put(desk: LegalDesk, path: str, data: bytes = PAPER, **more: Any) -> Any:
    return desk.as_(FIRST, "PUT", path, data=data, content_type="application/pdf", **more)


def test_a_scan_is_filed_once_and_read_by_the_second_person(desk: LegalDesk) -> None:
    path = desk.recorded()
    for _ in range(2):
        filed = put(desk, f"{path}/scan")
        assert filed.status_code == 200
    assert [step["step"] for step in filed.json["steps"]] == ["recorded", "scanned"]
    assert put(desk, f"{path}/scan", b"another").status_code == 409
    read = desk.as_(SECOND, "GET", f"{path}/scan")
    assert (read.status_code, read.data, read.mimetype) == (200, PAPER, "application/pdf")


def test_a_scan_that_was_announced_is_awaited_and_no_other_is_taken(desk: LegalDesk) -> None:
    path = desk.checked(scan={"sha256": DIGEST, "media_type": "application/pdf"})
    refused = desk.approve(path)
    assert (refused.status_code, "scan" in refused.json["detail"]) == (409, True)
    assert put(desk, f"{path}/scan").status_code == 400
    assert desk.as_(FIRST, "GET", f"{path}/scan").status_code == 404


@pytest.mark.parametrize("channel", ["email", "pnij", "ecodex"])
def test_no_order_is_approved_that_is_not_filed_itself(desk: LegalDesk, channel: str) -> None:
    path = desk.recorded(channel=channel)
    for name in desk.show(path)["missing_checks"]:
        assert desk.check(path, name).status_code == 201
    refused = desk.approve(path)
    assert (refused.status_code, "scan" in refused.json["detail"]) == (409, True)
    assert desk.scan(path).status_code == 200
    assert desk.approve(path).status_code == 200


def test_a_scan_of_another_order_than_is_announced_now_is_void(desk: LegalDesk) -> None:
    first, second = b"%PDF one", b"%PDF two"
    path = desk.recorded(scan={"sha256": sha256(first).hexdigest()})
    assert desk.scan(path, first).status_code == 200
    announced = {"sha256": sha256(second).hexdigest()}
    body = {"scan": announced, "reason": "the wrong file"}
    assert desk.as_(FIRST, "PATCH", path, json=body).status_code == 200
    desk.pass_checks(path)
    assert desk.approve(path).status_code == 409
    assert desk.as_(SECOND, "GET", f"{path}/scan").status_code == 404
    assert desk.scan(path, first).status_code == 400
    assert desk.scan(path, second).status_code == 200
    assert desk.as_(SECOND, "GET", f"{path}/scan").data == second
    assert desk.approve(path).status_code == 200


def test_evidence_belongs_to_a_check_that_was_made(desk: LegalDesk) -> None:
    path = desk.recorded()
    assert put(desk, f"{path}/checks/1/evidence").status_code == 404
    desk.check(path, "person_verified")
    assert put(desk, f"{path}/checks/1/evidence").status_code == 200
    assert desk.as_(SECOND, "GET", f"{path}/checks/1/evidence").data == PAPER
    assert desk.show(path)["steps"][-1]["said"]["name"] == "check-1"


def test_no_paper_is_filed_where_the_case_does_not_allow_it(desk: LegalDesk) -> None:
    path = desk.recorded()
    desk.check(path, "person_verified")
    assert put(desk, f"{path}/receipt/scan").status_code == 409
    desk.take(path, "cancel", reason="withdrawn")
    for name in ("scan", "checks/1/evidence", "receipt/scan"):
        assert put(desk, f"{path}/{name}").status_code == 409
        assert desk.as_(FIRST, "GET", f"{path}/{name}").status_code == 404


def test_papers_are_sealed_and_nothing_of_a_refused_one_stays(
    desk: LegalDesk, services: Services
) -> None:
    path = desk.recorded()
    assert put(desk, f"{path}/scan", b"secret paper" * 50).status_code == 200
    segments = services.databases.bulk["segments"].count_documents({})
    assert put(desk, f"{path}/scan", b"other paper").status_code == 409
    assert b"secret paper" not in raw_documents(services.databases)
    assert services.databases.bulk["segments"].count_documents({}) == segments


def test_a_kill_between_a_paper_and_its_entry_loses_nothing(
    desk: LegalDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.recorded()
    with monkeypatch.context() as patched:
        patched.setattr(Register, "note", _killed)
        assert put(desk, f"{path}/scan").status_code == 503
    assert [step["step"] for step in desk.show(path)["steps"]] == ["recorded"]
    assert put(desk, f"{path}/scan").status_code == 200
    assert desk.as_(FIRST, "GET", f"{path}/scan").data == PAPER


@pytest.mark.parametrize(
    ("owner", "method"), [(CaseFiles, "close"), (Register, "note")], ids=["files", "case"]
)
def test_a_kill_while_a_case_is_closed_leaves_no_paper_without_a_term(
    desk: LegalDesk, services: Services, monkeypatch: pytest.MonkeyPatch, owner: type, method: str
) -> None:
    path = desk.recorded()
    assert put(desk, f"{path}/scan").status_code == 200
    with monkeypatch.context() as patched:
        patched.setattr(owner, method, _killed)
        assert desk.take(path, "cancel", reason="withdrawn").status_code == 503
    assert desk.show(path)["state"] == "AwaitingApproval"
    assert desk.as_(FIRST, "GET", f"{path}/scan").status_code == 200
    assert desk.take(path, "cancel", reason="withdrawn").status_code == 200
    desk.api.clock.advance(days=5 * 366 + 1)
    assert desk.as_(FIRST, "GET", path).status_code == 410
    assert desk.as_(FIRST, "GET", f"{path}/scan").status_code == 410


def test_a_paper_that_meets_the_closing_is_refused_and_leaves_nothing_without_a_term(
    desk: LegalDesk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure = CaseFiles._ensure
    papers = services.databases.bulk["records"]
    open_ones = {"category": "requisition_file", "events.closed": {"$exists": False}}
    before = papers.count_documents(open_ones)
    path = desk.recorded()

    def closed_first(*arguments: Any) -> None:
        assert desk.take(path, "cancel", reason="withdrawn").status_code == 200
        ensure(*arguments)

    monkeypatch.setattr(CaseFiles, "_ensure", closed_first)
    assert put(desk, f"{path}/scan").status_code == 409
    assert papers.count_documents(open_ones) == before
    assert desk.as_(FIRST, "GET", f"{path}/scan").status_code == 404


def test_an_open_case_is_kept_however_old_it_is(desk: LegalDesk) -> None:
    path = desk.recorded(ago=timedelta(days=3))
    put(desk, f"{path}/scan")
    desk.api.clock.advance(days=4000)
    assert desk.as_(FIRST, "GET", f"{path}/scan").status_code == 200
    assert desk.show(path)["urgency"] == "without_delay"


def _killed(*_: object, **__: object) -> Callable[[], None]:
    raise Unavailable("killed here")

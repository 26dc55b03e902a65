"""The package for a person: what the operator holds as controller, whole, signed, and no more."""

import csv
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from frictionless import Package

from telecom_privacy.reversibility.tables.csv_text import unguarded
from telecom_privacy.rights.person_tables import csv_lines
from telecom_privacy.verify.package import verify_package
from tests.builders import Api
from tests.rights.builders import Desk

ME, OTHER = "+33140000011", "+33140000012"


@pytest.fixture(scope="module", autouse=True)
def _held(api: Api) -> None:
    """A call, the operator's own record with content, and a note that is the client's."""
    api.create_client()
    api.put_call("cabinet", "call-1", api.call(**{"from": ME, "to": OTHER, "note": "rappeler"}))
    put(api, "dpo", "operator", "marketing", "mine", ME, {"name": 'Exemple, "Moi"'})
    put(api, "dpo", "operator", "marketing", "others", OTHER, {"name": "quelqu'un"})
    put(api, "dpo", "operator", "billing", "bill", ME, {"invoice": "2026-1"})
    put(api, "platform", "cabinet", "call_note", "note", ME, {"text": "rappeler"})
    scan = "/v1/clients/operator/records/billing/bill/content"
    sent = {"data": b"%PDF-1.7 facture", "content_type": "application/pdf"}
    assert api.as_("dpo", "PUT", scan, **sent).status_code == 201


def put(
    api: Api, role: str, client: str, category: str, name: str, about: str, data: Mapping[str, str]
) -> None:
    body = {"subject": about, "occurred_at": api.clock.now().isoformat(), "data": data}
    path = f"/v1/clients/{client}/records/{category}/{name}"
    assert api.as_(role, "PUT", path, json=body).status_code == 201


def taken(desk: Desk, subject: str = ME) -> bytes:
    path = desk.verified(subject=subject)
    answer = desk.api.as_("dpo", "GET", f"{path}/package")
    assert answer.status_code == 200, answer.text
    name = f"{path.rpartition('/')[2]}.zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    return bytes(answer.data)


def files_of(data: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def rows(data: bytes) -> list[dict[str, str]]:
    read = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return [{name: unguarded(cell) for name, cell in row.items()} for row in read]


def test_nobody_gets_a_package_unless_it_was_asked_by_somebody_who_is_known(desk: Desk) -> None:
    unknown, erasing = desk.received(subject=ME), desk.verified(subject=ME, kind="erasure")
    answered = desk.verified(subject=ME)
    desk.take(answered, "answer", outcome="granted")
    for path in (unknown, erasing, answered):
        assert desk.api.as_("dpo", "GET", f"{path}/package").status_code == 409


def test_a_package_holds_what_the_operator_has_as_controller_and_nothing_else(desk: Desk) -> None:
    data = taken(desk, "01 40 00 00 11")
    files = files_of(data)
    (call,) = rows(files["data/traffic.csv"])
    assert (call["from"], call["to"]) == (ME, "+3314000****")
    found = {row["category"]: row for row in rows(files["data/records.csv"])}
    assert set(found) == {"marketing", "billing"}
    assert found["marketing"]["data"] == '{"name":"Exemple, \\"Moi\\""}'
    assert "L.123-22" in found["billing"]["legal_bases"]
    assert files[f"data/{found['billing']['content']}"] == b"%PDF-1.7 facture"
    for foreign in (b"rappeler", b"quelqu", OTHER.encode(), b"cabinet"):
        assert foreign not in data


def test_what_is_restricted_is_in_it_and_marked(desk: Desk) -> None:
    restrictions = [
        ("/v1/clients/operator/records/marketing/mine/restriction", {}),
        ("/v1/clients/cabinet/persons/restriction", {"number": OTHER}),
    ]
    for path, person in restrictions:
        body = {"reason": "objection_pending", **person}
        assert desk.api.as_("dpo", "POST", path, json=body).status_code == 200
    files = files_of(taken(desk))
    assert [row["restriction"] for row in rows(files["data/traffic.csv"])] == ["objection_pending"]
    found = {row["category"]: row["restriction"] for row in rows(files["data/records.csv"])}
    assert found == {"marketing": "objection_pending", "billing": ""}
    lifting = {"number": OTHER}
    for path, _ in restrictions[:1]:
        assert desk.api.as_("dpo", "DELETE", path).status_code == 422
        assert desk.api.as_("dpo", "DELETE", f"{path}?told=letter").status_code == 204
    lifted = desk.api.as_("dpo", "POST", f"{restrictions[1][0]}/lift?told=email", json=lifting)
    assert lifted.status_code == 204
    assert rows(files_of(taken(desk))["data/traffic.csv"])[0]["restriction"] == ""


def test_a_package_is_signed_and_other_programs_read_its_tables(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(taken(desk))
    certificate = desk.api.request("GET", "/v1/exports/certificate").data
    assert not verify_package(path, certificate, None).has_stamp
    zipfile.ZipFile(path).extractall(tmp_path)
    (descriptor,) = tmp_path.glob("*/data/datapackage.json")
    report = Package(str(descriptor)).validate()
    assert report.valid, report.flatten(["message"])


def test_of_a_person_who_is_not_known_the_tables_are_empty(desk: Desk) -> None:
    files = files_of(taken(desk, "nobody@example.org"))
    assert rows(files["data/traffic.csv"]) == rows(files["data/records.csv"]) == []


def test_no_spreadsheet_runs_what_stands_in_a_table() -> None:
    formula = '=HYPERLINK("https://example.org")'
    table = b"".join(csv_lines(["subject"], [{"subject": formula}])).decode()
    assert list(csv.reader(io.StringIO(table, newline=""))) == [["subject"], [f"'{formula}"]]

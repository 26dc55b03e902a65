"""What was taken in is what was there: the same tables, the same audio, the same answers."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from telecom_privacy.reversibility.intake.report import Report
from tests.builders import tone
from tests.records.builders import record_path
from tests.reversibility.intake.conftest import Operator
from tests.reversibility.tables.builders import AUDIO, CALLS, NOTES

OTHER_HERE = {"record_id", "receipt", "received_at", "created_at"}
"""What a service gives itself: its internal ids, its receipts and their times."""

DATA = ("calls", "recordings", "licences", "records/call_note", "records/consent")
DATA += ("records/contact", "records/voicemail")


def unpacked(package: Path) -> Path:
    return package.with_suffix("")


def lines(package: Path, table: str) -> list[Any]:
    text = (unpacked(package) / f"data/{table}.jsonl").read_text("utf-8")
    rows = [plain(json.loads(line), unpacked(package)) for line in text.split("\n") if line]
    # Of one moment, as by the clock of these tests, rows come in the order of their internal ids.
    return sorted(rows, key=lambda row: (row.get("call_id", ""), row["id"]))


def plain(row: dict[str, Any], bag: Path) -> dict[str, Any]:
    """A row without what is other here; instead of the path of a file its bytes."""
    for name in ("path", "content_path"):
        if row.get(name):
            row[name] = (bag / "data" / row[name]).read_bytes()
    other = OTHER_HERE | {"content_receipt", "content_received_at"}
    return {name: value for name, value in row.items() if name not in other}


def answer(operator: Operator, path: str) -> Any:
    """What the client reads, without what is other here."""
    found = operator.api.as_client("cabinet", "GET", path)
    return without_own(found.json) if found.is_json else (found.status_code, found.data)


def without_own(value: Any) -> Any:
    """JSON without what is other here; lists as above."""
    if isinstance(value, dict):
        return {name: without_own(one) for name, one in value.items() if name not in OTHER_HERE}
    if not isinstance(value, list):
        return value
    return sorted(map(without_own, value), key=lambda one: json.dumps(one, sort_keys=True))


@pytest.fixture(scope="module")
def taken(package: Path, new: Operator) -> Report:
    """How the package was taken in for a client of the same name."""
    report, refused = new.take(package, "cabinet")
    assert refused == []
    return report


def test_a_second_export_says_the_same_as_the_first(
    package: Path, new: Operator, taken: Report
) -> None:
    again = new.package("cabinet")
    for table in DATA:
        assert lines(again, table) == lines(package, table), table
        assert taken.stored[table] == len(lines(package, table)) > 0
    assert any(row["history"] for row in lines(again, "calls"))
    assert {row["path"] for row in lines(again, "recordings")} == set(AUDIO.values())
    clients = [
        without_own(json.loads((unpacked(one) / "data/client.json").read_text()))
        for one in (package, again)
    ]
    assert clients[0] == clients[1]


@pytest.mark.usefixtures("taken")
def test_both_services_answer_the_same(old: Operator, new: Operator) -> None:
    base = "/v1/clients/cabinet"
    paths = [base, f"{base}/calls", f"{base}/licences"]
    paths += [f"{base}/calls/{quote(name)}" for name in CALLS]
    paths += [f"{base}/calls/{quote(name)}/history" for name in CALLS]
    paths += [f"{base}/calls/{quote(call)}/recordings/{recording}" for call, recording in AUDIO]
    paths += [record_path("cabinet", "call_note", quote(name)) for name in NOTES]
    paths += [record_path("cabinet", category) for category in ("consent", "contact", "call_note")]
    paths += [record_path("cabinet", "voicemail", "message", "content")]
    paths += [f"{record_path('cabinet', 'call_note')}?binned=true"]
    paths += [f"{base}/calls?number=%2B33612345678", f"{base}/calls?licence_id=licence-1"]
    for path in paths:
        assert answer(new, path) == answer(old, path), path


@pytest.mark.usefixtures("taken")
def test_calls_that_another_network_carried_leave_no_copy_with_the_operator(new: Operator) -> None:
    bulk = new.services.databases.bulk
    assert bulk["calls"].count_documents({"record_id": {"$exists": True}}) > len(CALLS)
    assert bulk["traffic"].count_documents({}) == 0


def test_a_call_whose_called_party_was_erased_comes_back_without_it(
    old: Operator, new: Operator
) -> None:
    api, client, path = old.api, "parted", "/v1/clients/parted/calls/out"
    api.create_client(client)
    call = api.call(direction="out", **{"from": "+33187654321", "to": "+33612345678"})
    assert api.put_call(client, "out", call).status_code == 201
    body = {"number": "+33612345678"}
    erased = api.as_client(client, "POST", "/v1/clients/parted/persons/erasure", json=body)
    assert erased.json["calls"] == 1

    _, refused = new.take(old.package(client, vcon=True), client)

    assert refused == []
    was, found = (one.api.as_client(client, "GET", path).json for one in (old, new))
    assert was["party_erased_at"]
    assert found["to"] is None
    assert without_own(found) == without_own(was)


def test_a_call_whose_party_was_erased_is_as_closed_to_it_as_before(
    old: Operator, new: Operator, name: str
) -> None:
    client, call = old.api.create_client(name), old.api.call()
    assert old.api.put_call(client, "in", call).status_code == 201
    body = {"number": call["from"]}
    path = f"/v1/clients/{client}/persons/erasure"
    assert old.api.as_client(client, "POST", path, json=body).json["calls"] == 1
    package = old.package(client)

    for known in (0, 1):  # also where it is taken in again
        report, refused = new.take(package, name)
        assert (refused, report.known["calls"]) == ([], known)

    for one in (old, new):
        assert one.api.put_call(client, "in", call).status_code == 410
        assert one.api.put_recording(client, "in", tone(0.1)).status_code == 410


def test_restrictions_come_back_with_what_is_restricted(
    old: Operator, new: Operator, name: str
) -> None:
    client = old.api.create_client(name)
    base = f"/v1/clients/{client}"
    for call in ("free", "restricted"):
        assert old.api.put_call(client, call, old.api.call()).status_code == 201
    note = {"occurred_at": old.clock.now().isoformat(), "data": {"text": "rappeler"}}
    path = f"{base}/records/call_note/one"
    assert old.api.as_client(client, "PUT", path, json=note).status_code == 201
    reasons = {f"{base}/calls/restricted": "needed_for_claims", path: "accuracy_contested"}
    for restricted, reason in reasons.items():
        body = {"reason": reason}
        answer = old.api.as_client(client, "POST", f"{restricted}/restriction", json=body)
        assert answer.status_code == 200

    use = {"for": "legal_claim", "reference": "case 12"}
    package = old.package(client, restricted=use)
    _, refused = new.take(package, name)

    assert refused == []
    for restricted in reasons:
        assert new.api.as_client(name, "GET", restricted).json["type"].endswith(":restricted")
    assert new.api.as_client(name, "GET", f"{base}/calls/free").status_code == 200
    again = new.package(name, restricted=use)
    for table in ("calls", "records/call_note"):
        assert lines(again, table) == lines(package, table)
    holds = new.services.databases.audit["holds"]
    assert holds.count_documents({"in_force": True}) == 1


@pytest.mark.parametrize("step", [2, 6, 14])
def test_taking_in_goes_on_where_it_was_killed(
    package: Path, new: Operator, name: str, step: int
) -> None:
    def kill(report: Report) -> None:
        if sum(report.stored.values()) >= step:
            raise Killed

    with pytest.raises(Killed):
        new.take(package, name, on_progress=kill)
    report, refused = new.take(package, name)
    assert refused == []
    assert sum(report.known.values()) >= step
    again = new.package(name)
    assert all(lines(again, table) == lines(package, table) for table in DATA)


class Killed(Exception):
    """The process is gone."""

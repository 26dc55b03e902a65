"""What is in the tables: every readable record exactly once, as the API shows it, nothing else."""

import json
from pathlib import Path
from typing import Any

from tests.records.builders import RecordApi, record_path
from tests.reversibility.tables.builders import (
    AUDIO,
    CALLS,
    NOTES,
    ODD,
    STAFF_KEY,
    csv_of,
    jsonl_of,
    names_of,
)

CATEGORIES = {"call_note": list(NOTES), "consent": ["newsletter"], "contact": ["stranger"]}
CATEGORIES |= {"voicemail": ["message"]}


def shown(api: RecordApi, path: str, query: str = "") -> dict[str, dict[str, Any]]:
    """What the API lists, by id."""
    answer = api.as_client("cabinet", "GET", f"{path}?limit=500{query}")
    assert answer.status_code == 200
    return {item["id"]: item for item in answer.json["items"]}


def test_every_readable_call_is_in_it_once_as_the_api_shows_it(bag: Path, api: RecordApi) -> None:
    listed = shown(api, "/v1/clients/cabinet/calls")
    rows = {row["id"]: row for row in jsonl_of(bag, "calls")}

    assert names_of(bag, "calls") == sorted(listed) == sorted(CALLS)
    for name, call in listed.items():
        recordings = call.pop("recordings")
        path = f"/v1/clients/cabinet/calls/{name}"
        receipt = api.as_client("cabinet", "GET", f"{path}/receipt").json
        history = api.as_client("cabinet", "GET", f"{path}/history").json["items"]
        assert (rows[name].pop("receipt"), rows[name].pop("history")) == (receipt, history)
        assert rows[name] == call
        assert len(recordings) == sum(of == name for of, _ in AUDIO)


def test_every_recording_is_in_it_bit_for_bit(bag: Path) -> None:
    rows = jsonl_of(bag, "recordings")
    found = {(row["call_id"], row["id"]): (bag / "data" / row["path"]).read_bytes() for row in rows}
    assert found == AUDIO
    assert len(rows) == len(list((bag / "data/recordings").iterdir()))


def test_every_readable_record_is_in_it_once_as_the_api_shows_it(bag: Path, api: RecordApi) -> None:
    tables = {path.stem for path in (bag / "data/records").glob("*.jsonl")}
    assert tables == set(CATEGORIES)
    for category, names in CATEGORIES.items():
        path = record_path("cabinet", category)
        listed = shown(api, path) | shown(api, path, "&binned=true")
        assert names_of(bag, f"records/{category}") == sorted(listed) == sorted(names)
        for row in jsonl_of(bag, f"records/{category}"):
            item = listed[row["id"]]
            content = item.pop("content")
            assert row["receipt"]["record_id"] == item["record_id"]
            assert item.pop("category") == category
            assert item == {name: row[name] for name in item}
            assert (content and content["sha256"]) == row.get("content_sha256")


def test_binary_content_lies_beside_its_record(bag: Path, api: RecordApi) -> None:
    (row,) = jsonl_of(bag, "records/voicemail")
    answer = api.get("cabinet", "voicemail", "message", end="content")
    assert (bag / "data" / row["content_path"]).read_bytes() == answer.data
    assert row["content_media_type"] == "audio/wav"


def test_a_consent_tells_what_it_said_before(bag: Path) -> None:
    (row,) = jsonl_of(bag, "records/consent")
    (before,) = row["history"]
    assert before["data"] == {"purpose": "newsletter"}
    assert row["data"] == {"purpose": "newsletter", "text": "changed"}


def test_csv_says_what_json_lines_say(bag: Path) -> None:
    described = json.loads((bag / "data/datapackage.json").read_text())
    for resource in described["resources"]:
        if resource["format"] != "csv":
            continue
        table = resource["path"].removesuffix(".csv")
        types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        rows = [
            {name: value(row[name], types[name]) for name in types} for row in csv_of(bag, table)
        ]
        expected = [
            {name: row.get(name) or None if types[name] == "string" else row.get(name)}
            for row in jsonl_of(bag, table)
            for name in types
        ]
        assert [{name: row[name]} for row in rows for name in types] == expected


def value(cell: str, kind: str) -> Any:
    """A cell read by its type; an empty one is nothing."""
    if cell == "":
        return None
    return json.loads(cell) if kind in ("integer", "boolean", "array", "object") else cell


def test_a_licence_that_is_gone_is_still_named(bag: Path) -> None:
    licences = {row["id"]: row for row in jsonl_of(bag, "licences")}
    assert set(licences) == {"licence-1", "licence-gone", "unused"}
    assert licences["licence-gone"] == {"id": "licence-gone", "status": "erased"}
    assert licences["unused"]["label"] == "Agent of unused"


def test_what_was_set_right_of_a_call_says_what_was_there_before(bag: Path) -> None:
    rows = {row["id"]: row for row in jsonl_of(bag, "calls")}
    [change] = rows["-out"]["history"]
    assert (change["reason"], change["was"]) == ("its full name", {"caller_name": "Cabinet"})
    assert change["by"] in [row["id"] for row in jsonl_of(bag, "staff_keys")]
    assert rows["one"]["history"] == []


def test_the_keys_of_the_staff_are_named_and_never_told(bag: Path, api: RecordApi) -> None:
    listed = shown(api, "/v1/clients/cabinet/api-keys")
    rows = {row["id"]: row for row in jsonl_of(bag, "staff_keys")}
    assert {name: listed[name] for name in rows} == {
        name: {**row, "last_used_at": listed[name]["last_used_at"]} for name, row in rows.items()
    }
    staff = next(row for row in rows.values() if row["label"] == STAFF_KEY["label"])
    assert staff["licence_ids"] == ["licence-1"]
    assert b"tpk_" not in (bag / "data/staff_keys.jsonl").read_bytes()


def test_the_client_is_told_as_it_may_know_itself(bag: Path, api: RecordApi) -> None:
    told = json.loads((bag / "data/client.json").read_text())
    client = api.as_client("cabinet", "GET", "/v1/clients/cabinet").json
    for name in ("id", "name", "policy", "options", "terms", "announcement", "created_at"):
        assert told[name] == client[name], name
    assert told["contract"]["started_on"] == "2026-01-01"
    assert [change["policy"] for change in told["history"]["policies"]] == ["web2contact"]


def test_the_rules_say_what_they_end_and_when(bag: Path) -> None:
    rules = {(row["category"], row.get("rule")): row for row in jsonl_of(bag, "retention")}
    recordings = rules["recording", "RET-1"]
    assert recordings["records"] == len(AUDIO)
    assert recordings["duration"] == "P90D"
    assert recordings["first_due_at"] <= recordings["last_due_at"]
    assert rules["call", None]["records"] == len(CALLS)  # their contract goes on
    assert not any(category == "traffic" for category, _ in rules)


def test_what_was_erased_before_is_told_with_its_reason(bag: Path) -> None:
    rows = {(row["category"], row["rule"]): row for row in jsonl_of(bag, "erasures")}
    assert set(rows) >= {("call", "RET-2"), ("licence", "RET-2")}
    assert rows["call", "RET-2"]["records"] == 1
    assert rows["call", "RET-2"]["reason"] == "deleted by the client"


def test_what_is_not_in_it_is_told_with_its_ground(bag: Path) -> None:
    rows = jsonl_of(bag, "exclusions")
    traffic = next(row for row in rows if row.get("category") == "traffic")
    assert traffic["reason"] == "controller_data"
    assert "L.34-1" in traffic["legal_ground"]
    (objected,) = [row for row in rows if row["reason"] == "objected"]
    assert (objected["records"], objected["rule"]) == (1, "CON-1")
    assert {row["reason"] for row in rows} == {"controller_data", "objected"}


def test_the_breaches_of_which_the_client_was_told_are_in_it_and_no_others(
    bag: Path, api: RecordApi
) -> None:
    (row,) = jsonl_of(bag, "breaches")
    (listed,) = api.as_client("cabinet", "GET", "/v1/clients/cabinet/breaches").json["items"]
    assert row["circumstances"] == ODD
    assert {name: listed[name] for name in row} == row


def test_what_the_operator_opened_is_told_with_its_purpose(bag: Path) -> None:
    (access,) = [row for row in jsonl_of(bag, "accesses") if row["role"] == "support"]
    assert (access["purpose"], access["reference"]) == ("support", "ticket 4711")
    assert access["action"] == "call.read"
    assert "client" not in {row["role"] for row in jsonl_of(bag, "accesses")}

"""What the kinds of packages hold, and what they leave out."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from telecom_privacy.reversibility.payload import Payload
from tests.records.builders import RecordApi
from tests.reversibility.tables.builders import AUDIO, CALLER, CALLS, STRANGER, jsonl_of, names_of

Unpack = Callable[..., Path]


def reasons(bag: Path) -> dict[str, int | None]:
    """Why something is not in a package, and how much: what concerns this package alone."""
    rows = jsonl_of(bag, "exclusions")
    found = {row["reason"]: row.get("records") for row in rows}
    return {reason: count for reason, count in found.items() if reason != "controller_data"}


def test_a_history_holds_its_period_and_the_licences_in_it(unpack: Unpack, api: RecordApi) -> None:
    since = (api.clock.now() - timedelta(minutes=100)).isoformat()
    bag = unpack(kind="history", **{"from": since})

    assert names_of(bag, "calls") == ["one", "two"]
    assert names_of(bag, "licences") == ["licence-1"]
    assert reasons(bag) == {"outside_period": None}
    assert names_of(bag, "records/call_note")


def test_an_empty_package_has_its_tables_all_the_same(unpack: Unpack) -> None:
    bag = unpack(kind="history", until="2020-01-01T00:00:00Z")
    for table in ("calls", "recordings", "licences"):
        assert jsonl_of(bag, table) == []
        assert (bag / f"data/{table}.csv").read_bytes().endswith(b"\r\n")
    assert not (bag / "data/records").exists()


def test_without_audio_the_recordings_are_named_only(unpack: Unpack) -> None:
    bag = unpack(audio=False)
    rows = jsonl_of(bag, "recordings")
    assert {(row["call_id"], row["id"]) for row in rows} == set(AUDIO)
    assert {row["path"] for row in rows} == {None}
    assert not (bag / "data/recordings").exists()
    assert reasons(bag)["audio_not_wanted"] == len(AUDIO)


def test_what_falls_due_too_soon_is_counted(unpack: Unpack, api: RecordApi) -> None:
    api.create_client("hasty")
    for name, days in (("soon", 89), ("late", 1)):
        body = api.call(ended_ago=timedelta(days=days), licence_id="licence-1")
        api.put_call("hasty", name, body)
        assert api.put_recording("hasty", name, AUDIO["one", "main"]).status_code == 201

    bag = unpack("hasty", valid_for="P3D")

    assert names_of(bag, "calls") == ["late", "soon"]
    assert [row["call_id"] for row in jsonl_of(bag, "recordings")] == ["late"]
    (due,) = [row for row in jsonl_of(bag, "exclusions") if row["reason"] == "due_soon"]
    assert (due["category"], due["rule"], due["records"]) == ("recording", "RET-1", 1)


def test_a_licence_that_falls_due_too_soon_is_not_told_as_erased(
    unpack: Unpack, api: RecordApi
) -> None:
    api.create_client("ending", policy="bureau24", terms={"call": "P1Y"})
    assert api.put_call("ending", "one", api.call()).status_code == 201
    body = {"ended_on": (api.clock.now() - timedelta(days=5)).date().isoformat()}
    ended = api.as_(
        "admin", "POST", "/v1/clients/ending/contract-end", json={**body, "keep_account": False}
    )
    assert ended.status_code == 201, ended.json

    bag = unpack("ending", valid_for="P31D")

    assert names_of(bag, "calls") == ["one"]
    assert jsonl_of(bag, "licences") == [{"id": "licence-1", "status": "left_out"}]
    assert reasons(bag) == {"due_soon": 1}


def test_what_was_stored_after_its_moment_is_not_in_it_whatever_became_of_it_since(
    unpack: Unpack, api: RecordApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, write = api.create_client("busy"), Payload.write
    api.stored(client, "call_note", "before")

    def written(payload: Payload, *args: Any) -> None:
        api.clock.advance(seconds=1)
        for text in ("first", "second"):
            assert api.put(client, "call_note", "after", {"text": text}).status_code in (200, 201)
        write(payload, *args)

    monkeypatch.setattr(Payload, "write", written)
    bag = unpack(client)
    assert names_of(bag, "records/call_note") == ["before"]


def test_a_person_gets_what_concerns_it_and_the_least_of_others(unpack: Unpack) -> None:
    bag = unpack(kind="subject", subject="06 12 34 56 78")

    of_caller = [n for n, c in CALLS.items() if CALLER in (c.get("from", CALLER), c.get("to"))]
    calls = {row["id"]: row for row in jsonl_of(bag, "calls")}
    assert sorted(calls) == sorted(of_caller)
    assert calls["one"]["caller_name"]
    assert "caller_name" not in calls["-out"]  # there somebody else called
    assert [change["was"] for change in calls["-out"]["history"]] == [{}]
    assert all(row["call_id"] in calls for row in jsonl_of(bag, "recordings"))
    assert names_of(bag, "records/voicemail") == ["message"]
    for licence in jsonl_of(bag, "licences"):
        assert set(licence) <= {"id", "kind", "status"}


def test_nothing_in_it_is_about_somebody_else(unpack: Unpack) -> None:
    bag = unpack(kind="subject", subject=CALLER)

    everything = b"".join(p.read_bytes() for p in bag.rglob("*") if p.suffix in (".csv", ".jsonl"))
    assert STRANGER.encode() not in everything
    assert not (bag / "data/records/contact.jsonl").exists()
    assert not (bag / "data/erasures.csv").exists()
    assert not (bag / "data/accesses.csv").exists()
    assert not (bag / "data/breaches.csv").exists()
    assert not (bag / "data/staff_keys.csv").exists()
    assert (bag / "data/client.json").read_text().count(":") == 2
    assert "other_persons" in reasons(bag)


def test_somebody_without_a_number_has_records_only(unpack: Unpack, api: RecordApi) -> None:
    api.stored("cabinet", "attachment", "letter", {}, subject="a.person@example.org")
    bag = unpack(kind="subject", subject="a.person@example.org")
    assert jsonl_of(bag, "calls") == []
    assert names_of(bag, "records/attachment") == ["letter"]
    api.delete("cabinet", "attachment", "letter")

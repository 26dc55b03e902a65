"""A secret hold shows in no table: not in what is there, nor in what is not, nor in any count."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from telecom_privacy.bootstrap import Services
from tests.builders import tone
from tests.holds.builders import kept, place
from tests.records.builders import RecordApi
from tests.reversibility.tables.builders import jsonl_of

_RANDOM = ("certificate", "record_id", "receipt", "path", "received_at", "created_at")


_OF_A_KEY = ("id", "label")
"""What the tests' own keys of two clients differ in: random ids, and labels with their names."""


def live(api: RecordApi, client: str) -> None:
    """What two clients have in common: some is deleted, some is over, some stays."""
    api.create_client(client)
    for name, days in (("old", 80), ("deleted", 2), ("new", 1)):
        api.put_call(client, name, api.call(ended_ago=timedelta(days=days)))
        assert api.put_recording(client, name, tone(0.1)).status_code == 201
    api.stored(client, "call_note", "deleted")
    api.stored(client, "call_note", "kept")


def delete(api: RecordApi, client: str) -> None:
    path = f"/v1/clients/{client}/calls"
    for gone in (f"{path}/deleted", f"{path}/new/recording"):
        assert api.as_client(client, "DELETE", gone).status_code == 204
    assert api.delete(client, "call_note", "deleted").status_code == 204


def told(bag: Path) -> dict[str, list[dict[str, Any]]]:
    """All tables but for what differs in any case."""
    tables = [str(path.relative_to(bag / "data"))[:-6] for path in bag.rglob("data/**/*.jsonl")]
    return {table: [_plain(table, row) for row in jsonl_of(bag, table)] for table in tables}


def _plain(table: str, row: dict[str, Any]) -> dict[str, Any]:
    other = (*_RANDOM, *_OF_A_KEY) if table == "staff_keys" else _RANDOM
    return {name: value for name, value in row.items() if name not in other}


def test_a_secret_hold_shows_in_no_table(
    api: RecordApi, services: Services, unpack: Callable[..., Path]
) -> None:
    now = api.clock.now()
    for client in ("held", "free"):
        live(api, client)
    hold = place(api, client_id="held")
    for client in ("held", "free"):
        delete(api, client)
    api.clock.advance(days=11)  # the oldest recording is over
    services.sweeps.run("test")
    assert kept(services, hold)

    held, free = told(unpack("held")), told(unpack("free"))

    assert held == free
    rules = {(row["category"], row["rule"]) for row in held["erasures"]}
    assert rules == {
        ("recording", "RET-1"),
        ("recording", "RET-2"),
        ("call", "RET-2"),
        ("call_note", "RET-2"),
    }
    api.clock.set(now)

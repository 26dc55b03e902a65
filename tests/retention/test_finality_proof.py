"""With all old bytes of all databases and the root keys of today, nothing erased can be opened."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from telecom_privacy.bench.opponents.attacker import Attacker
from telecom_privacy.bench.opponents.copies import Copies, subjects, tokens
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import PREFIX, Settings
from telecom_privacy.storage.embedded import EmbeddedServer
from tests.builders import Api, MovableClock
from tests.retention.builders import AUDIO, put_recorded_call, sweep
from tests.wiring import own_settings

GONE, KEPT, OLD = "+33611111111", "+33622222222", "+33633333333"
NAME, NOTE = "Personne Effacee", "note qui fut remplacee"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("proof")


@pytest.fixture(scope="module")
def settings(place: Path) -> Iterator[Settings]:
    """A database of this module alone: its files are copied."""
    with EmbeddedServer.start(place / "database") as server:
        uris = ("MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI")
        found = Settings.from_environment({PREFIX + name: server.uri for name in uris})
        yield own_settings(found, place)


def erased(services: Services) -> set[tuple[Any, str]]:
    """Where the keys lay of all that the ledger says was erased."""
    ledger = services.databases.audit["erasures"].find()
    return {(item["page"], item["slot"]) for one in ledger for item in one["items"]}


def test_nothing_that_was_erased_can_be_opened_with_every_copy_and_the_current_roots(
    api: Api, services: Services, clock: MovableClock, client: str, place: Path, settings: Settings
) -> None:
    put_recorded_call(api, client, "old", **{"from": OLD}, ended_ago=timedelta(0))
    clock.advance(days=380)  # its recording and the operator's copy of it are due
    put_recorded_call(api, client, "gone", **{"from": GONE, "caller_name": NAME})
    put_recorded_call(api, client, "kept", **{"from": KEPT, "note": NOTE})
    copies, messages = Copies(place, settings), f"/v1/clients/{client}/records/message"
    for message, subject in (("gone", GONE), ("kept", KEPT)):
        body = {"occurred_at": clock.now().isoformat(), "subject": subject, "data": {}}
        answer = api.as_client(client, "PUT", f"{messages}/{message}", json=body)
        assert answer.status_code == 201
    before = copies.take("before")
    calls = f"/v1/clients/{client}/calls"
    assert api.as_client(client, "PATCH", f"{calls}/kept", json={"note": "neu"}).status_code == 200
    assert api.as_client(client, "DELETE", f"{calls}/gone").status_code == 204
    assert api.as_client(client, "DELETE", f"{messages}/gone").status_code == 204
    sweep(services, clock)
    between = copies.take("between")
    destroyed = erased(services)
    old_roots = [json.loads(path.read_text()) for path in settings.key_dir.iterdir()]

    attacker = Attacker(settings.key_dir, [before, between])
    assert destroyed & attacker.record_keys.keys()  # so he would find something afterwards, too
    assert OLD in attacker.numbers(tokens(before, "bulk.traffic"), [OLD])
    assert GONE in attacker.numbers(tokens(before, "bulk.calls"), [GONE])
    assert attacker.subjects(subjects(before), [GONE, KEPT]) == {GONE, KEPT}
    assert NAME.encode() in b"".join(attacker.readings())

    done = services.finality.run("test")
    assert done is not None
    assert done.erasures == services.databases.audit["erasures"].count_documents({})
    after = copies.take("after")

    attacker = Attacker(settings.key_dir, [before, between, after])
    assert not destroyed & attacker.record_keys.keys()
    said = b"".join(attacker.readings())
    assert not [text for text in (NAME, NOTE) if text.encode() in said]
    assert attacker.numbers(tokens(before, "bulk.calls"), [GONE]) == set()
    assert attacker.numbers(tokens(before, "bulk.traffic"), [OLD]) == set()
    assert attacker.subjects(subjects(before, between), [GONE, KEPT]) == set()
    # What was not erased he reads: he has the root keys.
    assert KEPT.encode() in said
    assert KEPT in attacker.numbers(tokens(after, "bulk.calls"), [KEPT])
    assert attacker.subjects(subjects(after), [GONE, KEPT]) == {KEPT}
    found = api.as_client(client, "GET", messages, query_string={"subject": KEPT})
    assert [one["id"] for one in found.json["items"]] == ["kept"]

    raw = copies.bytes_of("before", "between", "after", "keys")
    for root in old_roots:
        assert root["secret"].encode() not in raw
        assert base64.b64decode(root["secret"]) not in raw
    assert AUDIO not in raw

"""Packages with a vCon for each call."""

import hashlib
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.crypto.test_jws import verified
from tests.records.builders import RecordApi
from tests.reversibility.tables.builders import AUDIO, CALLER, CALLS, ODD, jsonl_of
from tests.reversibility.tables.vcon_schema import VCON

SIGNER = "/v1/exports/certificate"


@pytest.fixture(scope="module")
def bag(unpack: Callable[..., Path]) -> Path:
    return unpack(vcon=True)


def opened(bag: Path) -> dict[str, dict[str, Any]]:
    """The vCons of a package by their calls' ids, once their signatures are verified."""
    found = {}
    for path in (bag / "data/vcon").iterdir():
        signed = json.loads(path.read_bytes())
        vcon = json.loads(verified(signed))
        assert signed["signatures"][0]["header"]["uuid"] == vcon["uuid"]
        assert path.name == f"{vcon['uuid']}.vcon.json"
        found[vcon["attachments"][0]["body"]["id"]] = vcon
    return found


def test_each_call_has_one_that_the_draft_allows(bag: Path) -> None:
    vcons = opened(bag)

    assert vcons.keys() == CALLS.keys()
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    for vcon in vcons.values():
        jsonschema.validate(vcon, VCON, format_checker=checker)
    tables = {row["id"]: row["record_id"] for row in jsonl_of(bag, "calls")}
    assert {name: vcon["uuid"] for name, vcon in vcons.items()} == tables


def test_they_are_signed_by_the_key_of_the_package(bag: Path, api: RecordApi) -> None:
    pem = api.request("GET", SIGNER).text.replace("\n", "")
    for path in (bag / "data/vcon").iterdir():
        [signature] = json.loads(path.read_bytes())["signatures"]
        assert signature["header"]["x5c"][0] in pem


def test_recordings_are_referred_to_by_place_and_hash(bag: Path) -> None:
    vcons = opened(bag)
    referred = [d for vcon in vcons.values() for d in vcon["dialog"] if "url" in d]

    files = [(bag / "data/vcon" / one["url"]).read_bytes() for one in referred]
    assert sorted(files) == sorted(AUDIO.values())
    for one, data in zip(referred, files, strict=True):
        digest = one["content_hash"].removeprefix("sha256-") + "="
        assert urlsafe_b64decode(digest) == hashlib.sha256(data).digest()


def test_they_say_who_spoke_and_what_became_of_it(bag: Path) -> None:
    vcons = opened(bag)

    caller, called = vcons["one"]["parties"]
    assert (caller["name"], called.keys()) == (ODD, {"tel", "uuid"})
    assert vcons["one"]["attachments"][1]["body"] == "'quoted'"
    assert vcons['three "odd", id']["parties"][0] == {}
    assert vcons['three "odd", id']["dialog"][0]["disposition"] == "no-answer"
    assert vcons["-out"]["parties"][1] == {"tel": CALLER}
    assert vcons["objected"]["dialog"][0].keys() == {"type", "start", "duration", "parties"}


def test_nothing_refers_to_audio_that_was_not_asked_for(unpack: Callable[..., Path]) -> None:
    vcons = opened(unpack(vcon=True, audio=False, kind="history"))
    for vcon in vcons.values():
        jsonschema.validate(vcon, VCON)
    assert not any("url" in one for vcon in vcons.values() for one in vcon["dialog"])


def test_without_a_wish_there_are_none(unpack: Callable[..., Path]) -> None:
    assert not (unpack(audio=False) / "data/vcon").exists()

"""Looks at what an order reaches, and takes what is given for it."""

import io
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any

import pyrage
from werkzeug.test import TestResponse

from tests.builders import Api
from tests.disclosure.builders import FIRST, IDENTITY, RECIPIENT, SECOND, LegalDesk
from tests.retention.builders import AUDIO

A_MONTH_AGO = timedelta(days=30)
_NUMBERS = count(1)


def fresh_number() -> str:
    """A number that no other test has calls with."""
    return f"+336399{next(_NUMBERS):05}"


def put_recorded(
    api: Api, client: str, call_id: str, ended_ago: timedelta = A_MONTH_AGO, **call: Any
) -> dict[str, Any]:
    """Hand in a call with a recording; returns the call."""
    body = api.call(ended_ago, **call)
    assert api.put_call(client, call_id, body).status_code == 201
    assert api.put_recording(client, call_id, AUDIO).status_code == 201
    return body


def erase(api: Api, client: str, call: str) -> None:
    path = f"/v1/clients/{client}/calls/{call}"
    assert api.as_client(client, "DELETE", path).status_code == 204


def matches(desk: LegalDesk, path: str) -> dict[str, Any]:
    answer = desk.as_(FIRST, "GET", f"{path}/matches")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def line(desk: LegalDesk, path: str, category: str) -> tuple[int, int, Mapping[str, int]]:
    """What was found and what is given of a category, and why not all."""
    lines = [one for one in matches(desk, path)["lines"] if one["category"] == category]
    assert len(lines) == 1
    return lines[0]["found"], lines[0]["given"], lines[0]["reasons"]


def calls(desk: LegalDesk, path: str, query: str = "") -> list[dict[str, Any]]:
    answer = desk.as_(FIRST, "GET", f"{path}/matches/calls{query}")
    assert answer.status_code == 200, answer.json
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def disclose(desk: LegalDesk, path: str, person: str = SECOND) -> TestResponse:
    return desk.as_(person, "POST", f"{path}/disclose", json=RECIPIENT)


def disclosed(desk: LegalDesk, path: str) -> dict[str, Any]:
    answer = disclose(desk, path)
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def package(desk: LegalDesk, path: str) -> dict[str, bytes]:
    """The files of a sealed package, as its recipient opens them, by their paths in the bag."""
    answer = desk.as_(FIRST, "GET", f"{path}/package")
    assert answer.status_code == 200, answer.json
    with zipfile.ZipFile(io.BytesIO(pyrage.decrypt(answer.data, [IDENTITY]))) as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


def audio(files: Mapping[str, bytes]) -> list[bytes]:
    return [files[name] for name in files if name.startswith("data/recordings/")]


def steps(desk: LegalDesk, path: str) -> list[str]:
    return [step["step"] for step in desk.show(path)["steps"]]

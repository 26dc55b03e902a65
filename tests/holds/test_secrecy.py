"""After the end of its contract no client, and no platform, can tell that something is held."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from werkzeug.test import TestResponse

from telecom_privacy.bootstrap import Services
from tests.builders import Api, MovableClock, recording_path
from tests.holds.builders import place
from tests.retention.builders import AUDIO, end_contract, put_recorded_call

TWINS = ("twin-free", "twin-held")
PATIENCE_SECONDS = 30
MOMENTS = (
    (timedelta(seconds=-1), False),
    (timedelta(), False),
    (timedelta(), True),
    (timedelta(seconds=30), True),
    (timedelta(minutes=3), True),
    (timedelta(minutes=15), True),
    (timedelta(minutes=16), True),
)
"""When the twins are asked, as seen from the end of their windows, and whether after a sweep."""

RECORD = {"licence_id": "licence-1", "occurred_at": "2026-01-01T00:00:00Z", "data": {"text": "x"}}
JSON_READS = (
    "",
    "/calls",
    "/calls?number=%2B33612345678",
    "/calls?licence_id=licence-1",
    "/calls/old",
    "/calls/old/receipt",
    "/calls/old/recording",
    "/calls/none",
    "/licences",
    "/licences/licence-1",
    "/licences/none",
    "/records/call_note",
    "/records/call_note?subject=%2B33612345678",
    "/records/call_note/note",
    "/records/call_note/note/content",
    "/records/call_note/none",
    "/exports",
    "/api-keys",
    "/statistics",
)
UNLIKE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|[\w+/-]{32,}=*|\d{4}-\d\d-\d\dT[0-9:.]+Z|twin-\w+"
    r'|"(?:leaf_index|bytes)":\d+|"signature":"[^"]*"|"log":\{[^}]*\}'
)
"""What differs between any two clients: ids, digests, signatures, log entries, moments, names."""


@pytest.fixture
def twins(api: Api, clock: MovableClock) -> datetime:
    """Two clients with the same data, one of them under a secret hold; when both windows close."""
    closes_at = clock.now()
    for twin in TWINS:
        api.create_client(twin)
        put_recorded_call(api, twin, "old")
        put_recorded_call(api, twin, "deleted")
        path = f"/v1/clients/{twin}"
        note = f"{path}/records/call_note/note"
        assert api.as_client(twin, "PUT", note, json=RECORD).status_code == 201
        assert api.as_client(twin, "DELETE", f"{path}/calls/deleted").status_code == 204
        ended = end_contract(api, twin, clock.now().date().isoformat())
        closes_at = datetime.fromisoformat(ended["window"]["closes_at"])
    place(api, client_id="twin-held")
    return closes_at


def _requests(api: Api, moment: int) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """All that a client and a platform may ask: role, method, path and body."""
    audio = {"data": AUDIO, "content_type": "audio/wav"}
    old = api.call(ended_ago=timedelta(days=60))
    yield from (("client", "GET", path, {}) for path in JSON_READS)
    yield from (("client", "DELETE", f"/{one}/none", {}) for one in ("calls", "records/call_note"))
    for method, path, body in (
        ("PATCH", "/calls/old", {"note": "n"}),
        ("PUT", f"/records/call_note/new-{moment}", RECORD),
        ("PUT", "/records/call_note/bad", {**RECORD, "licence_id": "none"}),
        ("POST", "/records/call_note/note/events", {"event": "restored"}),
        ("POST", "/exports", {"kind": "history"}),
        ("POST", "/api-keys", {"licence_ids": ["none"], "label": "x"}),
        ("POST", "/licences", {"id": f"l-{moment}", "label": "L", "kind": "agent"}),
    ):
        yield "client", method, path, {"json": body}
    for method, path, more in (
        *(("PUT", f"/calls/{call}", {"json": old}) for call in ("old", "deleted", f"c-{moment}")),
        ("PUT", "/calls/bad", {"json": {**old, "licence_id": "none"}}),
        ("PUT", f"/records/call_note/late-{moment}", {"json": RECORD}),
        ("POST", "/records/call_note/note/events", {"json": {"event": "restored"}}),
        ("PUT", "/calls/old/recording", audio),
        ("PUT", "/records/call_note/note/content", audio),
        ("GET", "/calls/old/receipt", {}),
        ("GET", "/recording-policy?licence_id=licence-1", {}),
        ("GET", "/recording-policy?licence_id=none", {}),
    ):
        yield "platform", method, path, more


def _answers(api: Api, twin: str, moment: int) -> Mapping[str, tuple[int, str]]:
    found = {}
    for role, method, rest, more in _requests(api, moment):
        path = f"/v1/clients/{twin}{rest}"
        is_client = role == "client"
        ask = partial(api.as_client, twin) if is_client else partial(api.as_, role)
        found[f"{role} {method} {rest}"] = _told(ask(method, path, **more))
    for path in (f"/v1/retention/preview?on=2099-01-01&client={twin}", "/v1/erasures"):
        found[path.replace(twin, "")] = _told(api.as_client(twin, "GET", path))
    return found


def _told(answer: TestResponse) -> tuple[int, str]:
    """What is listed of one moment comes in the order of random ids: it is compared sorted."""
    told = UNLIKE.sub("", answer.get_data().decode(errors="replace"))
    items = (answer.get_json(silent=True) or {}).get("items", ())
    rest = sorted(UNLIKE.sub("", json.dumps(item, separators=(",", ":"))) for item in items)
    return answer.status_code, "".join(rest) or told


def _until_packages_are_made(services: Services) -> None:
    """They are made beside the requests: how far one is at a moment differs by itself."""
    exports, until = services.databases.bulk["exports"], time.monotonic() + PATIENCE_SECONDS
    while exports.count_documents({"state": "preparing"}):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_secret_hold_shows_in_no_answer_to_a_client_or_platform(
    api: Api, services: Services, clock: MovableClock, twins: datetime
) -> None:
    for moment, (after, is_swept) in enumerate(MOMENTS):
        _until_packages_are_made(services)
        clock.set(twins + after)
        if is_swept:
            services.sweeps.run("test")
        free, held = (_answers(api, twin, moment) for twin in TWINS)
        assert held == free, f"{after} after the window, swept: {is_swept}"
        if after >= timedelta():
            assert free["client GET /calls/old"][0] == 410
            assert free["platform PUT /calls/bad"][0] == 410


def test_whatever_is_gone_is_told_in_the_same_words(
    api: Api, client: str, clock: MovableClock
) -> None:
    for call in ("deleted", "over"):
        put_recorded_call(api, client, call)
    deleted, over = (recording_path(client, call) for call in ("deleted", "over"))
    assert api.as_client(client, "DELETE", deleted).status_code == 204
    clock.advance(days=4000)
    answers = [api.as_client(client, "GET", path) for path in (deleted, over)]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert answers[0].json == answers[1].json

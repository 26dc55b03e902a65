"""Two clients alike, of one of which something secret is kept: all that both are told."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from werkzeug.test import TestResponse

from telecom_privacy.bootstrap import Services
from tests.builders import Api
from tests.retention.builders import AUDIO

TWINS = ("twin-free", "twin-held")
PATIENCE_SECONDS = 30

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


def answers(api: Api, twin: str, moment: int) -> Mapping[str, tuple[int, str]]:
    """What a client and a platform are told, without what differs between any two clients."""
    found = {}
    for role, method, rest, more in _requests(api, moment):
        path = f"/v1/clients/{twin}{rest}"
        is_client = role == "client"
        ask = partial(api.as_client, twin) if is_client else partial(api.as_, role)
        found[f"{role} {method} {rest}"] = told(ask(method, path, **more))
    for path in (f"/v1/retention/preview?on=2099-01-01&client={twin}", "/v1/erasures"):
        found[path.replace(twin, "")] = told(api.as_client(twin, "GET", path))
    return found


def told(answer: TestResponse) -> tuple[int, str]:
    """What is listed of one moment comes in the order of random ids: it is compared sorted."""
    told = UNLIKE.sub("", answer.get_data().decode(errors="replace"))
    items = (answer.get_json(silent=True) or {}).get("items", ())
    rest = sorted(UNLIKE.sub("", json.dumps(item, separators=(",", ":"))) for item in items)
    return answer.status_code, "".join(rest) or told


def until_packages_are_made(services: Services) -> None:
    """They are made beside the requests: how far one is at a moment differs by itself."""
    exports, until = services.databases.bulk["exports"], time.monotonic() + PATIENCE_SECONDS
    while exports.count_documents({"state": "preparing"}):
        assert time.monotonic() < until
        time.sleep(0.05)

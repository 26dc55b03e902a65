"""Many calls in one body, one a line; every line judged by itself."""

import json
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.ingest import MOST_CALLS, CallIngest
from telecom_privacy.verify.proofs import verify_receipt
from tests.builders import NDJSON, Api
from tests.calls.keystore import assert_tidy


def test_good_lines_are_stored_even_if_others_are_not(
    api: Api, client: str, services: Services
) -> None:
    lines = [
        _line(api, "good-1"),
        "",
        _line(api, "wrong", direction="sideways"),
        "{not json",
        "[1, 2]",
        '"text"',
        "null",
        _line(api, ""),
        json.dumps(api.call()),
        _line(api, "unknown", colour="blue"),
        _line(api, "licence", licence_id="nobody"),
        _line(api, "number", to="12345678901234567890"),
        '{"call_id": "nan", "to": NaN}',
        "   \t",
        _line(api, "good-2", note="é ☎"),
    ]
    answer = post(api, client, "\n".join(lines))
    assert answer["accepted"] == 2
    assert answer["duplicates"] == 0
    assert {line["line"]: (line["call_id"], [*line["errors"]]) for line in answer["rejected"]} == {
        3: ("wrong", ["direction"]),
        4: (None, ["_schema"]),
        5: (None, ["_schema"]),
        6: (None, ["_schema"]),
        7: (None, ["_schema"]),
        8: ("", ["call_id"]),
        9: (None, ["call_id"]),
        10: ("unknown", ["colour"]),
        11: ("licence", ["licence_id"]),
        12: ("number", ["to"]),
        13: (None, ["_schema"]),
    }
    assert set(answer["receipts"]) == {"good-1", "good-2"}
    path = f"/v1/clients/{client}/calls/good-2"
    assert api.as_client(client, "GET", path).json["note"] == "é ☎"
    assert_tidy(services)


def test_lines_that_are_not_utf_8_or_not_json_are_rejected_by_themselves(
    api: Api, client: str
) -> None:
    good = _line(api, "good").encode()
    halved = b'{"call_id": "\\ud800"}'
    body = b"\n".join([b"\xff\xfe", b"\xef\xbb\xbf" + good, b"[" * 5000, halved, good])
    answer = post(api, client, body)
    assert answer["accepted"] == 1
    assert [line["line"] for line in answer["rejected"]] == [1, 2, 3, 4]


def test_lines_may_end_with_carriage_returns_and_the_last_with_nothing(
    api: Api, client: str
) -> None:
    lines = [_line(api, f"call-{n}") for n in range(3)]
    assert post(api, client, "\r\n".join(lines))["accepted"] == 3
    answer = post(api, client, "\r\n".join(lines) + "\r\n\r\n")
    assert (answer["duplicates"], answer["rejected"]) == (3, [])


def test_an_empty_batch_is_an_empty_success(api: Api, client: str) -> None:
    for body in ("", "\n", "\r\n \n"):
        assert post(api, client, body) == {
            "accepted": 0,
            "duplicates": 0,
            "rejected": [],
            "receipts": {},
        }


def test_a_call_twice_in_a_batch_counts_once(api: Api, client: str, services: Services) -> None:
    lines = [
        _line(api, "twice"),
        _line(api, "twice"),
        _line(api, "other"),
        _line(api, "twice", note="different"),
    ]
    answer = post(api, client, "\n".join(lines))
    assert (answer["accepted"], answer["duplicates"]) == (2, 1)
    assert [(line["line"], line["call_id"]) for line in answer["rejected"]] == [(4, "twice")]
    assert set(answer["receipts"]) == {"twice", "other"}
    assert_tidy(services)


def test_a_batch_of_any_length_again_gets_the_same_receipts(
    api: Api, client: str, services: Services
) -> None:
    count = MOST_CALLS + 1
    calls = {f"call-{n}": api.call(note=str(n)) for n in range(count)}
    first, again = (api.put_calls(client, calls).json for _ in range(2))
    assert (first["accepted"], first["duplicates"]) == (count, 0)
    assert (again["accepted"], again["duplicates"]) == (0, count)
    assert again["receipts"] == first["receipts"]
    assert set(first["receipts"]) == set(calls)
    assert api.put_call(client, "call-7", calls["call-7"]).json == first["receipts"]["call-7"]
    key = api.request("GET", "/v1/audit/key").text.strip()
    for call_id, receipt in first["receipts"].items():
        assert receipt["id"] == call_id
        verify_receipt(receipt, key, None, None)
    assert len({receipt["leaf_index"] for receipt in first["receipts"].values()}) == count
    assert_tidy(services)


def test_no_more_of_a_batch_is_in_memory_than_its_bytes_allow(
    api: Api, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [_line(api, f"long-{n}", note="x" * 3_000) for n in range(5)]
    monkeypatch.setattr("telecom_privacy.calls.batch._MOST_BYTES", 2 * len(lines[0]) - 1)
    sizes, store = [], CallIngest.store

    def counting(ingest: CallIngest, access: Any, found: Any, calls: list[Any]) -> Any:
        sizes.append(len(calls))
        return store(ingest, access, found, calls)

    monkeypatch.setattr(CallIngest, "store", counting)
    assert post(api, client, "\n".join(lines))["accepted"] == 5
    assert sizes == [2, 2, 1]


def test_an_erased_call_is_rejected_and_the_others_are_stored(api: Api, client: str) -> None:
    calls = {f"call-{n}": api.call() for n in range(3)}
    api.put_call(client, "call-1", calls["call-1"])
    api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1")
    answer = api.put_calls(client, calls).json
    assert answer["accepted"] == 2
    assert [line["call_id"] for line in answer["rejected"]] == ["call-1"]


def test_another_media_type_is_refused(api: Api, client: str) -> None:
    path = f"/v1/clients/{client}/calls"
    for media_type in ("application/json", "text/plain", None):
        answer = api.as_("platform", "POST", path, data=_line(api, "a"), content_type=media_type)
        assert answer.status_code == 415
    charset = f"{NDJSON}; charset=utf-8"
    answer = api.as_("platform", "POST", path, data=_line(api, "a"), content_type=charset)
    assert answer.json["accepted"] == 1


def test_a_batch_or_a_line_that_is_too_large_is_refused(api: Api, client: str) -> None:
    path = f"/v1/clients/{client}/calls"
    long = b'{"note": "' + b"x" * 1024**2
    for body in (b"\n" * (1024**2 + 1), long):
        answer = api.as_("platform", "POST", path, data=body, content_type=NDJSON)
        assert answer.status_code == 413
        assert answer.mimetype == "application/problem+json"


def test_only_the_platform_hands_in_calls(api: Api, client: str) -> None:
    path = f"/v1/clients/{client}/calls"
    more = {"data": _line(api, "a"), "content_type": NDJSON}
    assert api.as_client(client, "POST", path, **more).status_code == 403
    assert api.as_("admin", "POST", path, **more).status_code == 403
    assert api.request("POST", path, **more).status_code == 401


def post(api: Api, client: str, body: str | bytes) -> dict:
    path = f"/v1/clients/{client}/calls"
    answer = api.as_("platform", "POST", path, data=body, content_type=NDJSON)
    assert answer.status_code == 200, answer.text
    return answer.json


def _line(api: Api, call_id: str, **changes: object) -> str:
    return json.dumps({"call_id": call_id, **api.call(**changes)})

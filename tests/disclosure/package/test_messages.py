"""The messages, judged by the schemas that ETSI publishes."""

import base64
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from telecom_privacy.archive.assembly import File, measured
from telecom_privacy.disclosure.package import record_schema, ts102657, ts103120, ts103705
from telecom_privacy.disclosure.package.model import Delivery
from telecom_privacy.legal_bases.model import DataCategory
from tests.disclosure.package.builders import HOSTILE, delivery, hostile
from tests.etsi import json_faults, xml_faults

NOTHING = delivery(calls=tuple, records=tuple, recordings=tuple, proofs=(), order=None)
DELIVERIES = {"usual": delivery(), "hostile": hostile(), "nothing": NOTHING}
CORE = "{http://uri.etsi.org/03120/common/2019/10/Core}"
TASK = "{http://uri.etsi.org/03120/common/2020/09/Task}"
COMMON = "{http://uri.etsi.org/03120/common/2016/02/Common}"
DELIVERY = "{http://uri.etsi.org/03120/common/2019/10/Delivery}"
RETAINED = "{http://uri.etsi.org/02657/v1.28.1#/RetainedData}"


def records(made: Delivery) -> File:
    return measured("records", lambda: ts103705.response(made))


def message(made: Delivery) -> bytes:
    return b"".join(ts103120.message(made, records(made)))


def parsed(pieces: Iterable[bytes]) -> Any:
    return json.loads(b"".join(pieces))


def xml(written: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(written)  # noqa: S314  # what was just written here


def text(root: ElementTree.Element, path: str) -> str | None:
    found = root.find(path)
    assert found is not None
    return found.text


@pytest.fixture(params=DELIVERIES, name="made")
def _made(request: pytest.FixtureRequest) -> Delivery:
    return DELIVERIES[request.param]


def test_the_message_is_valid_under_the_schema_of_ts_103_120(
    made: Delivery, specifications: Path, tmp_path: Path
) -> None:
    file = tmp_path / "message.xml"
    file.write_bytes(message(made))
    assert xml_faults(specifications, file) == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"<core:Timestamp>2026-10-27T00:30:00.000000Z", b"<core:Timestamp>2026-10-27T00:30:00Z"),
        (b"<task:Reference>FR-", b"<task:Reference>F-"),
        (b"<core:CREATE>", b"<core:CREATE><core:Identifier/>"),
        (b'"task:LDTaskObject"', b'"task:NoSuchObject"'),
    ],
)
def test_the_schema_finds_what_is_wrong(
    right: bytes, wrong: bytes, specifications: Path, tmp_path: Path
) -> None:
    file = tmp_path / "message.xml"
    made = message(delivery())
    assert right in made
    file.write_bytes(made.replace(right, wrong))
    assert xml_faults(specifications, file)


def test_the_message_delivers_the_records_with_their_checksum() -> None:
    root = xml(message(delivery()))
    data = base64.b64decode(text(root, f".//{DELIVERY}Data") or "", validate=True)
    assert data == b"".join(ts103705.response(delivery()))
    assert text(root, f".//{DELIVERY}Checksum") == records(delivery()).sha256
    assert text(root, f".//{DELIVERY}Manifest//{COMMON}Value") == "TS103705"


def test_records_that_xml_readers_would_refuse_lie_beside_the_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ts103120, "MOST_EMBEDDED", records(delivery()).length - 1)
    root = xml(message(delivery()))
    assert text(root, f".//{DELIVERY}Data") is None
    assert text(root, f".//{DELIVERY}Checksum") == records(delivery()).sha256


def test_the_task_says_whether_anything_was_found_and_what_was_asked() -> None:
    root = xml(message(delivery()))
    values = [one.text for one in root.findall(f".//{TASK}RequestValue/{TASK}Value")]
    assert values == ["33612345678", "3639", "poste-42", "appel-0001"]
    assert text(root, f".//{TASK}Status/{COMMON}Value") == "Disclosed"
    nothing = xml(message(NOTHING))
    assert text(nothing, f".//{TASK}Status/{COMMON}Value") == "DisclosureNotAvailable"


def test_the_task_has_a_type_where_the_order_asks_for_one_kind_of_data() -> None:
    asked = delivery().asked
    path = f".//{TASK}RequestDetails/{TASK}Type/{COMMON}Value"
    for categories, said in {
        (DataCategory.IDENTITY, DataCategory.BILLING): "SubscriberData",
        (DataCategory.TRAFFIC,): "TrafficData",
        (DataCategory.CONTENT,): "StoredContentData",
    }.items():
        made = delivery(asked=replace(asked, categories=categories))
        assert text(xml(message(made)), path) == said
    assert xml(message(delivery())).find(path) is None


def test_every_object_of_a_message_has_its_own_name_and_names_the_others() -> None:
    root = xml(message(delivery()))
    named = [one.text for one in root.findall(f".//{CORE}HI1Object/{CORE}ObjectIdentifier")]
    assert len(set(named)) == 3
    for found in root.findall(f".//{CORE}HI1Object"):
        own = text(found, f"{CORE}ObjectIdentifier")
        others = {one.text for one in found.findall(f".//{CORE}AssociatedObject")}
        assert others == set(named) - {own}


def test_another_delivery_of_a_case_is_of_the_same_task_and_order() -> None:
    first, later = delivery(), delivery(prepared_at=delivery().prepared_at + timedelta(days=1))
    path = f".//{CORE}HI1Object/{CORE}ObjectIdentifier"
    before, after = (
        [one.text for one in xml(message(made)).findall(path)] for made in (first, later)
    )
    assert before[:2] == after[:2]
    assert before[2] != after[2]


def test_the_records_are_valid_under_the_schema_of_ts_103_705_and_ours(
    made: Delivery, specifications: Path
) -> None:
    schema = json.loads(record_schema.schema(made.operator))
    assert json_faults(specifications, parsed(ts103705.response(made)), schema) == []


def test_the_schema_of_the_records_refuses_what_it_does_not_know(specifications: Path) -> None:
    schema = json.loads(record_schema.schema(delivery().operator))
    changes: list[dict[str, Any]] = [
        {"unknown": 1},
        {"timeBegin": "2026-10-25T00:30:00Z"},
        {"parties": [{"identity": {"phoneNumber": "+33612345678"}}]},
        {"origin": "elsewhere"},
        {"type": record_schema.RECORDING_TYPE},
    ]
    for change in changes:
        response = parsed(ts103705.response(delivery()))
        response["recordSet"][0].update(change)
        assert json_faults(specifications, response, schema), change


def test_the_records_hold_every_text_as_it_is() -> None:
    call, record, recording = parsed(ts103705.response(hostile()))["recordSet"]
    assert call["sessionRefId"] == call["client"] == HOSTILE
    assert call["parties"][0]["identity"] == {"unstructuredPhoneNumber": HOSTILE}
    assert record["data"] == {HOSTILE: HOSTILE}
    assert recording["mediaType"] == HOSTILE


def test_each_record_is_on_a_line_of_its_own() -> None:
    lines = b"".join(ts103705.response(hostile())).splitlines()
    assert len(lines) == 2 + 3 + 1


def test_a_withheld_number_is_a_party_without_identity_and_a_short_code_no_e164() -> None:
    call = parsed(ts103705.response(delivery()))["recordSet"][2]
    caller, called = call["parties"]
    assert "identity" not in caller
    assert called["identity"] == {"unstructuredPhoneNumber": "3639"}
    assert call["callDuration"] == 0
    assert "answeredAt" not in call


def test_the_extra_message_says_that_no_schema_judged_it_and_has_every_call(
    made: Delivery,
) -> None:
    written = b"".join(ts102657.message(made))
    assert "NON VALIDÉ".encode() in written.splitlines()[1]
    found = xml(written).findall(f".//{RETAINED}ResponseRecord")
    assert len(found) == len(list(made.calls()))


def test_the_extra_message_has_times_and_numbers_as_its_readers_want_them() -> None:
    root = xml(b"".join(ts102657.message(delivery())))
    assert text(root, f".//{RETAINED}startTime") == "20261025003000+0000"
    assert text(root, f".//{RETAINED}partyNumber") == "33612345678"

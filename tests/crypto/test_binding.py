from dataclasses import fields, replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.scope import Role
from tests.crypto.samples import bindings

OTHERS = {
    "kind": "content",
    "role": Role.CONTROLLER,
    "client_id": UUID(int=7),
    "licence_id": UUID(int=7),
    "category": "call",
    "month": "2026-11",
    "record_id": UUID(int=7),
}


def parts_of(encoded: bytes) -> list[bytes]:
    parts = []
    while encoded:
        end = 2 + int.from_bytes(encoded[:2], "big")
        parts.append(encoded[2:end])
        encoded = encoded[end:]
    return parts


@given(bindings)
def test_an_encoded_binding_reads_back_so_no_two_encode_alike(place: Binding) -> None:
    assert parts_of(place.encode()) == [
        b"telecom-privacy/v1",
        place.kind.encode(),
        place.client_id.bytes,
        place.licence_id.bytes,
        place.role.encode(),
        place.category.encode(),
        place.month.encode(),
        place.record_id.bytes,
    ]


@given(st.text(max_size=4), st.text(max_size=4), st.text(max_size=4), st.text(max_size=4))
def test_characters_cannot_wander_between_parts(a: str, b: str, c: str, d: str) -> None:
    one = Binding("record", Role.PROCESSOR, category=a, month=b).encode()
    other = Binding("record", Role.PROCESSOR, category=c, month=d).encode()
    assert (one == other) == ((a, b) == (c, d))


@pytest.mark.parametrize("name", [field.name for field in fields(Binding)])
def test_every_field_is_bound(name: str) -> None:
    place = Binding("record", Role.PROCESSOR)
    changes: dict[str, Any] = {name: OTHERS[name]}
    assert replace(place, **changes).encode() != place.encode()

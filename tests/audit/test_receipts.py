"""Signed statements, and how a receipt opens its log entry."""

import base64
import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.audit.model import Entry, commit
from telecom_privacy.audit.receipts import (
    CERTIFICATE,
    RECEIPT,
    leaf_of,
    receipt,
    signed,
    stored_event,
    verify_signed,
)
from telecom_privacy.crypto.signing import SigningKey
from telecom_privacy.errors import IntegrityError
from tests.audit.builders import NOON, SIGNING_KEY

KEY = SIGNING_KEY.public_key
SALT = bytes(range(32))
EVENT = stored_event("call.stored", "key:1", NOON, UUID(int=1), UUID(int=2), b"digest")
ENTRY = Entry(7, commit(SALT, EVENT.statement()), SALT)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=10,
)
statements = st.dictionaries(st.text(max_size=10), json_values, max_size=6).filter(
    lambda statement: "signature" not in statement
)


@pytest.fixture
def issued() -> dict[str, Any]:
    return receipt(EVENT, ENTRY, {"id": "call-1"}, SIGNING_KEY)


def test_a_receipt_says_what_was_logged_and_where(issued: dict[str, Any]) -> None:
    assert issued["id"] == "call-1"
    assert issued["record_id"] == str(UUID(int=2))
    assert issued["received_at"] == "2026-11-22T12:00:00.000Z"
    assert issued["digest"] == b"digest".hex()
    assert issued["leaf_index"] == 7
    verify_signed(RECEIPT, issued, KEY)


def test_a_receipt_recomputes_the_leaf_of_its_log_entry(issued: dict[str, Any]) -> None:
    assert leaf_of(json.loads(json.dumps(issued))) == ENTRY.leaf


@pytest.mark.parametrize("name", ["record_id", "received_at", "digest"])
def test_another_content_has_another_leaf(issued: dict[str, Any], name: str) -> None:
    assert leaf_of({**issued, name: "other"}) != ENTRY.leaf


@pytest.mark.parametrize("name", ["action", "actor", "client", "salt"])
def test_what_was_logged_is_bound_to_the_leaf(issued: dict[str, Any], name: str) -> None:
    logged = {**issued["logged"], name: base64.b64encode(bytes(32)).decode()}
    assert leaf_of({**issued, "logged": logged}) != ENTRY.leaf


@pytest.mark.parametrize("logged", [None, [], "x", {}, {"salt": 1}, 5])
def test_what_has_no_log_entry_is_no_receipt(issued: dict[str, Any], logged: object) -> None:
    with pytest.raises(IntegrityError, match="not a receipt"):
        leaf_of({**issued, "logged": logged})


@pytest.mark.parametrize(
    "changes",
    [
        {"action": 2**60},
        {"actor": float("nan")},
        {"client": "\ud800"},
        {"salt": "!"},
        {"salt": None},
    ],
)
def test_a_log_entry_that_json_cannot_hold_is_no_receipt(
    issued: dict[str, Any], changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match="not a receipt"):
        leaf_of({**issued, "logged": {**issued["logged"], **changes}})


@given(statements)
def test_what_is_signed_verifies_after_a_journey_through_json(statement: dict[str, Any]) -> None:
    issued = signed(RECEIPT, statement, SIGNING_KEY)
    verify_signed(RECEIPT, json.loads(json.dumps(issued)), KEY)


@given(statements, statements)
def test_a_signature_speaks_for_one_statement_only(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    issued = signed(RECEIPT, one, SIGNING_KEY)
    changed = {**other, "signature": issued["signature"]}
    if json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True):
        verify_signed(RECEIPT, changed, KEY)
        return
    with pytest.raises(IntegrityError, match="signature of the receipt is wrong"):
        verify_signed(RECEIPT, changed, KEY)


def test_a_signature_is_for_one_kind_of_statement_and_one_key(issued: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="signature of the certificate is wrong"):
        verify_signed(CERTIFICATE, issued, KEY)
    with pytest.raises(IntegrityError, match="altered, or not ours"):
        verify_signed(RECEIPT, issued, SigningKey("other", bytes([1]) * 32).public_key)


@pytest.mark.parametrize("signature", [None, 1, "", "!", "AAAA", "é", ["x"]])
def test_a_signature_that_is_none_is_refused(issued: dict[str, Any], signature: object) -> None:
    with pytest.raises(IntegrityError):
        verify_signed(RECEIPT, {**issued, "signature": signature}, KEY)


@pytest.mark.parametrize("value", [2**60, float("inf"), "\ud800", {1: 2}])
def test_what_has_no_canonical_form_is_refused(issued: dict[str, Any], value: object) -> None:
    with pytest.raises(IntegrityError):
        verify_signed(RECEIPT, {**issued, "more": value}, KEY)


def test_what_is_nested_too_deeply_is_refused(issued: dict[str, Any]) -> None:
    nested: list[Any] = []
    for _ in range(5000):
        nested = [nested]
    with pytest.raises(IntegrityError, match="not a signed receipt"):
        verify_signed(RECEIPT, {**issued, "more": nested}, KEY)
    with pytest.raises(IntegrityError, match="not a receipt"):
        leaf_of({**issued, "record_id": nested})


def test_a_missing_signature_is_refused(issued: dict[str, Any]) -> None:
    del issued["signature"]
    with pytest.raises(IntegrityError, match="not a signed receipt"):
        verify_signed(RECEIPT, issued, KEY)

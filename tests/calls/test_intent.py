"""What is recorded of calls until they are stored is read again by recovery."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.calls.intent import IntendedCall, intended_calls, intent_to_store
from telecom_privacy.keys.model import KeyReference, PendingPage
from telecom_privacy.scope import NO_ID

ids = st.uuids().filter(lambda one: one != NO_ID)
calls = st.builds(IntendedCall, st.binary(min_size=16, max_size=16), ids, st.none() | ids)


def page_of(intended: list[IntendedCall]) -> PendingPage:
    return PendingPage(uuid4(), datetime.now(UTC), intent_to_store(uuid4(), intended), ())


@given(st.lists(calls, max_size=5))
def test_calls_and_the_slots_of_their_keys_are_read_as_they_were_recorded(
    intended: list[IntendedCall],
) -> None:
    page = page_of(intended)
    found = intended_calls(page)
    assert [call for call, _ in found] == intended
    ids: list[UUID] = [one for call in intended for one in call.record_ids]
    references = [(one, reference) for call, keys in found for one, reference in keys.items()]
    assert references == [(one, KeyReference(page.page, str(slot))) for slot, one in enumerate(ids)]


def test_a_call_without_a_copy_of_the_operators_has_one_key() -> None:
    call = IntendedCall(bytes(16), uuid4(), None)
    page = page_of([call])
    assert intended_calls(page) == [(call, {call.record_id: KeyReference(page.page, "0")})]

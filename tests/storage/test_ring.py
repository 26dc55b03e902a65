"""The names of what was destroyed: none is missed, or it is told that some may be."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telecom_privacy.bootstrap import Services
from telecom_privacy.storage.ring import RING, Ring, adding, ring_from

ID = "ring-of-a-test"
SOME = st.sampled_from([1, 2, 300, RING - 1, RING, RING + 1])


@given(additions=st.lists(st.tuples(SOME, st.booleans()), max_size=6))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_reader_learns_every_name_or_that_it_cannot(
    services: Services, additions: list[tuple[int, bool]]
) -> None:
    collection = services.databases.keystore["state"]
    collection.delete_one({"_id": ID})
    seen, added, expected = Ring(), 0, []
    for count, is_read in additions:
        names = [number.to_bytes(8, "big") for number in range(added, added + count)]
        collection.update_one({"_id": ID}, adding(names), upsert=True)
        added, expected = added + count, expected + names
        if is_read:
            now = ring_from(collection.find_one({"_id": ID}) or {})
            learnt = now.added_since(seen)
            assert learnt == (tuple(expected) if len(expected) <= RING else None)
            assert now.count == added
            assert len(now.names) == min(added, RING)
            seen, expected = now, []


def test_it_tells_whether_names_may_have_been_dropped() -> None:
    assert Ring(RING + 1, (b"a",) * RING).is_full
    assert not Ring(1, (b"a",)).is_full


@pytest.mark.parametrize("earlier", [Ring(), Ring(2, (b"x",)), Ring(6, (b"b", b"c"))])
def test_what_was_added_since_another_time_line_or_too_long_ago_is_not_known(
    earlier: Ring,
) -> None:
    assert Ring(5, (b"a", b"b")).added_since(earlier) is None

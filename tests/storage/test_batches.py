"""Many ids are asked for some at a time; what is asked for is all of them, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.storage.batches import one_of, queries_by_id


def asked(query):
    wanted = query["_id"]
    return wanted["$in"] if isinstance(wanted, dict) else [wanted]


@given(st.lists(st.integers(), max_size=200))
def test_all_ids_are_asked_for_in_order_and_at_most_fifty_at_a_time(ids):
    queries = [asked(query) for query in queries_by_id(iter(ids))]
    assert [one for query in queries for one in query] == ids
    assert all(len(query) == 50 for query in queries[:-1])
    assert all(1 <= len(query) <= 50 for query in queries[-1:])


def test_one_id_is_asked_for_by_equality():
    assert list(queries_by_id([b"one"])) == [{"_id": b"one"}]


def test_one_value_is_wanted_as_equal_and_several_as_one_of_them():
    assert one_of([b"one"]) == b"one"
    assert one_of((b"one", b"other")) == {"$in": [b"one", b"other"]}
    assert one_of([]) == {"$in": []}


def test_ids_are_read_no_sooner_than_they_are_asked_for():
    read = []
    queries = queries_by_id(read.append(number) or number for number in range(120))
    next(queries)
    assert read == list(range(50))

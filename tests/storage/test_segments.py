"""Segments of encrypted content in the database."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from telecom_privacy.errors import IntegrityError
from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import connect
from telecom_privacy.storage.segments import SegmentStore

CONTENT = [bytes([n]) * (n + 1) for n in range(40)]


@pytest.fixture
def store(settings: Settings) -> Iterator[SegmentStore]:
    databases = connect(settings)
    store = SegmentStore(databases.bulk)
    store.create_indexes()
    yield store
    databases.bulk.client.drop_database(databases.bulk.name)
    databases.close()


def test_segments_come_back_in_order_whatever_the_groups_they_came_in(store: SegmentStore) -> None:
    one, other = uuid4(), uuid4()
    store.insert(one, 20, CONTENT[20:])
    store.insert(other, 0, [b"other"])
    store.insert(one, 0, CONTENT[:20])
    assert list(store.fetch(one, 0, 39)) == CONTENT
    for first, last in ((0, 0), (39, 39), (14, 17), (16, 31), (5, 38)):
        assert list(store.fetch(one, first, last)) == CONTENT[first : last + 1]
    assert list(store.fetch(other, 0, 0)) == [b"other"]


def test_a_missing_segment_is_an_error_and_not_a_gap(store: SegmentStore) -> None:
    content = uuid4()
    store.insert(content, 0, CONTENT[:3])
    store.insert(content, 4, CONTENT[4:20])
    assert list(store.fetch(content, 0, 2)) == CONTENT[:3]
    for first, last in ((0, 3), (2, 5), (3, 3), (18, 20), (40, 40)):
        with pytest.raises(IntegrityError):
            list(store.fetch(content, first, last))


def test_erasing_takes_one_content_and_may_be_repeated(store: SegmentStore) -> None:
    one, other = uuid4(), uuid4()
    for content in (one, other):
        store.insert(content, 0, CONTENT)
    store.erase(one)
    store.erase(one)
    with pytest.raises(IntegrityError):
        next(store.fetch(one, 0, 0))
    assert list(store.fetch(other, 0, 39)) == CONTENT

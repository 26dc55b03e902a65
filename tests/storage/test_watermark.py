"""The longest log that was ever signed is never forgotten for a shorter one."""

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.storage.watermark import StoredWatermark


@pytest.fixture
def watermark(services: Services) -> StoredWatermark:
    services.databases.keystore["state"].delete_many({"_id": "audit-watermark"})
    return StoredWatermark(services.databases.keystore)


def test_nothing_is_remembered_at_first(watermark: StoredWatermark) -> None:
    assert watermark.read() is None


def test_a_longer_log_takes_the_place_of_a_shorter_one(watermark: StoredWatermark) -> None:
    watermark.advance(3, b"three")
    watermark.advance(5, b"five")
    assert watermark.read() == (5, b"five")


@pytest.mark.parametrize("size", [4, 5])
def test_a_log_that_is_not_longer_does_not(watermark: StoredWatermark, size: int) -> None:
    watermark.advance(5, b"five")
    watermark.advance(size, b"other")
    assert watermark.read() == (5, b"five")

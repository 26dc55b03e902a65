"""Small worlds."""

from datetime import UTC, datetime

import pytest

from telecom_privacy.bench.roles.world import World


def small_world(seed: int = 1) -> World:
    world = World(seed, 24, 4, datetime(2026, 11, 20, tzinfo=UTC))
    world.bury_some()
    return world


@pytest.fixture
def world() -> World:
    return small_world()

"""What others do while a process stands still before any of its writes."""

from collections.abc import Callable

import pytest

from tests.model.histories import HISTORIES, Telling, telling
from tests.model.world import World


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.__name__)
def test_nothing_held_is_destroyed_and_nothing_erased_returns_while(
    new_world: Callable[[], World], history: Callable[[Telling], None]
) -> None:
    with telling(new_world) as told:
        history(told)

"""The model is worth what it finds: faults that are planted on purpose."""

from collections.abc import Callable

import pytest

from tests.model.histories import telling
from tests.model.planted import FAULTS, Fault
from tests.model.world import World


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.is_that)
def test_the_model_finds_that(
    new_world: Callable[[], World], fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    with telling(new_world) as told:
        monkeypatch.setattr(fault.owner, fault.name, fault.planted)
        with pytest.raises(AssertionError):
            fault.history(told)

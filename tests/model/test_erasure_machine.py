"""Erasure against holds, ingest, time, death and each other, by random histories of one client.

A process may stand still or die before any of its commands to the database, while others work.
After each step: what a hold keeps since before its erasure can be opened by the law's side; what is
due, deleted or objected to is served to nobody and never returns; what is neither reads as before;
and once all is quiet, what no hold keeps is destroyed, and certified once.

`TELECOM_PRIVACY_MODEL_EXAMPLES` sets how many histories are tried (each of up to 25 steps).
"""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.client_rules import ClientRules
from tests.model.staff_rules import StaffRules
from tests.model.world import World

EXAMPLES = int(os.environ.get("TELECOM_PRIVACY_MODEL_EXAMPLES", "0"))
SHORT = 1
STEPS = 25


class ErasureMachine(ClientRules, StaffRules):
    """All of it."""


def test_no_history_destroys_what_is_held_or_brings_back_what_was_erased(
    new_world: Callable[[], World],
) -> None:
    profile: dict[str, Any] = {"derandomize": not EXAMPLES, "max_examples": EXAMPLES or SHORT}
    run_state_machine_as_test(
        lambda: ErasureMachine(new_world),
        settings=settings(
            **profile,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),  # to shrink takes far longer than to read
            print_blob=True,
        ),
    )

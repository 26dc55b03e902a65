"""A run that slept while another took its place harms nothing; what it left is not forgotten."""

from collections.abc import Callable
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.errors import Conflict
from telecom_privacy.keys.rotation import KeyRotation
from telecom_privacy.storage.epoch import Epoch
from tests.builders import Api, MovableClock
from tests.erasure.kills import killed_at
from tests.retention.builders import call_status, put_recorded_call

Step = Callable[..., Any]


@pytest.fixture(autouse=True)
def _nobody_else_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """One process works here, and forgets what it cached by itself."""
    monkeypatch.setattr(Epoch, "outwait", lambda _: None)


@pytest.fixture
def kept(api: Api, client: str) -> str:
    """A client with a call that stays."""
    put_recorded_call(api, client, "kept")
    return client


def erase_a_call(api: Api, client: str, name: str) -> None:
    put_recorded_call(api, client, name)
    path = f"/v1/clients/{client}/calls/{name}"
    assert api.as_client(client, "DELETE", path).status_code == 204


def not_final(services: Services) -> int:
    return services.databases.audit["erasures"].count_documents({"final_at": {"$exists": False}})


@pytest.mark.parametrize("late", ["replace_keys", "destroy_replaced"])
@pytest.mark.parametrize("woken_in", ["move_nodes", "destroy_replaced", "end"])
def test_a_late_run_destroys_nothing_of_the_next(
    api: Api,
    services: Services,
    clock: MovableClock,
    kept: str,
    monkeypatch: pytest.MonkeyPatch,
    late: str,
    woken_in: str,
) -> None:
    erase_a_call(api, kept, "first")
    step: Step = getattr(KeyRotation, late)
    slept: list[tuple[Any, ...]] = []
    with monkeypatch.context() as patch:
        patch.setattr(KeyRotation, late, lambda *given: (slept.append(given), step(*given)))
        services.finality.run("test")
    erase_a_call(api, kept, "second")
    clock.advance(seconds=5)
    interrupted: Step = getattr(KeyRotation, woken_in)

    def waking(*given: Any) -> Any:
        if slept:
            with pytest.raises(Conflict):
                step(*slept.pop())
        return interrupted(*given)

    monkeypatch.setattr(KeyRotation, woken_in, waking)
    services.finality.run("test")

    assert not slept
    assert call_status(api, kept, "kept") == 200
    assert not_final(services) == 0
    nodes = services.databases.keystore["keys"].find({"generations": {"$exists": True}})
    assert all(len(node["generations"]) == 1 for node in nodes)


def test_what_was_erased_after_a_rotation_was_killed_becomes_final_too(
    api: Api, services: Services, clock: MovableClock, kept: str
) -> None:
    with killed_at(KeyRotation, "move_nodes"):
        services.finality.rotate("test")
    erase_a_call(api, kept, "gone")
    clock.advance(minutes=2)
    done = services.finality.run("test")
    assert done is not None
    assert done.erasures > 0
    assert not_final(services) == 0


def test_what_was_erased_after_a_killed_run_began_becomes_final_with_it(
    api: Api, services: Services, clock: MovableClock, kept: str
) -> None:
    erase_a_call(api, kept, "before")
    with killed_at(KeyRotation, "reach"):
        services.finality.run("test")
    clock.advance(minutes=2)
    erase_a_call(api, kept, "after")
    services.finality.run("test")
    assert not_final(services) == 0

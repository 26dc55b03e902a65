"""A sweep that finds nothing due costs the same, however much is stored."""

import functools
from collections import Counter
from datetime import timedelta

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandListener, CommandStartedEvent

from telecom_privacy import bootstrap
from telecom_privacy.settings import Settings
from telecom_privacy.storage import mongo
from tests.builders import Api, MovableClock
from tests.retention.builders import new_client, put_recorded_call, sweep


class Listener(CommandListener):
    """Counts commands per collection, but for the watching of the epoch."""

    def __init__(self) -> None:
        self.commands: Counter[str] = Counter()

    def started(self, event: CommandStartedEvent) -> None:
        self.commands[f"{event.command_name} {event.command[event.command_name]}"] += 1

    def succeeded(self, event: object) -> None: ...

    def failed(self, event: object) -> None: ...


def test_the_cost_of_nothing_due_does_not_grow_with_what_is_stored(
    api: Api, settings: Settings, clock: MovableClock, client: str
) -> None:
    other = new_client(api)
    put_recorded_call(api, client, "first")
    few = commands_of_a_sweep(settings, clock)
    for part in range(3):
        calls = {f"call-{part}-{n}": api.call(timedelta(minutes=n)) for n in range(200)}
        assert api.put_calls(other, calls).json["accepted"] == len(calls)
    for number in range(5):
        put_recorded_call(api, client, f"recorded-{number}", ended_ago=timedelta(days=number))
    many = commands_of_a_sweep(settings, clock)

    assert many == few
    assert few["find calls"] <= 4  # one per client, and one of recovery
    assert few["find traffic"] <= 3
    assert few["find licences"] <= 1  # of recovery
    assert sum(few.values()) < 60, few


def commands_of_a_sweep(settings: Settings, clock: MovableClock) -> Counter[str]:
    """The commands of a sweep of a new process, after one that has warmed its caches."""
    listener = Listener()
    with pytest.MonkeyPatch.context() as patch:
        listened_to = functools.partial(MongoClient, event_listeners=[listener])
        patch.setattr(mongo, "MongoClient", listened_to)
        services = bootstrap.build_services(settings, clock)
    try:
        assert sum(sweep(services, clock).erased.values()) == 0
        listener.commands.clear()
        assert sum(sweep(services, clock).erased.values()) == 0
        return Counter(listener.commands)
    finally:
        services.databases.close()

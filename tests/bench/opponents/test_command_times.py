"""The database's own part of a delay."""

from pymongo import MongoClient

from telecom_privacy.bench.opponents.command_times import Taken, command_times


def test_what_the_database_takes_is_added_up_thread_by_thread(database_settings) -> None:
    with command_times() as times, MongoClient(database_settings.mongodb_uri) as client:
        client.admin.command("ping")
        first = times.take()
        assert first.commands == 1
        assert first.seconds > first.processor > 0
        assert times.take() == Taken(0, 0)
        client.admin.command("ping")
        client.admin.command("ping")
        assert times.take().commands == 2


def test_nobody_listens_afterwards(database_settings) -> None:
    with command_times() as times:
        pass
    with MongoClient(database_settings.mongodb_uri) as client:
        client.admin.command("ping")
    assert times.take() == Taken(0, 0)

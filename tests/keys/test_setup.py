"""A keystore and its root files belong together."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from telecom_privacy import bootstrap
from telecom_privacy.clock import SystemClock
from telecom_privacy.errors import ConfigurationError
from telecom_privacy.keys.local_file import LocalFileProvider, create_missing_roots
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.setup import check_roots, create_roots_once
from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import MongoDatabase, connect

CLOCK = SystemClock()


@pytest.fixture
def keystore(database_settings: Settings) -> Iterator[MongoDatabase]:
    databases = connect(replace(database_settings, database_prefix=f"test_{uuid4().hex[:12]}"))
    yield databases.keystore
    databases.keystore.client.drop_database(databases.keystore.name)
    databases.close()


@pytest.fixture
def repository(keystore: MongoDatabase) -> KeyRepository:
    return KeyRepository(keystore)


def start(directory: Path, repository: KeyRepository) -> LocalFileProvider:
    create_roots_once(directory, repository, CLOCK)
    provider = LocalFileProvider.load(directory)
    check_roots(provider, repository)
    return provider


def test_the_first_start_creates_and_the_second_finds(
    tmp_path: Path, repository: KeyRepository
) -> None:
    first = start(tmp_path / "keys", repository).roots()
    assert start(tmp_path / "keys", repository).roots() == first
    assert repository.fetch_roots() == first


def test_lost_root_files_are_never_replaced(tmp_path: Path, repository: KeyRepository) -> None:
    start(tmp_path / "keys", repository)
    with pytest.raises(ConfigurationError):
        start(tmp_path / "empty", repository)
    assert not (tmp_path / "empty").exists()


def test_root_files_of_another_installation_stop_the_start(
    tmp_path: Path, repository: KeyRepository
) -> None:
    known = start(tmp_path / "keys", repository).roots()
    create_missing_roots(tmp_path / "other", CLOCK.now())
    with pytest.raises(ConfigurationError, match="not the one"):
        start(tmp_path / "other", repository)
    assert repository.fetch_roots() == known


def test_a_keystore_that_knows_one_more_root_stops_the_start(
    tmp_path: Path, repository: KeyRepository, keystore: MongoDatabase
) -> None:
    start(tmp_path / "keys", repository)
    other = {"_id": "controller/2", "root": "other", "role": "controller", "commitment": b"0" * 32}
    keystore["roots"].insert_one(other)
    with pytest.raises(ConfigurationError, match="is not there"):
        start(tmp_path / "keys", repository)


def test_another_secret_under_the_known_id_stops_the_start(
    tmp_path: Path, repository: KeyRepository
) -> None:
    start(tmp_path / "keys", repository)
    create_missing_roots(tmp_path / "other", CLOCK.now())
    ours, theirs = (tmp_path / name / "controller.key" for name in ("keys", "other"))
    forged = json.loads(ours.read_text()) | {"secret": json.loads(theirs.read_text())["secret"]}
    ours.write_text(json.dumps(forged))
    with pytest.raises(ConfigurationError, match="not the one"):
        start(tmp_path / "keys", repository)


def test_a_start_that_was_killed_between_registering_the_roots_is_taken_up(
    tmp_path: Path, repository: KeyRepository, keystore: MongoDatabase
) -> None:
    roots = start(tmp_path / "keys", repository).roots()
    keystore["roots"].delete_one({"_id": "processor/1"})
    assert start(tmp_path / "keys", repository).roots() == roots == repository.fetch_roots()


def test_half_registered_roots_take_none_of_another_installation(
    tmp_path: Path, repository: KeyRepository, keystore: MongoDatabase
) -> None:
    start(tmp_path / "keys", repository)
    keystore["roots"].delete_one({"_id": "processor/1"})
    create_missing_roots(tmp_path / "other", CLOCK.now())
    with pytest.raises(ConfigurationError):
        start(tmp_path / "other", repository)
    assert len(repository.fetch_roots()) == 1


def test_the_service_does_not_start_on_foreign_roots(settings: Settings, tmp_path: Path) -> None:
    create_missing_roots(tmp_path / "other", CLOCK.now())
    with pytest.raises(ConfigurationError):
        bootstrap.build_services(replace(settings, key_dir=tmp_path / "other"))

"""What happens once, before the workers fork."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from telecom_privacy import bootstrap, preparation
from telecom_privacy.accounts.model import parsed
from telecom_privacy.errors import ConfigurationError, Unavailable
from telecom_privacy.http.access import ApiRole
from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import Databases, connect


@pytest.fixture
def databases(settings: Settings) -> Iterator[Databases]:
    databases = connect(settings)
    yield databases
    for database in (databases.bulk, databases.keystore, databases.audit):
        database.client.drop_database(database.name)
    databases.close()


def documents(databases: Databases) -> dict[str, int]:
    """How many documents each collection holds."""
    return {
        f"{database.name}.{name}": database[name].count_documents({})
        for database in (databases.bulk, databases.keystore, databases.audit)
        for name in database.list_collection_names()
    }


def test_preparing_twice_changes_nothing_and_prints_the_admin_key_once(
    settings: Settings, databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    preparation.prepare(settings)
    printed = capsys.readouterr().out
    before = documents(databases)
    roots = {file: file.read_bytes() for file in settings.key_dir.iterdir()}
    preparation.prepare(settings)

    assert capsys.readouterr().out == ""
    assert documents(databases) == before
    assert {file: file.read_bytes() for file in settings.key_dir.iterdir()} == roots
    written = settings.data_dir / "admin.key"
    assert written.read_text().strip() == printed.rsplit(": ", 1)[1].strip()
    assert parsed(written.read_text().strip()) is not None
    assert written.stat().st_mode & 0o777 == 0o600
    assert settings.data_dir.stat().st_mode & 0o777 == 0o700


def test_the_first_admin_key_works_and_is_stored_nowhere_in_the_database(
    settings: Settings, databases: Databases
) -> None:
    preparation.prepare(settings)
    key = (settings.data_dir / "admin.key").read_text().strip()
    services = bootstrap.build_services(settings)
    assert services.accounts.authenticate(key).role is ApiRole.ADMIN
    services.databases.close()
    secret = key.rsplit("_", 1)[1]
    assert secret not in str(list(databases.bulk["api_keys"].find()))


@pytest.mark.parametrize("kept", [0, 1])
def test_an_audit_log_that_was_rolled_back_stops_the_start(
    settings: Settings, databases: Databases, kept: int
) -> None:
    preparation.prepare(settings)
    services = bootstrap.build_services(settings)
    services.audit.checkpoint()
    services.databases.close()
    databases.audit["batches"].delete_many({"first": {"$gte": kept}})
    before = documents(databases)

    with pytest.raises(ConfigurationError, match="the audit log was rolled back"):
        preparation.prepare(settings)
    assert documents(databases) == before


def test_an_audit_log_with_an_altered_leaf_stops_the_start(
    settings: Settings, databases: Databases
) -> None:
    preparation.prepare(settings)
    services = bootstrap.build_services(settings)
    services.audit.checkpoint()
    services.databases.close()
    batch = databases.audit["batches"].find_one({"first": 0})
    leaves = batch["leaves"][:-1] + bytes([batch["leaves"][-1] ^ 1])
    databases.audit["batches"].update_one({"_id": 0}, {"$set": {"leaves": leaves}})

    with pytest.raises(ConfigurationError, match="audit log"):
        preparation.prepare(settings)


def test_a_lost_or_foreign_root_key_stops_the_start(
    settings: Settings, databases: Databases, tmp_path: Path
) -> None:
    preparation.prepare(settings)
    with pytest.raises(ConfigurationError):
        preparation.prepare(replace(settings, key_dir=tmp_path / "empty"))


def test_a_wrong_policy_stops_before_anything_is_stored(
    settings: Settings, databases: Databases, tmp_path: Path
) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "one.toml").write_text('name = "one"\n')
    with pytest.raises(ConfigurationError, match=r"^one\.toml: "):
        preparation.prepare(replace(settings, config_dir=tmp_path))
    assert documents(databases) == {}
    assert not settings.key_dir.exists()


def test_a_data_directory_that_cannot_be_written_is_one_line(
    settings: Settings, databases: Databases, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("not a directory")
    with pytest.raises(ConfigurationError, match=r"the data directory .*/file cannot be written"):
        preparation.prepare(replace(settings, data_dir=file))
    assert databases.bulk["api_keys"].count_documents({}) == 0


def test_a_database_that_is_away_is_unavailable_and_leaves_no_files(settings: Settings) -> None:
    uri = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100"
    away = replace(settings, mongodb_uri=uri, keystore_uri=uri, audit_uri=uri)
    with pytest.raises(Unavailable):
        preparation.prepare(away)
    assert not settings.data_dir.exists()
    assert not settings.key_dir.exists()


def test_the_services_are_ready_once_prepared(settings: Settings, databases: Databases) -> None:
    preparation.prepare(settings)
    services = bootstrap.build_services(settings)
    services.check_ready()
    services.start()
    services.close()

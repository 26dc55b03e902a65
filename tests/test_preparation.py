"""What happens once, before the workers fork."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from telecom_privacy import bootstrap, preparation
from telecom_privacy.accounts.model import new_secret, parsed, written
from telecom_privacy.errors import ConfigurationError, Unavailable
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import Databases, connect

PAST = datetime(2020, 1, 1, tzinfo=UTC)


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


def role_of(settings: Settings, key: str) -> ApiRole:
    """Whose key it is, as a service that starts now sees it."""
    services = bootstrap.build_services(settings)
    try:
        return services.accounts.authenticate(key).role
    finally:
        services.databases.close()


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
    assert secret not in str(list(databases.audit["api_keys"].find()))


def test_a_first_admin_key_that_a_killed_start_only_wrote_is_the_one_issued(
    settings: Settings, databases: Databases
) -> None:
    left = written(uuid4(), new_secret()[0])
    settings.data_dir.mkdir()
    path = settings.data_dir / "admin.key"
    path.write_text(left + "\n")
    path.chmod(0o644)
    preparation.prepare(settings)

    assert path.read_text().strip() == left
    assert path.stat().st_mode & 0o777 == 0o600
    assert role_of(settings, left) is ApiRole.ADMIN
    assert databases.audit["api_keys"].count_documents({}) == 1


@pytest.mark.parametrize("dead", [{"revoked_at": PAST}, {"expires_at": PAST}])
def test_when_no_admin_key_works_any_more_a_new_one_is_issued(
    settings: Settings, databases: Databases, dead: dict[str, datetime]
) -> None:
    preparation.prepare(settings)
    path = settings.data_dir / "admin.key"
    first = path.read_text().strip()
    databases.audit["api_keys"].update_many({}, {"$set": dead})
    preparation.prepare(settings)

    assert path.read_text().strip() != first
    assert role_of(settings, path.read_text().strip()) is ApiRole.ADMIN


def test_of_machines_that_start_together_one_issues_the_first_admin_key(
    settings: Settings, databases: Databases, tmp_path: Path
) -> None:
    preparation.prepare(settings)
    (settings.data_dir / "admin.key").unlink()
    databases.audit["api_keys"].delete_many({})
    machines = [replace(settings, data_dir=tmp_path / f"machine-{n}") for n in range(4)]
    with ThreadPoolExecutor(len(machines)) as pool:
        list(pool.map(preparation.prepare, machines))

    assert databases.audit["api_keys"].count_documents({}) == 1
    files = [machine.data_dir / "admin.key" for machine in machines]
    (kept,) = [file.read_text().strip() for file in files if file.exists()]
    assert role_of(settings, kept) is ApiRole.ADMIN


def test_a_first_admin_key_that_cannot_be_written_is_not_issued(
    settings: Settings, databases: Databases
) -> None:
    (settings.data_dir / "admin.key").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match=r"admin\.key cannot be written"):
        preparation.prepare(settings)
    assert databases.audit["api_keys"].count_documents({}) == 0


def test_a_policy_that_a_client_is_bound_to_and_that_has_no_file_stops_the_start(
    settings: Settings, databases: Databases
) -> None:
    preparation.prepare(settings)
    services = bootstrap.build_services(settings)
    access, details = Access("test", ApiRole.ADMIN), {"id": "cabinet", "name": "Cabinet"}
    services.clients.create(access, details, "web2contact", date(2026, 1, 1), [])
    services.databases.close()
    change = {"$set": {"history.policies.0.policy": "withdrawn"}}
    databases.audit["clients"].update_many({}, change)
    with pytest.raises(ConfigurationError, match=r"have no file: withdrawn$"):
        preparation.prepare(settings)


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
    assert databases.audit["api_keys"].count_documents({}) == 0


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

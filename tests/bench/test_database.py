"""All sides share one server."""

import pytest
from pymongo import MongoClient

from telecom_privacy.bench.database import fresh, shared_server
from telecom_privacy.errors import ConfigurationError


def test_one_address_of_a_mongodb_serves_for_all_three_databases(tmp_path, database_settings):
    uri = database_settings.mongodb_uri
    with shared_server(tmp_path, {"MONGODB_URI": uri}) as settings:
        assert {settings.mongodb_uri, settings.keystore_uri, settings.audit_uri} == {uri}
        assert settings.data_dir.is_relative_to(tmp_path)
        assert settings.key_dir.is_relative_to(tmp_path)


def test_the_settings_of_the_service_name_each(tmp_path, database_settings):
    names = ("MONGODB", "KEYSTORE", "AUDIT")
    uri = database_settings.mongodb_uri
    given = {f"TELECOM_PRIVACY_{name}_URI": f"{uri}&appName={name}" for name in names}
    with shared_server(tmp_path, {**given, "MONGODB_URI": uri}) as settings:
        assert settings.audit_uri == f"{uri}&appName=AUDIT"
    with (
        pytest.raises(ConfigurationError, match="all three or none"),
        shared_server(tmp_path, {"TELECOM_PRIVACY_MONGODB_URI": "mongodb://db.example/"}),
    ):
        pass


def test_on_a_server_that_stays_what_was_made_is_dropped_at_the_end(tmp_path, database_settings):
    client = MongoClient(database_settings.mongodb_uri)
    with shared_server(tmp_path, {"MONGODB_URI": database_settings.mongodb_uri}) as settings:
        own = fresh(settings, tmp_path).database_prefix
        client[f"{own}_bulk"]["calls"].insert_one({})
        assert f"{own}_bulk" in client.list_database_names()
    assert f"{own}_bulk" not in client.list_database_names()
    client.close()


def test_every_side_has_databases_of_its_own(tmp_path, settings):
    one, other = fresh(settings, tmp_path), fresh(settings, tmp_path)
    assert one.database_prefix != other.database_prefix
    assert one.key_dir != other.key_dir
    assert one.mongodb_uri == settings.mongodb_uri

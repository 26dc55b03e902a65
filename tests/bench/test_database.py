"""All sides share one server."""

import pytest

from telecom_privacy.bench.database import fresh, shared_server
from telecom_privacy.errors import ConfigurationError

_URI = "mongodb://db.example/"


def test_one_address_of_a_mongodb_serves_for_all_three_databases(tmp_path):
    with shared_server(tmp_path, {"MONGODB_URI": _URI}) as settings:
        assert {settings.mongodb_uri, settings.keystore_uri, settings.audit_uri} == {_URI}
        assert settings.data_dir.is_relative_to(tmp_path)
        assert settings.key_dir.is_relative_to(tmp_path)


def test_the_settings_of_the_service_name_each(tmp_path):
    names = ("MONGODB", "KEYSTORE", "AUDIT")
    given = {f"TELECOM_PRIVACY_{name}_URI": f"{_URI}{name}" for name in names}
    with shared_server(tmp_path, {**given, "MONGODB_URI": _URI}) as settings:
        assert settings.audit_uri == f"{_URI}AUDIT"
    with (
        pytest.raises(ConfigurationError, match="all three or none"),
        shared_server(tmp_path, {"TELECOM_PRIVACY_MONGODB_URI": _URI}),
    ):
        pass


def test_every_side_has_databases_of_its_own(tmp_path, settings):
    one, other = fresh(settings, tmp_path), fresh(settings, tmp_path)
    assert one.database_prefix != other.database_prefix
    assert one.key_dir != other.key_dir
    assert one.mongodb_uri == settings.mongodb_uri

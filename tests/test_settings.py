"""Settings: read from the environment, checked at once, and listed in the README."""

import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.settings import PREFIX, Settings, default_config_dir

_README = Path(__file__).parents[1] / "README.md"
_ROW = re.compile(rf"^\| *`({PREFIX}\w+)` *\| *(.*?) *\|", re.MULTILINE)
_DAY_SETTINGS = ("SHORTENING_GRACE_DAYS", "TOMBSTONE_DAYS", "KEYSTORE_BACKUP_DAYS")
_URIS = ("MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI")


def read(**values: str) -> Settings:
    return Settings.from_environment({PREFIX + name: value for name, value in values.items()})


def test_nothing_set_is_the_embedded_database_with_the_defaults() -> None:
    settings = read()
    assert settings == Settings(config_dir=default_config_dir())
    assert settings.is_embedded


def test_every_setting_is_read() -> None:
    uri = "mongodb://db.example.org/?replicaSet=rs0"
    settings = read(
        MONGODB_URI=uri,
        KEYSTORE_URI=uri,
        AUDIT_URI=uri,
        DATABASE_PREFIX="operator_1",
        DATA_DIR="/srv/data",
        TIME_ZONE="Europe/Brussels",
        DEFAULT_REGION="BE",
        PORT="9000",
        SHORTENING_GRACE_DAYS="0",
        TOMBSTONE_DAYS="30",
        WEBHOOK_PRIVATE_ADDRESSES="true",
    )
    assert not settings.is_embedded
    assert settings.data_dir == Path("/srv/data")
    assert settings.key_dir == Path("/srv/data/keys")
    assert settings.time_zone == ZoneInfo("Europe/Brussels")
    assert settings.port == 9000
    assert settings.shortening_grace == timedelta(0)
    assert settings.tombstone_time == timedelta(days=30)
    assert settings.webhook_private_addresses


def test_keys_lie_apart_from_the_data_where_that_is_said() -> None:
    settings = read(DATA_DIR="/srv/data", KEY_DIR="/srv/keys")
    assert settings.key_dir == Path("/srv/keys")


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    assert read(PORT="", TIME_ZONE="", MONGODB_URI="") == read()


def test_variables_of_others_are_left_alone() -> None:
    assert Settings.from_environment({"PATH": "/bin", "TELECOM": "x"}) == read()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "http"),
        ("PORT", "8000.0"),
        ("PORT", "٨٠٠٠"),
        ("PORT", "8" * 5000),
        ("WORKERS", "0"),
        ("THREADS", "none"),
        ("MAX_RECORDING_BYTES", "0"),
        ("MAX_RECORDING_BYTES", "4 GiB"),
        ("MAX_BATCH_BYTES", "-5"),
        *((name, value) for name in _DAY_SETTINGS for value in ("-1", "1.5", "P7D", "99999999999")),
        ("TOMBSTONE_DAYS", "0"),
        ("TIME_ZONE", "Paris"),
        ("TIME_ZONE", "Europe"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("TIME_ZONE", "/etc/localtime"),
        ("DEFAULT_REGION", "fr"),
        ("DEFAULT_REGION", "XX"),
        ("DEFAULT_REGION", "+33"),
        ("KEY_PROVIDER", "none"),
        ("WEBHOOK_PRIVATE_ADDRESSES", "yes"),
        ("WEBHOOK_FAILURE_DAYS", "0"),
        ("LOG_LEVEL", "info"),
        ("LOG_LEVEL", "TRACE"),
        ("LOG_NAME", "my log"),
        ("LOG_NAME", "a+b"),
        ("DATABASE_PREFIX", "a.b"),
        ("DATABASE_PREFIX", "a b"),
        ("DATABASE_PREFIX", "x" * 60),
        ("DATABASE_PREFIX", "$db"),
        ("MONGODB_URI", "localhost:27017"),
        ("KEYSTORE_URI", "http://localhost"),
        ("AUDIT_URI", "mongodb://"),
    ],
)
def test_a_wrong_value_is_named_by_its_variable(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^{PREFIX}{name}: ") as refusal:
        read(**{name: value})
    assert "\n" not in str(refusal.value)


def test_the_password_in_a_wrong_uri_is_not_repeated() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        read(MONGODB_URI="mongo://user:hunter2@db.example.org")
    assert "hunter2" not in str(refusal.value)


def test_a_misspelt_setting_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=f"^{PREFIX}PROT: no such setting$"):
        read(PROT="8000")


@pytest.mark.parametrize("missing", _URIS)
def test_two_databases_of_three_are_refused(missing: str) -> None:
    given = {name: "mongodb://db.example.org" for name in _URIS if name != missing}
    with pytest.raises(ConfigurationError, match=f"{PREFIX}MONGODB_URI"):
        read(**given)


def test_the_readme_lists_every_setting_with_its_default() -> None:
    listed = {name: default.strip("`") for name, default in _ROW.findall(_README.read_text())}
    expected = {PREFIX + field.name.upper(): field.default for field in fields(Settings)}
    assert listed.keys() == expected.keys()
    for name, default in expected.items():
        if default is not None:
            written = str(default).lower() if isinstance(default, bool) else str(default)
            assert listed[name].split()[0].strip("`,") == written, name

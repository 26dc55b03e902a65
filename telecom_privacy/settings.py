"""Settings: environment variables `TELECOM_PRIVACY_*`, read once, checked at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phonenumbers import SUPPORTED_REGIONS

from telecom_privacy.errors import ConfigurationError

PREFIX = "TELECOM_PRIVACY_"
METRICS_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""Not a setting: the variable through which workers share their figures (prometheus_client)."""

PARIS = ZoneInfo("Europe/Paris")
KEY_PROVIDERS = ("local-file",)
_MOST_DAYS = 36_500
_LONGEST_NAME = 64  # of a common name in a certificate (RFC 5280 appendix A.1)
_URI = re.compile(r"mongodb(\+srv)?://[^/?]")
_DATABASE_PREFIX = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of the service. The README's table lists them; a test compares the two.

    The three database URIs belong together: all set (production), or none (the embedded
    database is started).
    """

    mongodb_uri: str | None = None
    keystore_uri: str | None = None
    audit_uri: str | None = None
    database_prefix: str = "telecom_privacy"
    key_provider: str = "local-file"
    data_dir: Path = Path("var")
    key_dir: Path = Path("var/keys")
    config_dir: Path = Path("config")
    legal_bases_file: Path | None = None
    operator_policy: str = "web2contact"
    time_zone: ZoneInfo = PARIS
    default_region: str = "FR"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 3
    threads: int = 16
    max_recording_bytes: int = 4 * 1024**3
    max_batch_bytes: int = 32 * 1024**2
    record_key_cache: int = 10_000
    record_key_cache_seconds: int = 60
    shortening_grace_days: int = 7
    tombstone_days: int = 90
    webhook_private_addresses: bool = False
    webhook_failure_days: int = 5
    recipients_notice_days: int = 30
    keystore_backup_days: int = 7
    clock_absence_days: int = 4
    export_days: int = 7
    operator_name: str = "telecom-privacy"
    dpo_contact: str | None = None
    disclosure_contact: str | None = None
    package_key: Path | None = None
    package_certificate: Path | None = None
    timestamp_url: str | None = None
    timestamp_certificates: Path | None = None
    log_name: str = "telecom-privacy/log"
    log_level: str = "INFO"

    @property
    def shortening_grace(self) -> timedelta:
        """How long a shortened term is only announced before it takes effect (DESIGN §5)."""
        return timedelta(days=self.shortening_grace_days)

    @property
    def tombstone_time(self) -> timedelta:
        """How long an erased call is remembered, by a keyed token only, to refuse late retries."""
        return timedelta(days=self.tombstone_days)

    @property
    def recipients_file(self) -> Path:
        """The list of recipients and sub-processors."""
        return self.config_dir / "recipients.toml"

    @property
    def legal_bases(self) -> Path:
        """The texts of law on which data goes to an authority."""
        return self.legal_bases_file or self.config_dir / "legal_bases.toml"

    @property
    def recipients_notice_time(self) -> timedelta:
        """How long before its day a change of recipients is told."""
        return timedelta(days=self.recipients_notice_days)

    @property
    def webhook_failure_time(self) -> timedelta:
        """How long a webhook may fail before it is switched off."""
        return timedelta(days=self.webhook_failure_days)

    @property
    def clock_absence(self) -> timedelta:
        """How long all machines may have been off without the clock being doubted."""
        return timedelta(days=self.clock_absence_days)

    @property
    def export_time(self) -> timedelta:
        """How long a package that was made for a client is kept at most."""
        return timedelta(days=self.export_days)

    @property
    def contact(self) -> str:
        """Whom notices and registers name for more information: the DPO, else the operator."""
        return self.dpo_contact or self.operator_name

    @property
    def is_embedded(self) -> bool:
        return self.mongodb_uri is None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings. Raises `ConfigurationError` naming the first one that is wrong."""
        names = {f"{PREFIX}{field.name.upper()}": field.name for field in fields(cls)}
        given = {key: value for key, value in environment.items() if key.startswith(PREFIX)}
        if unknown := sorted(given.keys() - names.keys()):
            raise ConfigurationError(f"{unknown[0]}: no such setting")
        values = {
            names[key]: _parsed(key, names[key], value) for key, value in given.items() if value
        }
        values.setdefault("config_dir", default_config_dir())
        if "data_dir" in values:
            values.setdefault("key_dir", values["data_dir"] / "keys")
        settings = cls(**values)
        settings._check_uris()
        settings._check_pair("package_key", "package_certificate")
        settings._check_pair("timestamp_url", "timestamp_certificates")
        return settings

    def _check_uris(self) -> None:
        uris = (self.mongodb_uri, self.keystore_uri, self.audit_uri)
        if any(uris) and not all(uris):
            raise ConfigurationError(
                f"{PREFIX}MONGODB_URI, _KEYSTORE_URI and _AUDIT_URI: set all three or none"
            )

    def _check_pair(self, one: str, other: str) -> None:
        if (getattr(self, one) is None) != (getattr(self, other) is None):
            names = f"{PREFIX}{one.upper()} and {PREFIX}{other.upper()}"
            raise ConfigurationError(f"{names}: set both or none")


def default_config_dir() -> Path:
    """The `config/` of a checkout, or the copy that an installed package carries."""
    package = Path(__file__).parent
    checkout = package.parent / "config"
    return checkout if (checkout / "policies").is_dir() else package / "_config"


def _parsed(variable: str, name: str, text: str) -> Any:
    try:
        return _PARSERS.get(name, str)(text)
    except ValueError as error:
        raise ConfigurationError(f"{variable}: {error}") from error


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ValueError("a whole number above 0 is expected")
    return int(text)


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError("a whole number, 0 or more, is expected")
    return int(text)


def _days(text: str) -> int:
    days = _whole(text)
    if days > _MOST_DAYS:
        raise ValueError(f"at most {_MOST_DAYS} days are expected")
    return days


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("true or false is expected")
    return text == "true"


def _positive_days(text: str) -> int:
    return max(_days(text), _positive(text))


def _uri(text: str) -> str:
    # Not repeated: it may hold a password.
    if not _URI.match(text):
        raise ValueError("a MongoDB URI is expected: mongodb://… or mongodb+srv://…")
    return text


def _database_prefix(text: str) -> str:
    if not _DATABASE_PREFIX.match(text):
        raise ValueError("1 to 40 letters, digits, hyphens or underscores are expected")
    return text


def _log_name(text: str) -> str:
    if "+" in text or text.split() != [text]:
        raise ValueError("a name without spaces and plus signs is expected")
    return text


def _operator_name(text: str) -> str:
    if len(text) > _LONGEST_NAME or not text.isprintable():
        raise ValueError(f"a name of 1 to {_LONGEST_NAME} printable characters is expected")
    return text


def _port(text: str) -> int:
    port = _positive(text)
    if port > 65535:
        raise ValueError("a port is at most 65535")
    return port


def _time_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError("no such time zone") from error


def _region(text: str) -> str:
    if text not in SUPPORTED_REGIONS:
        raise ValueError("a two-letter region such as FR is expected")
    return text


def _key_provider(text: str) -> str:
    if text not in KEY_PROVIDERS:
        raise ValueError(f"one of {', '.join(KEY_PROVIDERS)} is expected")
    return text


def _log_level(text: str) -> str:
    if text not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("one of DEBUG, INFO, WARNING, ERROR is expected")
    return text


_PARSERS: Mapping[str, Any] = {
    "mongodb_uri": _uri,
    "keystore_uri": _uri,
    "audit_uri": _uri,
    "database_prefix": _database_prefix,
    "log_name": _log_name,
    "data_dir": Path,
    "key_dir": Path,
    "config_dir": Path,
    "legal_bases_file": Path,
    "time_zone": _time_zone,
    "default_region": _region,
    "key_provider": _key_provider,
    "log_level": _log_level,
    "port": _port,
    "workers": _positive,
    "threads": _positive,
    "max_recording_bytes": _positive,
    "max_batch_bytes": _positive,
    "record_key_cache": _whole,
    "record_key_cache_seconds": _positive,
    "shortening_grace_days": _days,
    "tombstone_days": _positive_days,
    "keystore_backup_days": _days,
    "clock_absence_days": _positive_days,
    "webhook_private_addresses": _truth,
    "webhook_failure_days": _positive_days,
    "recipients_notice_days": _days,
    "export_days": _positive_days,
    "operator_name": _operator_name,
    "package_key": Path,
    "package_certificate": Path,
    "timestamp_certificates": Path,
}

"""The server all sides share: the one of the environment, else an embedded one."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from telecom_privacy.bench.opponents.server import drop_databases
from telecom_privacy.settings import PREFIX, Settings
from telecom_privacy.storage.embedded import EmbeddedServer

_URIS = ("MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI")


@contextmanager
def shared_server(
    directory: Path, environment: Mapping[str, str] = os.environ
) -> Iterator[Settings]:
    """Yield settings that name a running server, with root keys and data under `directory`.

    `TELECOM_PRIVACY_MONGODB_URI` and its two companions name a real MongoDB, as does the one
    `MONGODB_URI` for all three; there the databases that `fresh` named are dropped at the end. An
    embedded one goes with its directory. Raises `ConfigurationError`.
    """
    given = _given(environment)
    if given:
        settings = _settings(given, directory)
        try:
            yield settings
        finally:
            drop_databases(settings)
        return
    with EmbeddedServer.start(directory / "database") as server:
        yield _settings({PREFIX + name: server.uri for name in _URIS}, directory)


def fresh(settings: Settings, directory: Path) -> Settings:
    """Settings with databases, root keys and a data directory that nobody used before."""
    own = uuid4().hex[:8]
    return replace(
        settings,
        database_prefix=f"{settings.database_prefix}_{own}",
        data_dir=directory / own,
        key_dir=directory / own / "keys",
    )


def _given(environment: Mapping[str, str]) -> dict[str, str]:
    own = {PREFIX + name: environment.get(PREFIX + name, "") for name in _URIS}
    if any(own.values()):
        return own
    uri = environment.get("MONGODB_URI")
    return dict.fromkeys(own, uri) if uri else {}


def _settings(uris: Mapping[str, str], directory: Path) -> Settings:
    own = {"DATA_DIR": str(directory / "data"), "DATABASE_PREFIX": f"bench_{uuid4().hex[:8]}"}
    named = {PREFIX + name: value for name, value in own.items()}
    return Settings.from_environment({**uris, **named})

"""The services of a command, on the database that is running."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from telecom_privacy import bootstrap
from telecom_privacy.errors import ConfigurationError
from telecom_privacy.settings import Settings
from telecom_privacy.storage.embedded import running


@contextmanager
def connected(settings: Settings) -> Iterator[bootstrap.Services]:
    """Wire the services for as long as a command runs."""
    services = bootstrap.build_services(with_database(settings))
    services.epoch.start()
    try:
        yield services
    finally:
        services.epoch.stop()
        services.databases.close()


def with_database(settings: Settings) -> Settings:
    """Find the running embedded database where no other is set.

    Raises `ConfigurationError` if none runs.
    """
    if not settings.is_embedded:
        return settings
    uri = running(settings.data_dir)
    if uri is None:
        raise ConfigurationError(
            f"no database runs in {settings.data_dir}: start `serve`, or set the MongoDB URIs"
        )
    return replace(settings, mongodb_uri=uri, keystore_uri=uri, audit_uri=uri)

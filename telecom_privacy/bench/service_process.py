"""The service as it is run: `telecom-privacy serve`, under gunicorn, on the loopback."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from telecom_privacy.bench.http import Remote
from telecom_privacy.demo.process import Command, ServiceProcess, free_port, program
from telecom_privacy.settings import PREFIX, Settings

_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class OwnCommand(Command):
    """The product's command on given databases, whatever else is configured.

    `application` is what gunicorn loads instead of the service itself.
    """

    settings: Settings
    application: str | None = None

    def serving(self) -> list[str]:
        if self.application is None:
            return [program(), "serve"]
        file = self.settings.config_dir.resolve() / "gunicorn.conf.py"
        return [sys.executable, "-m", "gunicorn", "-c", str(file), self.application]

    def environment(self) -> dict[str, str]:
        given = self.settings
        own = {
            "MONGODB_URI": given.mongodb_uri or "",
            "KEYSTORE_URI": given.keystore_uri or "",
            "AUDIT_URI": given.audit_uri or "",
            "DATABASE_PREFIX": given.database_prefix,
            "DATA_DIR": str(given.data_dir),
            "KEY_DIR": str(given.key_dir),
            "CONFIG_DIR": str(given.config_dir.resolve()),
            "HOST": self.host,
            "PORT": str(self.port),
            "WORKERS": str(given.workers),
            "THREADS": str(given.threads),
            "LOG_LEVEL": "ERROR",
        }
        others = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
        return others | {PREFIX + name: value for name, value in own.items()}


@contextmanager
def served(settings: Settings, application: str | None = None) -> Iterator[Remote]:
    """Yield the way to a service with the databases, workers and threads that `settings` name.

    `application` is what gunicorn is to load instead of the service itself. Raises
    `ConfigurationError` if it does not start.
    """
    port = free_port()
    command = OwnCommand(settings.data_dir, settings.config_dir, _HOST, port, settings, application)
    with ServiceProcess(command):
        yield Remote(_HOST, port)

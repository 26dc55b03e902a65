"""Serving under gunicorn: what its master does before the workers fork and after they have gone."""

import atexit
import errno
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from flask import Flask

from telecom_privacy import bootstrap, preparation
from telecom_privacy.errors import ConfigurationError, TelecomPrivacyError
from telecom_privacy.http.logs import configure_logging
from telecom_privacy.settings import METRICS_DIRECTORY, PREFIX, Settings, default_config_dir
from telecom_privacy.storage.embedded import EmbeddedServer

Address = tuple[str, int]

_CONFIGURATION = "gunicorn.conf.py"
_INHERITED_SOCKETS = ("GUNICORN_FD", "LISTEN_FDS")  # from an upgrade in place, from systemd
_EVALUATION_NOTICE = """\
  ************************************************************************
  *  EVALUATION ONLY. This service keeps its data in the embedded        *
  *  database, a beta that promises neither compatibility nor support.   *
  *  Do not put production data in it: set the URIs of a MongoDB         *
  *  (MONGODB_URI, KEYSTORE_URI, AUDIT_URI).                             *
  ************************************************************************"""


def application() -> Flask:
    """The application of one process, from the environment. Build it after forking."""
    # Imported by each worker: prometheus_client looks for its directory when it is imported.
    from telecom_privacy.app import create_app  # noqa: PLC0415 - see above

    settings = Settings.from_environment(os.environ)
    configure_logging(settings.log_level)
    services = bootstrap.build_services(settings)
    services.start()
    atexit.register(services.close)
    return create_app(services)


def serve(settings: Settings) -> NoReturn:
    """Become gunicorn. Raises `ConfigurationError` if the service's address is taken."""
    check_addresses([(settings.host, settings.port)])
    file = settings.config_dir / _CONFIGURATION
    if not file.is_file():
        file = default_config_dir() / _CONFIGURATION
    arguments = [sys.executable, "-m", "gunicorn", "-c", str(file)]
    os.execv(sys.executable, arguments)  # noqa: S606 - our own command line, no shell


def settings_or_exit() -> Settings:
    """The settings; if one is wrong, a line that names it and the end of the process."""
    with one_line_errors():
        return Settings.from_environment(os.environ)


def prepare(addresses: Sequence[object]) -> EmbeddedServer | None:
    """Do, before the workers fork, what must happen once: database, root keys, first admin key.

    `addresses` are what gunicorn is about to bind. Where no database is configured the embedded
    one is started, put into the environment of the workers, and returned: stop it at the end.
    Ends the process with one line if anything is wrong.
    """
    with one_line_errors():
        settings = Settings.from_environment(os.environ)
        if not any(name in os.environ for name in _INHERITED_SOCKETS):
            check_addresses([address for address in addresses if isinstance(address, tuple)])
        database = _start_embedded(settings) if settings.is_embedded else None
        _share_metrics(settings)
        try:
            preparation.prepare(Settings.from_environment(os.environ))
        except BaseException:
            if database:
                database.stop()
            raise
    return database


def _share_metrics(settings: Settings) -> None:
    """Give the workers an empty directory in which they add up their figures."""
    directory = settings.data_dir / "metrics"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(mode=0o700, parents=True)
    os.environ[METRICS_DIRECTORY] = str(directory.absolute())


def _start_embedded(settings: Settings) -> EmbeddedServer:
    database = EmbeddedServer.start(settings.data_dir)
    print(_EVALUATION_NOTICE, file=sys.stderr, flush=True)
    for name in ("MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI"):
        os.environ[PREFIX + name] = database.uri
    return database


def check_addresses(addresses: Sequence[Address]) -> None:
    """Raise `ConfigurationError` for the first address that cannot be listened on.

    gunicorn would try five times, and only after the database was started.
    """
    for host, port in addresses:
        try:
            family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
            socket.create_server((host, port), family=family).close()
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = "it is taken, choose another" if taken else error.strerror
            raise ConfigurationError(
                f"cannot listen on {host} port {port}: {reason} ({PREFIX}HOST, {PREFIX}PORT)"
            ) from error


def stop_gracefully_on_interrupt(arbiter: Any) -> None:
    """Let the first Ctrl-C end gunicorn as SIGTERM does; a second one stops it at once."""

    def interrupt(_number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, arbiter.signal)
        arbiter.signal(signal.SIGTERM, frame)

    signal.signal(signal.SIGINT, interrupt)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """End the process with one line, and status 1, where the block raises an error of ours."""
    try:
        yield
    except TelecomPrivacyError as error:
        print(f"telecom-privacy: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)

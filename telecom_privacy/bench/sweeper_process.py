"""The sweeper as it is run: `telecom-privacy sweeper`, a process of its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from telecom_privacy.bench.service_process import OwnCommand
from telecom_privacy.demo.process import program
from telecom_privacy.settings import Settings
from telecom_privacy.storage import child

_LOG = "sweeper.log"
_STOP_SECONDS = 20.0


@contextmanager
def sweeping(settings: Settings) -> Iterator[None]:
    """Have a sweeper work, once it has started, on the databases that `settings` name."""
    command = OwnCommand(
        settings.data_dir, settings.config_dir, settings.host, settings.port, settings
    )
    with (settings.data_dir / _LOG).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            child.command(program(), "sweeper"),
            env=command.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the benchmark, which stops it
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

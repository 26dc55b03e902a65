"""The service, made to tell with each answer how long it waited for the database.

What `bench load` has gunicorn serve. Commands are listened to, which costs some microseconds each.
"""

import atexit
from collections.abc import Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from telecom_privacy import serving
from telecom_privacy.bench.opponents.command_times import command_times

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MILLISECONDS = 1_000


def application() -> "WSGIApplication":
    """As `serving.application`, with the header `Server-Timing: db;dur=<ms>` in its answers."""
    listening = ExitStack()
    times = listening.enter_context(command_times())
    service = serving.application()
    atexit.register(listening.close)

    def timed(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        times.take()

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            waited = f"db;dur={_MILLISECONDS * times.take().seconds:.3f}"
            return start_response(status, [*headers, ("Server-Timing", waited)], *error)

        return service(environ, start)

    return timed

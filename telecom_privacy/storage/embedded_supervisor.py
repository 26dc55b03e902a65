"""Keeps the embedded database running: the process between the service and the database.

    python -m telecom_privacy.storage.embedded_supervisor PROGRAM DIRECTORY PORT LOCK

The service's own processes fork and must stay free of such chores. It ends when the database does
not start, or when it is told to (SIGTERM, which goes to the database too: they are one group).
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from telecom_privacy.storage import child
from telecom_privacy.storage.embedded_state import EmbeddedState, answers

_PAUSE_SECONDS = 1.0
_UPKEEP_SECONDS = 10.0
_POLL_MS = 500
_ANSWER_MS = 5_000
_MOST_UNANSWERED = 2
"""A database that runs and does not answer that often, 10 s apart, never will."""
_LAST_WORDS_SECONDS = 5.0


class Upkeep(Enum):
    """What became of one round of upkeep."""

    DONE = auto()
    REFUSED = auto()
    UNANSWERED = auto()


class Supervisor:
    """Runs the database of one directory on one port, again whenever it ends."""

    def __init__(self, program: str, directory: Path, port: int, lock: int) -> None:
        self._program = program
        self._directory = directory
        self._port = port
        self._lock = lock
        self._stopping = False
        self._has_answered = False

    def run(self) -> int:
        """Return the exit status of a database that does not start, or 0 once it was stopped."""
        signal.signal(signal.SIGTERM, self._stop)
        while not self._stopping:
            status = self._run_once()
            EmbeddedState.remove(self._directory)
            # Once it has worked, the reason why it ended (a full disk, say) may pass.
            if status >= 0 and not self._has_answered:
                return status
            if not self._stopping:
                time.sleep(_PAUSE_SECONDS)
        return 0

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _run_once(self) -> int:
        database = self._spawn()
        uri = EmbeddedState.uri_of(self._port)
        while database.poll() is None and not answers(uri, _POLL_MS):
            pass
        if database.poll() is None:
            EmbeddedState(self._port, database.pid).write(self._directory)
            self._has_answered = True
        unanswered = 0
        while True:
            try:
                return database.wait(_UPKEEP_SECONDS)
            except subprocess.TimeoutExpired:
                upkeep = keep_up(uri)
                unanswered = unanswered + 1 if upkeep is Upkeep.UNANSWERED else 0
                if upkeep is Upkeep.REFUSED or unanswered == _MOST_UNANSWERED:
                    _end(database)

    def _spawn(self) -> subprocess.Popen[bytes]:
        arguments = [
            *("--host", "127.0.0.1", "--port", str(self._port)),
            *("--storage-path", str(self._directory / "embedded"), "--cache-size", "512M"),
            *("--sync-on-commit", "--log-level", "WARNING"),
        ]
        return subprocess.Popen(  # noqa: S603 - the program that the service found
            child.command(self._program, *arguments),
            pass_fds=(self._lock,),
            env=os.environ | {"PYTHONFAULTHANDLER": "1"},  # `_end` asks what it was doing
        )


def _end(database: subprocess.Popen[bytes]) -> None:
    """End a database that is of no more use; where its threads stood goes to its log."""
    database.send_signal(signal.SIGABRT)
    with suppress(subprocess.TimeoutExpired):
        database.wait(_LAST_WORDS_SECONDS)
    database.kill()


def keep_up(uri: str, answer_ms: int = _ANSWER_MS) -> Upkeep:
    """Run a tiny transaction: it is what makes the database drop those of clients that died.

    If it is refused, or not answered again and again, the database has to be opened anew, which
    loses nothing that was acknowledged: after a full disk, say, its storage refuses everything.
    """
    client: MongoClient[dict[str, Any]] = MongoClient(
        uri, serverSelectionTimeoutMS=_POLL_MS, socketTimeoutMS=answer_ms
    )
    try:
        with client, client.start_session() as session, session.start_transaction():
            client["telecom_privacy_upkeep"]["nothing"].find_one({"_id": 0}, session=session)
    except PyMongoError as error:
        print(f"the database's upkeep failed: {type(error).__name__}", file=sys.stderr, flush=True)
        return Upkeep.REFUSED if isinstance(error, OperationFailure) else Upkeep.UNANSWERED
    return Upkeep.DONE


def main(arguments: list[str]) -> int:
    program, directory, port, lock = arguments
    return Supervisor(program, Path(directory), int(port), int(lock)).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

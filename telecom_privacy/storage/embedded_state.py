"""Where the embedded database of a directory is to be found while it runs."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from pymongo import MongoClient
from pymongo.errors import PyMongoError

_FILE = "embedded.json"
_ANSWER_MS = 2_000


@dataclass(frozen=True, slots=True)
class EmbeddedState:
    """The port that the database listens on, on 127.0.0.1, and the process that holds the data."""

    port: int
    pid: int

    @staticmethod
    def uri_of(port: int) -> str:
        # Its table of retryable writes makes inserts six times slower after some 10,000.
        return f"mongodb://127.0.0.1:{port}/?replicaSet=secantus&retryWrites=false"

    @property
    def uri(self) -> str:
        return self.uri_of(self.port)

    @classmethod
    def read(cls, directory: Path) -> Self | None:
        """What was last written in `directory`; it says nothing about whether that still runs."""
        try:
            return cls(**json.loads((directory / _FILE).read_bytes()))
        except FileNotFoundError:
            return None

    def write(self, directory: Path) -> None:
        """Write it so that a reader sees all of it or nothing."""
        new = directory / f"{_FILE}.new"
        new.write_text(json.dumps(asdict(self)))
        new.replace(directory / _FILE)

    @staticmethod
    def remove(directory: Path) -> None:
        with suppress(FileNotFoundError):
            (directory / _FILE).unlink()


def answers(uri: str, milliseconds: int = _ANSWER_MS) -> bool:
    """Whether a database answers a ping at `uri` within `milliseconds`."""
    client: MongoClient[dict[str, Any]] = MongoClient(uri, serverSelectionTimeoutMS=milliseconds)
    with client:
        try:
            client.admin.command("ping")
        except PyMongoError:
            return False
    return True

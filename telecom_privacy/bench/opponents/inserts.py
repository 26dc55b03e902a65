"""The documents that the service made of calls, put into plain collections with its indexes."""

from collections.abc import Callable
from uuid import uuid4

from bson import Binary

from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors

_AT_ONCE = 1_000
_CALLS, _TRAFFIC = "calls", "traffic"


class PlainInserts:
    """Inserts copies of both documents of a call: all that the database has to do for one at least.

    They have the service's sizes, fields and tokens; nothing is sealed, signed, logged or looked
    up, and no keys are stored.
    """

    def __init__(self, source: MongoDatabase, target: MongoDatabase, count: int) -> None:
        """`source` holds `count` calls, and its indexes are made in `target`."""
        self._target = target
        with translating_errors():
            self._templates = {
                name: list(source[name].find(limit=count)) for name in (_CALLS, _TRAFFIC)
            }
            for name in self._templates:
                for index, told in source[name].index_information().items():
                    if index != "_id_":
                        target[name].create_index(told["key"])

    def prepared(self) -> Callable[[], None]:
        """Return what inserts all of them, under new ids."""
        copies = {
            _CALLS: [{**one, "_id": Binary(uuid4().bytes)} for one in self._templates[_CALLS]],
            _TRAFFIC: [{**one, "_id": uuid4()} for one in self._templates[_TRAFFIC]],
        }
        return lambda: self._insert(copies)

    def _insert(self, copies: dict[str, list[Document]]) -> None:
        with translating_errors():
            for name, documents in copies.items():
                for start in range(0, len(documents), _AT_ONCE):
                    self._target[name].insert_many(documents[start : start + _AT_ONCE])

"""Side A: the same calls kept by pymongo alone, without encryption, log or access control.

Same server, same indexes, same write concern, same size of documents, both copies of a call.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.bench.calls import InventedCall, Seen
from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.opponents.databases import own_database
from telecom_privacy.bench.opponents.server import size_of
from telecom_privacy.bench.roles.steps import ENTRIES, NEWEST
from telecom_privacy.errors import NotFound
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors

_AT_ONCE = 1_000
_MOST = 50


class PlainSide:
    """Keeps all of one client's calls."""

    name = "A"

    def __init__(self, database: MongoDatabase, document_bytes: int) -> None:
        """Documents are filled up to `document_bytes`, the size that side C's have."""
        self.database = database
        self._calls, self._traffic = database["calls"], database["traffic"]
        self._log, self._objections = database["log"], database["objections"]
        self._document_bytes = document_bytes
        self._client = uuid4()
        self._licences: dict[str, UUID] = {}

    def create_indexes(self) -> None:
        """Those that the service has on the same collections, as far as they have its fields."""
        with translating_errors():
            self._calls.create_index([("client", 1), ("started_at", 1)])
            self._calls.create_index([("client", 1), ("numbers", 1), ("started_at", 1)])
            self._calls.create_index([("client", 1), ("licence", 1), ("started_at", 1)])
            self._calls.create_index([("client", 1), ("recorded_until", 1)])
            self._calls.create_index("forget_at")
            self._calls.create_index("closed.at")
            self._traffic.create_index([("client", 1), ("started_at", 1)])
            self._traffic.create_index([("numbers", 1), ("started_at", 1)])
            self._traffic.create_index("started_at")
            self._log.create_index("number")
            self._objections.create_index([("client", 1), ("person", 1)])

    def load(self, calls: Sequence[InventedCall]) -> None:
        for start in range(0, len(calls), _AT_ONCE):
            documents = [self._document(call) for call in calls[start : start + _AT_ONCE]]
            with translating_errors():
                self._calls.insert_many(documents)
                self._traffic.insert_many([_copy(document) for document in documents])

    def load_log(self, count: int) -> None:
        entry = {"action": "call.read", "actor": "bench", "details": "x" * 200}
        with translating_errors():
            self._log.insert_many([{"number": number, **entry} for number in range(count)])

    def object(self, number: str) -> None:
        with translating_errors():
            self._objections.insert_one({"client": self._client, "person": self._token(number)})

    def create(self, call: InventedCall) -> None:
        document = self._document(call)
        with translating_errors():
            self._calls.insert_one(document)
            self._traffic.insert_one(_copy(document))

    def read(self, call_id: str) -> Seen:
        with translating_errors():
            found = self._calls.find_one({"_id": call_id})
        if found is None:
            raise NotFound("call")
        return self._seen(found)

    def read_subject(self, number: str) -> list[Seen]:
        return self._newest({"numbers": self._token(number)}, _MOST)

    def read_licence(self, licence: str) -> list[Seen]:
        return self._newest({"licence": self._licence(licence)}, NEWEST)

    def read_copies(self, number: str) -> list[Document]:
        """The operator's copies of all calls of a number, newest first, whosever they are."""
        with translating_errors():
            found = self._traffic.find({"numbers": self._token(number)})
            return [self._opened(one["content"]) for one in found.sort("started_at", -1)]

    def may_record(self, licence: str, number: str) -> bool:
        query = {"client": self._client, "person": self._token(number)}
        with translating_errors():
            return self._objections.find_one(query) is None

    def change(self, call_id: str, note: str, tags: tuple[str, ...]) -> None:
        written = self._sealed({"note": note, "tags": list(tags)})
        with translating_errors():
            self._calls.update_one({"_id": call_id}, {"$set": {"written": written}})

    def delete(self, call_id: str) -> None:
        with translating_errors():
            self._calls.delete_one({"_id": call_id})

    def is_gone(self, call_id: str) -> bool:
        with translating_errors():
            return self._calls.find_one({"_id": call_id}, {"_id": 1}) is None

    def entries(self, start: int) -> int:
        query = {"number": {"$gte": start, "$lt": start + ENTRIES}}
        with translating_errors():
            return len(list(self._log.find(query)))

    def _newest(self, query: Document, most: int) -> list[Seen]:
        with translating_errors():
            found = self._calls.find({"client": self._client, **query})
            return [self._seen(one) for one in found.sort("started_at", -1).limit(most)]

    def _document(self, call: InventedCall) -> Document:
        content = dict(call.content())
        written = {"note": content.pop("note"), "tags": content.pop("tags")}
        document = {
            "_id": call.id,
            "client": self._client,
            "licence": self._licence(call.licence),
            "started_at": call.started_at,
            "ended_at": call.ended_at,
            "numbers": [self._token(content["from"]), self._token(content["to"])],
            "content": self._sealed(content),
            "written": self._sealed(written),
            "version": 1,
            "filler": b"",
        }
        missing = self._document_bytes - size_of(document)
        return {**document, "filler": bytes(max(0, missing))}

    def _seen(self, document: Document) -> Seen:
        content, written = self._opened(document["content"]), self._opened(document["written"])
        return Seen(document["_id"], content["from"], written["note"], tuple(written["tags"]))

    def _licence(self, licence: str) -> UUID:
        return self._licences.setdefault(licence, uuid4())

    def _token(self, number: str) -> Any:
        """What a number is found by."""
        return number

    def _sealed(self, content: Document) -> Any:
        return content

    def _opened(self, sealed: Any) -> Document:
        opened: Document = sealed
        return opened


@contextmanager
def plain_side(plan: Plan, document_bytes: int) -> Iterator[PlainSide]:
    """Yield side A on a database of its own."""
    with own_database(plan) as database:
        side = PlainSide(database, document_bytes)
        side.create_indexes()
        yield side


def _copy(document: Document) -> Document:
    """The operator's own copy: a document of its own."""
    return {**document, "_id": uuid4()}

"""Two clients with calls, recordings and licences, and hands that reach into the databases."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from telecom_privacy.bootstrap import Services
from tests.builders import Api, recording_path, tone

Document = dict[str, Any]
Snapshot = dict[str, list[Document]]
_RESTORED = (
    "bulk.calls",
    "bulk.traffic",
    "bulk.segments",
    "audit.clients",
    "audit.licences",
    "keystore.keys",
    "keystore.record_keys",
    "audit.batches",
)
LAST_MONTH = timedelta(days=35)


@dataclass
class World:
    """Client `alpha`: two licences; calls `one` and `two`, `other-licence`, `last-month`.

    Client `beta`: the call `foreign`. `one`, `two` and `foreign` have a recording.
    """

    api: Api
    services: Services

    @classmethod
    def build(cls, api: Api, services: Services) -> "World":
        api.create_client("alpha", licences=("licence-1", "licence-2"))
        api.create_client("beta")
        calls = {
            "one": api.call(),
            "two": api.call(),
            "other-licence": api.call(licence_id="licence-2"),
            "last-month": api.call(LAST_MONTH),
        }
        assert api.put_calls("alpha", calls).status_code == 200
        assert api.put_call("beta", "foreign", api.call()).status_code == 201
        for client, call in (("alpha", "one"), ("alpha", "two"), ("beta", "foreign")):
            assert api.put_recording(client, call, tone(10)).status_code == 201
        return cls(api, services)

    @property
    def bulk(self) -> Any:
        return self.services.databases.bulk

    @property
    def keystore(self) -> Any:
        return self.services.databases.keystore

    def client_id(self, name: str) -> UUID:
        return self.services.clients._find(name).id

    def call(self, name: str) -> Document:
        """The raw document of a call, found by the token of its id."""
        client = "beta" if name == "foreign" else "alpha"
        keys = self.services.accounts._keys
        return self.document("calls", keys.identifier_token(self.client_id(client), "call", name))

    def recording(self, name: str) -> Document:
        return self.call(name)["recordings"][0]

    def traffic(self, call: str) -> Document:
        """The controller's copy of a call."""
        found = self.call(call)
        query = {name: found[name] for name in ("client", "licence", "started_at")}
        return self.bulk["traffic"].find_one(query)

    def collection(self, name: str) -> Any:
        databases = self.services.databases
        return (databases.audit if name in ("clients", "licences") else databases.bulk)[name]

    def document(self, collection: str, document_id: Any) -> Document:
        return self.collection(collection).find_one({"_id": document_id})

    def change(self, collection: str, document: Document, **fields: Any) -> None:
        self.collection(collection).update_one({"_id": document["_id"]}, {"$set": fields})
        self.forget()

    def node(self, kind: str, **equal: Any) -> Document:
        """A raw node of the key tree; `name` is matched by what the node's name holds."""
        wanted = equal.pop("name", "")
        found = list(self.keystore["keys"].find({"kind": kind, **equal}))
        return next(key for key in found if wanted in key["_id"])

    def move_key(self, source: Document, target: Document) -> None:
        """Put the wrapped key of one node into another's document."""
        moved = {"$set": {"generations": source["generations"]}}
        self.keystore["keys"].update_one({"_id": target["_id"]}, moved)
        self.forget()

    def slot(self, key: Document) -> bytes:
        """A wrapped record key."""
        return self.keystore["record_keys"].find_one({"_id": key["page"]})["keys"][key["slot"]]

    def put_slot(self, key: Document, entry: bytes) -> None:
        change = {"$set": {f"keys.{key['slot']}": entry}}
        assert self.keystore["record_keys"].update_one({"_id": key["page"]}, change).matched_count

    def snapshot(self) -> Snapshot:
        return {name: list(self._collection(name).find()) for name in _RESTORED}

    def restore(self, snapshot: Snapshot) -> None:
        """Undo what a test changed."""
        for name, documents in snapshot.items():
            collection = self._collection(name)
            now = {found["_id"]: found for found in collection.find()}
            for document in documents:
                if now.get(document["_id"]) != document:
                    collection.replace_one({"_id": document["_id"]}, document, upsert=True)
        self.forget()

    def _collection(self, name: str) -> Any:
        database, collection = name.split(".")
        return getattr(self.services.databases, database)[collection]

    def forget(self) -> None:
        """Make all caches stale, as every change of keys through the service does."""
        self.services.epoch.advance()

    def read(self, call: str) -> TestResponse:
        client = "beta" if call == "foreign" else "alpha"
        return self.api.as_client(client, "GET", f"/v1/clients/{client}/calls/{call}")

    def listen(self, call: str, **headers: str) -> TestResponse:
        return self.api.as_client("alpha", "GET", recording_path("alpha", call), headers=headers)


def assert_refused(answer: TestResponse) -> None:
    assert answer.status_code == 500
    assert answer.mimetype == "application/problem+json"
    assert b"+33" not in answer.data

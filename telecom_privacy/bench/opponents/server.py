"""The database server all sides share."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from bson import encode
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from pymongo import MongoClient

from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import (
    Document,
    MongoDatabase,
    connect,
    translating_errors,
    waiting_at_most,
)

_SOME = 100
_CODEC: CodecOptions[Document] = CodecOptions(uuid_representation=UuidRepresentation.STANDARD)
_COUNTING_SECONDS = 300.0
"""An embedded server looks through all documents to count their bytes."""


def server_facts(uri: str) -> str:
    """Name and version of the server, as it tells them. Raises `Unavailable`."""
    with translating_errors(), MongoClient[dict[str, object]](uri) as client:
        told = client.server_info()
    embedded = told.get("secantusVersion")
    answers = f"MongoDB {told['version']}"
    return f"SecantusDB {embedded}, which answers as {answers}" if embedded else answers


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a collection has: bytes of documents as they are stored before compression (BSON)."""

    documents: float
    data: float
    indexes: float

    def since(self, before: "Footprint") -> "Footprint":
        return Footprint(
            self.documents - before.documents,
            self.data - before.data,
            self.indexes - before.indexes,
        )


NOTHING = Footprint(0, 0, 0)


def footprints(settings: Settings) -> Mapping[str, Footprint]:
    """What each collection has, by the name of its database and its own. Raises `Unavailable`."""
    databases = connect(settings)
    named = {"bulk": databases.bulk, "keystore": databases.keystore, "audit": databases.audit}
    with translating_errors(), waiting_at_most(_COUNTING_SECONDS):
        found = {
            f"{name}.{collection}": _footprint(database.command("collStats", collection))
            for name, database in named.items()
            for collection in database.list_collection_names()
        }
    databases.close()
    return found


def drop_databases(settings: Settings) -> None:
    """Drop all databases whose names begin with the prefix of `settings`. Raises `Unavailable`."""
    databases = connect(settings)
    with translating_errors():
        for client in databases.clients:
            for name in client.list_database_names():
                if name.startswith(f"{settings.database_prefix}_"):
                    client.drop_database(name)
    databases.close()


def _footprint(told: Document) -> Footprint:
    return Footprint(told["count"], told["size"], told["totalIndexSize"])


def document_bytes(database: MongoDatabase, collection: str) -> int:
    """The middle size of some documents of a collection. Raises `Unavailable`."""
    with translating_errors():
        found = database[collection].find(limit=_SOME)
        return int(median(size_of(document) for document in found))


def size_of(document: Document) -> int:
    """How many bytes a document has as it is sent and stored (BSON)."""
    return len(encode(document, codec_options=_CODEC))


def stored_bytes(database: MongoDatabase) -> int:
    """How many bytes a database holds, documents and indexes, as its server counts them."""
    with translating_errors(), waiting_at_most(_COUNTING_SECONDS):
        counted = database.command("dbStats")
    return int(counted["dataSize"]) + int(counted["indexSize"])

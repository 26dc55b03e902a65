"""The longest audit log that was ever signed, remembered in the keystore.

A log that is restored from an old backup is shorter than this, and the start stops.
"""

from bson import Binary
from pymongo.errors import DuplicateKeyError

from telecom_privacy.storage.mongo import MongoDatabase, translating_errors

_DOCUMENT = "audit-watermark"


class StoredWatermark:
    """Implements `audit.service.Watermark`."""

    def __init__(self, keystore: MongoDatabase) -> None:
        self._collection = keystore["state"]

    def read(self) -> tuple[int, bytes] | None:
        with translating_errors():
            found = self._collection.find_one({"_id": _DOCUMENT})
        return (found["size"], bytes(found["root"])) if found else None

    def advance(self, size: int, root: bytes) -> None:
        value = {"size": size, "root": Binary(root)}
        smaller = {"_id": _DOCUMENT, "size": {"$lt": size}}
        with translating_errors():
            if self._collection.update_one(smaller, {"$set": value}).matched_count:
                return
            try:
                self._collection.insert_one({"_id": _DOCUMENT, **value})
            except DuplicateKeyError:
                return  # a larger size is remembered already

"""The sealed signing key of packages, in the keystore's collection `state`."""

from bson import Binary
from pymongo.errors import DuplicateKeyError

from telecom_privacy.storage.mongo import MongoDatabase, translating_errors

_DOCUMENT = "package-signer"


class SignerRepository:
    def __init__(self, keystore: MongoDatabase) -> None:
        self._state = keystore["state"]

    def fetch(self) -> tuple[bytes, bytes] | None:
        """Return the sealed key and its certificate (DER); None before the first package."""
        with translating_errors():
            found = self._state.find_one({"_id": _DOCUMENT})
        return (bytes(found["sealed"]), bytes(found["certificate"])) if found else None

    def insert(self, sealed: bytes, certificate: bytes) -> None:
        """Keep a key, unless another was faster."""
        document = {
            "_id": _DOCUMENT,
            "sealed": Binary(sealed),
            "certificate": Binary(certificate),
        }
        try:
            with translating_errors():
                self._state.insert_one(document)
        except DuplicateKeyError:
            return

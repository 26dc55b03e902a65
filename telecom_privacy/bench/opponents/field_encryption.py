"""Client-side field level encryption as MongoDB ships it (libmongocrypt), keys held locally."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import pymongocrypt
from bson.binary import Binary, UuidRepresentation
from bson.codec_options import CodecOptions
from pymongo.encryption import ClientEncryption
from pymongo.encryption_shared import Algorithm
from pymongocrypt.binding import lib, libmongocrypt_version

from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.opponents.databases import own_database
from telecom_privacy.bench.opponents.plain import PlainSide
from telecom_privacy.storage.mongo import Document, MongoDatabase

_CODEC: CodecOptions[Document] = CodecOptions(
    tz_aware=True, uuid_representation=UuidRepresentation.STANDARD
)
_MASTER_KEY_BYTES = 96  # as the specification of client-side encryption has it


class Vault:
    """One data key in a key vault of its own. `with` closes it at the end."""

    def __init__(self, database: MongoDatabase) -> None:
        providers = {"local": {"key": os.urandom(_MASTER_KEY_BYTES)}}
        name = f"{database.name}.vault"
        self._encryption: ClientEncryption[Document] = ClientEncryption(
            providers, name, database.client, _CODEC
        )
        self._key = self._encryption.create_data_key("local")

    def encrypt(self, value: Any, algorithm: Algorithm) -> Binary:
        return self._encryption.encrypt(value, algorithm, key_id=self._key)

    def decrypt(self, value: Binary) -> Any:
        return self._encryption.decrypt(value)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._encryption.close()


def library_facts() -> str:
    """Version of libmongocrypt, and whether it has ciphers of its own.

    The packaged wheel holds the build without: it calls back into Python for every encryption,
    which makes it 2 to 7 times slower than a native one. Say so beside its figures.
    """
    native = "" if lib.mongocrypt_is_crypto_available() else "not "
    version = f"{libmongocrypt_version()} (pymongocrypt {pymongocrypt.__version__}"
    return f"{version}; {native}is_crypto_available)"


class EncryptedSide(PlainSide):
    """Side B: as side A, but with content and numbers encrypted explicitly, under one data key.

    The least that CSFLE can do: two random values and two deterministic ones for each call, the
    data key cached, nothing logged, and no key of a record's own that could be destroyed.
    """

    name = "B"

    def __init__(self, database: MongoDatabase, document_bytes: int, vault: Vault) -> None:
        super().__init__(database, document_bytes)
        self._vault = vault

    def _token(self, number: str) -> Any:
        return self._vault.encrypt(number, Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Deterministic)

    def _sealed(self, content: Document) -> Any:
        return self._vault.encrypt(content, Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random)

    def _opened(self, sealed: Any) -> Document:
        opened: Document = self._vault.decrypt(sealed)
        return opened


@contextmanager
def encrypted_side(plan: Plan, document_bytes: int) -> Iterator[EncryptedSide]:
    """Yield side B on a database of its own."""
    with own_database(plan) as database, Vault(database) as vault:
        side = EncryptedSide(database, document_bytes, vault)
        side.create_indexes()
        yield side

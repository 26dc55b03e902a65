"""Clients and licences as stored: what names or describes them is sealed, dates are in clear."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bson import Binary

from telecom_privacy.clients.model import Anonymisation
from telecom_privacy.erasure.documents import reference_document
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.mongo import Document


@dataclass(frozen=True, slots=True)
class Sealed:
    """What all sealed documents share. `month` is that of the period key, `YYYY-MM`."""

    key: KeyReference
    payload: bytes
    month: str
    version: int


@dataclass(frozen=True, slots=True)
class StoredClient:
    id: UUID
    token: bytes
    sealed: Sealed
    started_on: date
    history: Document
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredLicence:
    id: UUID
    client_id: UUID
    token: bytes
    sealed: Sealed
    kind: str
    status: str
    valid_until: date | None
    created_at: datetime
    stored_at: datetime
    anonymisation: Anonymisation | None = None

    @property
    def scope(self) -> Scope:
        """The client's: a licence is found within it."""
        return Scope(self.client_id, NO_ID, Role.PROCESSOR)


def sealed_fields(sealed: Sealed) -> Document:
    return {
        "key": reference_document(sealed.key),
        "payload": Binary(sealed.payload),
        "month": sealed.month,
        "version": sealed.version,
    }


def sealed_from(document: Document) -> Sealed:
    return Sealed(
        KeyReference(**document["key"]),
        bytes(document["payload"]),
        document["month"],
        document["version"],
    )


def client_document(client: StoredClient) -> Document:
    return {
        "_id": client.id,
        "token": Binary(client.token),
        "started_on": client.started_on.isoformat(),
        "history": client.history,
        "created_at": client.created_at,
        **sealed_fields(client.sealed),
    }


def client_from(document: Document) -> StoredClient:
    return StoredClient(
        id=document["_id"],
        token=bytes(document["token"]),
        sealed=sealed_from(document),
        started_on=date.fromisoformat(document["started_on"]),
        history=document["history"],
        created_at=document["created_at"],
    )


def licence_document(scope: Scope, licence: StoredLicence) -> Document:
    return {
        "_id": licence.id,
        "client": scope.client_id,
        "token": Binary(licence.token),
        "kind": licence.kind,
        "status": licence.status,
        "valid_until": licence.valid_until and licence.valid_until.isoformat(),
        "created_at": licence.created_at,
        "stored_at": licence.stored_at,
        **sealed_fields(licence.sealed),
    }


def licence_from(document: dict[str, Any]) -> StoredLicence:
    valid_until = document["valid_until"]
    return StoredLicence(
        id=document["_id"],
        client_id=document["client"],
        token=bytes(document["token"]),
        sealed=sealed_from(document),
        kind=document["kind"],
        status=document["status"],
        valid_until=date.fromisoformat(valid_until) if valid_until else None,
        created_at=document["created_at"],
        stored_at=document["stored_at"],
        anonymisation=intent_from(document),
    )


def intent_document(intent: Anonymisation) -> Document:
    return {
        "begun_at": intent.begun_at,
        "actor": intent.actor,
        "placeholder": intent.placeholder,
    }


def intent_from(licence: Document) -> Anonymisation | None:
    found = licence.get("anonymisation")
    scope = Scope(licence["client"], licence["_id"], Role.PROCESSOR)
    return Anonymisation(scope, **found) if found else None

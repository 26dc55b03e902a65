"""Batches of the log, and the accesses that are found by client, as stored (docs/formats.md)."""

from collections.abc import Sequence

from telecom_privacy.audit.model import LEAF_BYTES, LoggedAccess, SealedEntry
from telecom_privacy.storage.mongo import Document


def leaves_of(batch: Document) -> list[bytes]:
    leaves = bytes(batch["leaves"])
    return [leaves[at : at + LEAF_BYTES] for at in range(0, len(leaves), LEAF_BYTES)]


def sealed_entries(batch: Document) -> list[SealedEntry]:
    """All entries of a batch, in order."""
    return [
        SealedEntry(leaf, detail["id"], detail["month"], bytes(detail["sealed"]))
        for leaf, detail in zip(leaves_of(batch), batch["details"], strict=True)
    ]


def accesses_among(first: int, entries: Sequence[SealedEntry]) -> list[LoggedAccess]:
    """The accesses that a batch tells of which begins at index `first`."""
    return [
        LoggedAccess(index, first, told.client_id, told.is_own, told.at)
        for index, entry in enumerate(entries, first)
        if (told := entry.access)
    ]


def access_documents(first: int, entries: Sequence[SealedEntry]) -> list[Document]:
    """What a batch says of its accesses: their places in it, and whose data was opened when."""
    return [
        {"n": one.index - first, "client": one.client_id, "own": one.is_own, "at": one.at}
        for one in accesses_among(first, entries)
    ]


def accesses_of(batch: Document) -> list[LoggedAccess]:
    first = batch["first"]
    return [
        LoggedAccess(first + one["n"], first, one["client"], one["own"], one["at"])
        for one in batch.get("accesses", ())
    ]


def access_document(access: LoggedAccess) -> Document:
    return {
        "_id": access.index,
        "first": access.first,
        "client": access.client_id,
        "own": access.is_own,
        "at": access.at,
    }


def access_from(document: Document) -> LoggedAccess:
    return LoggedAccess(
        index=document["_id"],
        first=document["first"],
        client_id=document["client"],
        is_own=document["own"],
        at=document["at"],
    )

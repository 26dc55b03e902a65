"""What a rotation of keys reads and writes in the keystore."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from telecom_privacy.keys.documents import node_from, record_key_bytes, record_keys_from
from telecom_privacy.keys.model import (
    KeyReference,
    Node,
    NodeKind,
    StoredNode,
    WrappedKey,
    WrappedRecordKey,
)
from telecom_privacy.keys.repository import ROTATION
from telecom_privacy.keys.rotation_model import Counted, RotationPhase, RotationState
from telecom_privacy.scope import Role
from telecom_privacy.storage.mongo import BATCH, Document, MongoDatabase, translating_errors

Moved = Mapping[KeyReference, tuple[WrappedRecordKey, WrappedKey]]
"""Record keys as they were found, and as they are wrapped now."""


class RotationRepository:
    def __init__(self, keystore: MongoDatabase) -> None:
        self._state = keystore["state"]
        self._roots = keystore["roots"]
        self._keys = keystore["keys"]
        self._pages = keystore["record_keys"]

    def fetch_state(self) -> RotationState | None:
        with translating_errors():
            found = self._state.find_one({"_id": ROTATION})
        return _state_from(found) if found else None

    def insert_state(self, state: RotationState) -> None:
        """Record that a rotation begins, unless another one was begun."""
        try:
            with translating_errors():
                self._state.insert_one(_state_document(state))
        except DuplicateKeyError:
            return

    def update_phase(
        self, state: RotationState, phase: RotationPhase, counts: Mapping[Counted, int]
    ) -> bool:
        """Set phase and counts. False if it is not in the phase that `state` says, or is over."""
        query = {"_id": ROTATION, "run": state.id, "phase": state.phase}
        change = {"phase": phase, **{f"counts.{name}": number for name, number in counts.items()}}
        with translating_errors():
            return self._state.update_one(query, {"$set": change}).matched_count == 1

    def add_count(self, state: RotationState, counted: Counted, number: int) -> None:
        query, change = {"_id": ROTATION, "run": state.id}, {"$inc": {f"counts.{counted}": number}}
        with translating_errors():
            self._state.update_one(query, change)

    def delete_state(self, state: RotationState) -> None:
        with translating_errors():
            self._state.delete_one({"_id": ROTATION, "run": state.id})

    def newest_root_number(self, role: Role) -> int:
        with translating_errors():
            return max(_number(root) for root in self._roots.find({"role": role}))

    def fetch_root(self, role: Role, number: int) -> str | None:
        """The id of the role's root of this number, unless it was replaced since."""
        with translating_errors():
            found = self._roots.find_one({"_id": f"{role}/{number}"})
        return str(found["root"]) if found else None

    def delete_roots_before(self, role: Role, number: int) -> None:
        """Let the keystore forget the roots that the one of this number replaced."""
        with translating_errors():
            for root in list(self._roots.find({"role": role})):
                if _number(root) < number:
                    self._roots.delete_one({"_id": root["_id"]})

    def fetch_nodes(
        self, kind: NodeKind, client_id: UUID | None = None
    ) -> Iterator[tuple[Node, StoredNode]]:
        """The live nodes of a kind, of one client or of all."""
        query: Document = (
            {"kind": kind} if client_id is None else {"kind": kind, "client": client_id}
        )
        with translating_errors():
            for found in self._keys.find(query).batch_size(BATCH):
                yield Node.from_name(found["_id"]), node_from(found)

    def erase_old_generations(self, node: Node, stored: StoredNode, rotation: int) -> None:
        """Destroy all generations of a node but the newest of those that were read.

        Only if the rotation of this number made that one: all that lives was moved to it.
        """
        newest = stored.newest
        old = {f"generations.{n}": 1 for n in stored.generations if n < newest}
        query = {
            "_id": node.name,
            "renewed_by": rotation,
            f"generations.{newest}": {"$exists": True},
        }
        if old:
            with translating_errors():
                self._keys.update_one(query, {"$unset": old})

    def fetch_record_keys_below(
        self, node: Node
    ) -> Iterator[Mapping[KeyReference, WrappedRecordKey]]:
        """The record keys below a node, page by page."""
        with translating_errors():
            pages = self._pages.find({"nodes": node.name}, {"keys": 1, "nodes": 1})
            for page in pages.batch_size(BATCH):
                found = record_keys_from(page)
                yield {at: key for at, key in found.items() if key.node == node}

    def replace_record_keys(self, pages: Collection[Moved]) -> None:
        """Wrap record keys anew; what was destroyed meanwhile stays destroyed.

        If one of a page was, its others are left, too, for the next look at the page.
        """
        writes = [UpdateOne(_unchanged(page), {"$set": _moved(page)}) for page in pages if page]
        if writes:
            with translating_errors():
                self._pages.bulk_write(writes, ordered=False)


def _unchanged(page: Moved) -> Document:
    keys = {f"keys.{at.slot}": record_key_bytes(old, old.position) for at, (old, _) in page.items()}
    return {"_id": next(iter(page)).page, **keys}


def _moved(page: Moved) -> Document:
    return {
        f"keys.{at.slot}": record_key_bytes(replace(old, key=new), old.position)
        for at, (old, new) in page.items()
    }


def _number(root: Document) -> int:
    return int(root["_id"].split("/")[1])


def _state_document(state: RotationState) -> Document:
    return {
        "_id": ROTATION,
        "run": state.id,
        "number": state.number,
        "started_at": state.started_at,
        "phase": state.phase,
        "roots": {role.value: number for role, number in state.roots.items()},
    }


def _state_from(found: Document) -> RotationState:
    started_at: datetime = found["started_at"]
    roots = {Role(role): number for role, number in found["roots"].items()}
    counts = {Counted(name): number for name, number in found.get("counts", {}).items()}
    phase = RotationPhase(found["phase"])
    return RotationState(found["run"], found["number"], started_at, phase, roots, counts)

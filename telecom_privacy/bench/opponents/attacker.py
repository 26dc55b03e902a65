"""Somebody who has every copy of the databases that was ever made, and the root keys of today.

He knows docs/formats.md, and tries every key that he finds on all that it might open.
"""

import hmac
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag

from telecom_privacy.bench.opponents.copies import Copy
from telecom_privacy.bench.opponents.outsider import NO_ID, binding, committed, opened, roots_in

Slot = tuple[UUID, str]


class Attacker:
    """Opens what can be opened, to a fixed point."""

    def __init__(self, key_dir: Path, copies: Iterable[Copy]) -> None:
        self.roots = roots_in(key_dir)
        self.documents: Copy = defaultdict(list)
        for copy in copies:
            for name, documents in copy.items():
                self.documents[name] += documents
        self.nodes: dict[str, set[bytes]] = defaultdict(set)
        self.record_keys: dict[Slot, set[bytes]] = defaultdict(set)
        self._open_nodes()
        self._open_record_keys()

    def readings(self) -> list[bytes]:
        """All calls and traffic records that he reads, in any of their versions."""
        found = []
        for collection, role, category in (
            ("bulk.calls", "processor", "call"),
            ("bulk.traffic", "controller", "traffic"),
        ):
            for one in self.documents[collection]:
                if "payload" not in one:
                    continue
                keys = self.record_keys.get((one["key"]["page"], one["key"]["slot"]), set())
                record = one["record_id" if "record_id" in one else "_id"]
                place = (role, one["client"], one["licence"], category, one["month"], record)
                found += _all_opened(keys, one["payload"], binding("record", *place))
        return found

    def numbers(self, tokens: Iterable[bytes], candidates: Iterable[str]) -> set[str]:
        """The numbers whose tokens these are, found by trying with every index key."""
        wanted = set(map(bytes, tokens))
        keys = {k for name, found in self.nodes.items() if "index-key" in name for k in found}
        return {
            number
            for key in keys
            for number in candidates
            if hmac.digest(key, f"number\n{number}".encode(), "sha256")[:16] in wanted
        }

    def subjects(self, tokens: Iterable[bytes], candidates: Iterable[str]) -> set[str]:
        """The subjects whose tokens these are, found by trying with every key of the tree."""
        wanted = set(map(bytes, tokens))
        keys = {key for found in self.nodes.values() for key in found}
        return {
            subject
            for key in keys
            for subject in candidates
            if hmac.digest(key, f"subject\n{subject}".encode(), "sha256")[:16] in wanted
        }

    def _open_nodes(self) -> None:
        before = -1
        while before != (before := sum(map(len, self.nodes.values()))):
            for node in self.documents["keystore.keys"]:
                for entry in node.get("generations", {}).values():
                    self.nodes[node["_id"]] |= set(self._opened_node(node["_id"], entry))

    def _opened_node(self, name: str, entry: dict[str, Any]) -> Iterator[bytes]:
        kind, role, client, *_ = name.split("/")
        above = self.nodes[f"client-key/{role}/{client}///"] if client else set()
        place = binding(kind, *_place(name))
        for secret in _all_opened({*above, *self.roots.values()}, entry["wrapped"], place):
            yield committed(secret, entry["commitment"])

    def _open_record_keys(self) -> None:
        for page in self.documents["keystore.record_keys"]:
            for slot, stored in page["keys"].items():
                node, _, record, commitment, wrapped = struct.unpack(">HI16s32s60s", stored)
                name = page["nodes"][node]
                place = binding("record-key", *_place(name), UUID(bytes=record))
                for secret in _all_opened(self.nodes[name], wrapped, place):
                    key = committed(secret, commitment)
                    self.record_keys[page["_id"], slot].add(key)


def _place(name: str) -> tuple[str, UUID, UUID, str, str]:
    _, role, client, licence, category, month = name.split("/")
    client_id, licence_id = (UUID(one) if one else NO_ID for one in (client, licence))
    return role, client_id, licence_id, category, month


def _all_opened(keys: Iterable[bytes], sealed: bytes, place: bytes) -> list[bytes]:
    found = []
    for key in keys:
        with suppress(InvalidTag):
            found.append(opened(key, sealed, place))
    return found

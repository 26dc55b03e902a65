"""By which tokens the subjects of records are found when their key is replaced."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from telecom_privacy.keys.indexing import Found, rewrite_tokens
from telecom_privacy.keys.model import Node, subject_node
from telecom_privacy.keys.service import KeyService
from telecom_privacy.numbers import NumberReader
from telecom_privacy.records.model import StoredRecord
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.scope import NO_ID, Scope


class SubjectIndex:
    def __init__(
        self, repository: RecordRepository, keys: KeyService, numbers: NumberReader
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._numbers = numbers

    def rewrite(self, node: Node, moved: Callable[[int], None]) -> None:
        """Move the records of a category to the newest subject key.

        Afterwards none is found by an older one. `moved` is called with the size of each batch.
        Raises `KeyDestroyed` if there is no such key, or no longer.
        """
        index = self._keys.subjects.newest(node)
        scope = Scope(node.client_id, NO_ID, node.role)

        def fetch() -> Iterator[Found[StoredRecord]]:
            found = self._repository.fetch_indexed_otherwise(scope, node.category, index.generation)
            return (Found(one, one.binding, one.key, one.payload) for one in found)

        def update(records: Sequence[tuple[StoredRecord, tuple[bytes, ...]]]) -> None:
            found = [_with_token(one, tokens, index.generation) for one, tokens in records]
            self._repository.update_subjects(scope, found)
            moved(len(records))

        rewrite_tokens(self._keys, index, fetch, self._subjects, update)

    def catch_up(self, record: StoredRecord) -> None:
        """Move a record that a killed process stored under a subject key that was just replaced.

        And what else was left under older ones. Raises `KeyDestroyed` if the key is gone.
        """
        if record.index is None:
            return
        node = subject_node(record.scope.role, record.scope.client_id, record.category)
        if self._keys.subjects.newest(node).generation != record.index:
            self.rewrite(node, lambda _: None)

    def _subjects(self, content: Mapping[str, Any]) -> list[str]:
        subject = content.get("subject")
        return [self._numbers.normal(subject)] if subject else []


def _with_token(record: StoredRecord, tokens: Sequence[bytes], generation: int) -> StoredRecord:
    """Without a token where the record does not open: it is not found by its subject any more."""
    subject = tokens[0] if tokens else None
    return replace(record, subject=subject, index=generation if subject else None)

"""Ending the binary content of a record that the service itself keeps."""

from telecom_privacy.clock import Clock
from telecom_privacy.records.deletion import RecordDeletion
from telecom_privacy.records.model import StoredRecord
from telecom_privacy.records.repository import RecordRepository


class KeptContent:
    def __init__(
        self, repository: RecordRepository, deletion: RecordDeletion, clock: Clock
    ) -> None:
        self._repository = repository
        self._deletion = deletion
        self._clock = clock

    def end(self, record: StoredRecord, rule: str, actor: str) -> None:
        """Erase the content of a record, and let it take none any more; may be repeated.

        An upload under way is refused at its end, or was faster and is erased.
        """
        if record.content is None and self._repository.end_content(record, self._clock.now()):
            return
        current = self._repository.fetch(record.scope, record.token)
        if isinstance(current, StoredRecord):
            self._deletion.delete_content(current, rule, actor)

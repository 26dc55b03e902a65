"""Finding restored records by their numbers: their tokens may be of keys that were replaced."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from uuid import UUID

from telecom_privacy.errors import KeyDestroyed
from telecom_privacy.keys.service import KeyService
from telecom_privacy.retention.finality import SubjectTokens, TokenIndex
from telecom_privacy.scope import NO_ID, Role


class Reindexing:
    """`client_ids` names all clients; `indexes` and `subjects` are as those of `Finality`."""

    def __init__(
        self,
        keys: KeyService,
        client_ids: Callable[[], Iterable[UUID]],
        indexes: Mapping[Role, TokenIndex],
        subjects: SubjectTokens,
    ) -> None:
        self._keys = keys
        self._client_ids = client_ids
        self._indexes = indexes
        self._subjects = subjects

    def run(self) -> None:
        """Give tokens of the newest index keys to what has older ones.

        May be repeated. Raises `Unavailable`.
        """
        for client_id in self._client_ids():
            self._rewrite(Role.PROCESSOR, client_id)
        self._rewrite(Role.CONTROLLER, NO_ID)
        for node in self._keys.subjects.nodes():
            with suppress(KeyDestroyed):  # it went with its client meanwhile
                self._subjects.rewrite(node, lambda _: None)

    def _rewrite(self, role: Role, client_id: UUID) -> None:
        for month in self._keys.numbers.months(client_id):
            try:
                self._indexes[role].rewrite(client_id, month, lambda _: None)
            except KeyDestroyed:
                continue  # its month was over meanwhile

"""By which tokens traffic records are found when a month's index key is replaced."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from telecom_privacy.keys.indexing import Found, rewrite_tokens
from telecom_privacy.keys.service import KeyService
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import month_window
from telecom_privacy.traffic.model import StoredTraffic, parties
from telecom_privacy.traffic.repository import TrafficRepository


class TrafficIndex:
    def __init__(self, repository: TrafficRepository, keys: KeyService) -> None:
        self._repository = repository
        self._keys = keys

    def rewrite(self, client_id: UUID, month: str, moved: Callable[[int], None]) -> None:
        """Move the records of a month to the newest index key.

        The key is that of all clients (`client_id` is `NO_ID`). Afterwards none is found by an
        older one. `moved` is called with the size of each batch.
        """
        index = self._keys.numbers.index(Role.CONTROLLER, month, client_id)
        window = month_window(month)

        def fetch() -> Iterator[Found[StoredTraffic]]:
            for one in self._repository.fetch_indexed_otherwise(window, index.generation):
                yield Found(one, one.binding, one.key, one.payload)

        def update(records: Sequence[tuple[StoredTraffic, tuple[bytes, ...]]]) -> None:
            found = [replace(one, numbers=new, index=index.generation) for one, new in records]
            self._repository.update_numbers(found)
            moved(len(records))

        rewrite_tokens(self._keys, index, fetch, parties, update)

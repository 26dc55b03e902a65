"""By which tokens a client's calls are found when a month's index key is replaced."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from telecom_privacy.calls.index_repository import CallIndexRepository
from telecom_privacy.calls.model import StoredCall
from telecom_privacy.keys.indexing import Found, rewrite_tokens
from telecom_privacy.keys.service import KeyService
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.paging import month_window
from telecom_privacy.traffic.model import parties


class CallIndex:
    def __init__(self, repository: CallIndexRepository, keys: KeyService) -> None:
        self._repository = repository
        self._keys = keys

    def update(self, scope: Scope, calls: Sequence[StoredCall]) -> None:
        """Replace the tokens of a client's calls by those that `calls` have."""
        self._repository.update_numbers(scope, calls)

    def rewrite(self, client_id: UUID, month: str, moved: Callable[[int], None]) -> None:
        """Move a client's calls of a month to the newest index key.

        Afterwards none is found by an older one. `moved` is called with the size of each batch.
        """
        index = self._keys.numbers.index(Role.PROCESSOR, month, client_id)
        scope, window = Scope(client_id, NO_ID, Role.PROCESSOR), month_window(month)

        def fetch() -> Iterator[Found[StoredCall]]:
            for call in self._repository.fetch_indexed_otherwise(scope, window, index.generation):
                yield Found(call, call.binding, call.key, call.payload)

        def update(calls: Sequence[tuple[StoredCall, tuple[bytes, ...]]]) -> None:
            found = [
                replace(call, numbers=tokens, index=index.generation) for call, tokens in calls
            ]
            self._repository.update_numbers(scope, found)
            moved(len(calls))

        rewrite_tokens(self._keys, index, fetch, lambda content: parties(content["call"]), update)

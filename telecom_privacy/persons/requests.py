"""The recorded intents to erase a person: sealed, as they name it, and gone once they are done."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import REMOVED
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import KeyDestroyed
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.sealing import open_json, seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.persons.model import PERSON_ERASURE, Request, StoredRequest, request_binding
from telecom_privacy.persons.repository import PERSON_ERASURES, ErasureRequestRepository
from telecom_privacy.storage.paging import Position, month_of

_MOST_AT_ONCE = 50
"""So many intents recovery takes up at a time: it has other work, too."""


class ErasureRequests:
    def __init__(
        self,
        repository: ErasureRequestRepository,
        keys: KeyService,
        versions: ContentVersions,
        eraser: Eraser,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._versions = versions
        self._eraser = eraser
        self._clock = clock

    def open_same(
        self, access: Access, client: Client, person: str, keep: Sequence[str]
    ) -> Request | None:
        """The intent to do the same that is not carried out yet; None if there is none."""
        stored = self._repository.fetch(client.id, self._mark(access, client, person, keep))
        if stored is None:
            return None
        with suppress(KeyDestroyed):  # it was carried out at this moment
            return self.open(stored)
        return None

    def begin(
        self, access: Access, client: Client, request_id: UUID, person: str, keep: Sequence[str]
    ) -> Request:
        """Record an intent. From now on it is carried out, whoever does it."""
        now, mark = self._clock.now(), self._mark(access, client, person, keep)
        binding = request_binding(client.id, month_of(now), request_id)
        made: list[StoredRequest] = []

        def write(key: RecordKey) -> bool:
            payload = seal_json(key.key, {"person": person, "keep": list(keep)}, binding)
            made.append(
                StoredRequest(
                    request_id,
                    client.id,
                    binding.month,
                    now,
                    access.actor,
                    access.licence_ids,
                    mark,
                    now,
                    key.reference,
                    payload,
                )
            )
            self._repository.insert(made[0])
            return True

        self._versions.insert(binding, PERSON_ERASURES, request_id, write)
        return Request(made[0], person, tuple(keep))

    def begun(self, before: datetime) -> list[StoredRequest]:
        """What was left, of all clients, up to a time and is not done: a bounded part of it."""
        return self._repository.fetch_begun(before, _MOST_AT_ONCE)

    def leave(self, stored: StoredRequest, position: Position | None) -> None:
        """Leave an intent to whoever goes on: all calls down to `position` were looked at."""
        reached = position or stored.position
        self._repository.update_position(stored.id, reached, self._clock.now())

    def open(self, stored: StoredRequest) -> Request:
        """Raises `KeyDestroyed` once it is done, or gone with its client."""
        sealed = open_json(
            self._keys.open(stored.binding, stored.key), stored.payload, stored.binding
        )
        return Request(stored, sealed["person"], tuple(sealed["keep"]))

    def end(self, stored: StoredRequest, actor: str) -> None:
        """Destroy an intent that is carried out, and with it the person's name."""
        scope = stored.scope
        self._eraser.erase(
            scope.client_id, scope.role, PERSON_ERASURE, REMOVED, [stored.item], actor
        )

    def _mark(self, access: Access, client: Client, person: str, keep: Sequence[str]) -> bytes:
        """Equal for whoever asks for the same: that person, in those licences, keeping that."""
        licences = None if access.licence_ids is None else sorted(map(str, access.licence_ids))
        same = json.dumps([person, sorted(keep), licences])
        return self._keys.identifier_token(client.id, PERSON_ERASURE, same)

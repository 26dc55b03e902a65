"""Attempts to make a package: each has a key of its own, which goes with it."""

from datetime import timedelta
from uuid import UUID, uuid4

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.copies import EXPORT
from telecom_privacy.erasure.model import COPY
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import Conflict, Gone, KeyDestroyed
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.sealing import open_json, seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.reversibility.model import (
    Export,
    Making,
    State,
    StoredExport,
    Wish,
    export_binding,
)
from telecom_privacy.reversibility.obedience import ObeyedTerms
from telecom_privacy.reversibility.repository import EXPORTS, ExportRepository
from telecom_privacy.reversibility.wishes import wish_from, wish_json
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.paging import month_of

LEASE = timedelta(seconds=40)
"""For so long a preparation that shows no sign of life is left to whoever began it.

Others then begin again: what was small enough is ready within a minute of a kill.
"""

_ACTOR = "exports"

WITHDRAWN = "this package was withdrawn: part of it is gone or its time is over; make a new one"


class Attempts:
    def __init__(
        self,
        repository: ExportRepository,
        keys: KeyService,
        versions: ContentVersions,
        eraser: Eraser,
        terms: ObeyedTerms,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._versions = versions
        self._eraser = eraser
        self._terms = terms
        self._clock = clock

    def begin(self, client: Client, wish: Wish) -> Export:
        """Store a new export, whose preparation the caller begins."""
        now, export_id = self._clock.now(), uuid4()
        return self._begun(client, wish, export_id, month_of(now), attempt=1)

    def begin_again(self, client: Client, old: Export) -> Export:
        """Take an attempt back and begin another. Raises `Conflict` if others were faster."""
        stored = old.stored
        making = Making(stored.id, stored.making)
        if not self._repository.announce_another(making, self._clock.now() + LEASE):
            raise Conflict("another process prepares this export")
        self.take_back(stored)
        return self._begun(client, wish_of(old), stored.id, stored.month, stored.attempt + 1)

    def take_back(self, export: StoredExport, actor: str = _ACTOR) -> None:
        """Erase what there is of a package: its key first."""
        self._eraser.erase(export.client_id, Role.PROCESSOR, EXPORT, COPY, [export.item], actor)

    def give_up(self, export: StoredExport) -> None:
        """Take the last attempt at an export back, after which no other is worth while."""
        scope = Scope(export.client_id, NO_ID, Role.PROCESSOR)
        last = self._repository.fetch(scope, export.id)  # others may have followed this one
        if last is None or last.state is not State.PREPARING:
            return
        making = Making(last.id, last.making)
        # Or whoever asks meanwhile would take it for withdrawn.
        self._repository.announce_another(making, self._clock.now() + LEASE)
        self.take_back(last)
        self._repository.fail(last)

    def open(self, stored: StoredExport) -> Export:
        """Raises `Gone` where the package was withdrawn."""
        if stored.state not in (State.PREPARING, State.READY):
            raise Gone(WITHDRAWN)
        try:
            key = self._keys.open(stored.binding, stored.key)
        except KeyDestroyed as error:
            raise Gone(WITHDRAWN) from error
        return Export(stored, key, open_json(key, stored.payload, stored.binding))

    def _begun(
        self, client: Client, wish: Wish, export_id: UUID, month: str, attempt: int
    ) -> Export:
        now, begun = self._clock.now(), []
        binding = export_binding(client.id, month, export_id)
        sealed = {"wish": wish_json(wish)}

        def write(key: RecordKey) -> bool:
            stored = StoredExport(
                id=export_id,
                client_id=client.id,
                month=month,
                kind=wish.kind,
                state=State.PREPARING,
                created_at=now,
                as_of=now,
                terms=self._terms.of(client),
                key=key.reference,
                payload=seal_json(key.key, sealed, binding),
                making=uuid4(),
                attempt=attempt,
            )
            begun.append(Export(stored, key.key, sealed))
            if attempt == 1:
                return self._repository.insert(stored, now + LEASE)
            return self._repository.begin_again(stored, now + LEASE)

        self._versions.insert(binding, EXPORTS, export_id, write)
        return begun[0]


def wish_of(export: Export) -> Wish:
    return wish_from(export.sealed["wish"])

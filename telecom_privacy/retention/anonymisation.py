"""Anonymising a licence: what identifies its person goes, counts stay (ROLE-5).

Order: recorded intent, from which on nobody finds the licence → what others are storing for it at
that moment is waited for → its calls with their recordings, its other records → its details, of
which a placeholder is left.
The operator's own copies (traffic) stay until their own term.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Protocol
from uuid import UUID

from telecom_privacy.clients.anonymisation import LicencePlaceholders
from telecom_privacy.clients.model import Anonymisation, Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.model import LICENCE_ANONYMISED
from telecom_privacy.errors import Held
from telecom_privacy.http.access import Access
from telecom_privacy.keys.service import KeyService
from telecom_privacy.retention.certificates import CertificateService
from telecom_privacy.scope import Scope
from telecom_privacy.storage.epoch import Epoch
from telecom_privacy.storage.lease import KeepAlive

_GIVEN_UP_AFTER = timedelta(minutes=1)
_REQUEST_SECONDS = 10.0
_SETTLING_SECONDS = 2.0
_POLL_SECONDS = 0.02
_CLOCK_TOLERANCE = timedelta(days=1)
_AWAITED = frozenset({"calls", "document"})
"""The kinds of recorded intents that name a record of the licence itself."""


@dataclass(frozen=True, slots=True)
class Anonymised:
    """What was done. `licence` is the external id of what is left, None while it goes on."""

    licence: str | None

    @property
    def is_done(self) -> bool:
        return self.licence is not None

    @property
    def state(self) -> str:
        return "done" if self.is_done else "running"


class LicenceDeletion(Protocol):
    """Erases what a licence has of one kind."""

    def delete_of_licence(self, licence: Scope, rule: str, actor: str, /) -> Iterator[int]:
        """May be repeated. Yields after each batch how many records it had."""
        ...


class LicenceAnonymisation:
    def __init__(
        self,
        licences: LicencePlaceholders,
        deletions: Sequence[LicenceDeletion],
        certificates: CertificateService,
        keys: KeyService,
        epoch: Epoch,
        clock: Clock,
    ) -> None:
        self._licences = licences
        self._deletions = deletions
        self._certificates = certificates
        self._keys = keys
        self._epoch = epoch
        self._clock = clock

    def anonymise(self, access: Access, client: Client, external_id: str) -> Anonymised:
        """Anonymise a licence for good, as far as there is time; recovery does the rest.

        To be repeated while it is not done. Raises `NotFound`, `Gone` past the licence's term, and
        `Conflict` for what is left of one.
        """
        intent = self._licences.begin(access, client, external_id)
        deadline = time.monotonic() + _REQUEST_SECONDS
        if not self._carry_out(intent, lambda: time.monotonic() < deadline):
            return Anonymised(licence=None)
        self._certificates.issue_missing(access.actor, _go_on, client.id)
        return Anonymised(intent.placeholder_name)

    def resume(self, keep_alive: KeepAlive) -> int:
        """Finish what a killed process, or a request without time, left (`recovery.Deletions`)."""

        finished = 0

        def going_on() -> bool:
            keep_alive()
            return True

        def carry_out(intent: Anonymisation) -> None:
            nonlocal finished
            finished += self._carry_out(intent, going_on)

        for intent in self._licences.unfinished(self._clock.now() - _GIVEN_UP_AFTER):
            ids = {"licence": intent.licence.licence_id}
            succeeds(partial(carry_out, intent), "a licence cannot be anonymised", **ids)
        return finished

    def _carry_out(self, intent: Anonymisation, may_go_on: Callable[[], bool]) -> bool:
        """Return whether it is done; not while others store something or time is over."""
        if not self._is_settled(intent.licence.client_id):
            return False
        erased = (
            deletion.delete_of_licence(intent.licence, LICENCE_ANONYMISED, intent.actor)
            for deletion in self._deletions
        )
        if not all(may_go_on() for _ in chain.from_iterable(erased)):
            return False
        try:
            self._licences.finish(intent)
        except Held:  # another withholds something of it at this moment
            return False
        return True

    def _is_settled(self, client_id: UUID) -> bool:
        """Wait until whoever may have found the licence before has stored its record, or given up.

        A writer that took keys asks for the licence once more: after this, it finds none.
        """
        self._epoch.advance()
        self._epoch.outwait()
        awaited, deadline = self._being_stored(client_id), time.monotonic() + _SETTLING_SECONDS
        while awaited and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
            awaited &= self._being_stored(client_id)
        return not awaited

    def _being_stored(self, client_id: UUID) -> set[UUID]:
        """The key pages of a client's records that are not known to be stored.

        Uploads may take hours and are not waited for: they end with the record they belong to.
        """
        pages = self._keys.pending(self._clock.now() + _CLOCK_TOLERANCE)
        return {
            page.page
            for page in pages
            if page.intent.get("client") == client_id and page.intent.get("kind") in _AWAITED
        }


def _go_on() -> None:
    """Nothing has to be kept alive during a request."""

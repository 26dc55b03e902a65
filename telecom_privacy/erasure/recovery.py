"""Cleaning up after killed processes, by what they recorded that they would do (DESIGN §3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.model import DocumentId, ErasedItem
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import Ground
from telecom_privacy.erasure.withheld import VersionCopies
from telecom_privacy.keys.model import KeyReference, PendingPage
from telecom_privacy.keys.service import KeyService
from telecom_privacy.scope import Role
from telecom_privacy.storage.lease import KeepAlive

_ACTOR = "recovery"
_ONLY_SLOT = "0"


class IntentHandler(Protocol):
    """Judges the recorded intents of one kind."""

    @property
    def patience(self) -> timedelta:
        """How old an intent must be before it is judged: longer than any writer may take."""
        ...

    def orphans(self, page: PendingPage) -> Sequence[KeyReference]:
        """Remove what the intent left unfinished and return the keys that serve nothing."""
        ...


class Deletions(Protocol):
    """Deletions of more than one erasure, begun with an intent of their own."""

    def resume(self, keep_alive: KeepAlive, /) -> int:
        """Finish what a killed process began; return how many. Raises `Unavailable`."""
        ...


class Recovery:
    """Finishes begun erasures and drops the keys of records that were never committed."""

    def __init__(
        self,
        keys: KeyService,
        eraser: Eraser,
        handlers: Mapping[str, IntentHandler],
        deletions: Sequence[Deletions],
        schedule: Schedule,
        clock: Clock,
    ) -> None:
        self._keys = keys
        self._eraser = eraser
        self._handlers = handlers
        self._deletions = deletions
        self._schedule = schedule
        self._clock = clock

    def run(self, keep_alive: KeepAlive = lambda: None) -> int:
        """Return how many intents were settled. Raises `Unavailable`; may be repeated.

        One that cannot be settled is an alarm, and does not keep the others waiting. `keep_alive`
        is called between them.
        """
        settled = self._eraser.resume(keep_alive)
        settled += sum(deletions.resume(keep_alive) for deletions in self._deletions)
        now = self._clock.now()
        shortest = min(handler.patience for handler in self._handlers.values())
        for page in list(self._keys.pending(now - shortest)):
            if self._is_ripe(page, now):
                keep_alive()
                settle = partial(self._settle, page)
                settled += succeeds(settle, "an intent cannot be settled", page=page.page)
        return settled

    def _is_ripe(self, page: PendingPage, now: datetime) -> bool:
        handler = self._handlers.get(page.intent.get("kind", ""))
        return handler is None or page.since <= now - handler.patience

    def _settle(self, page: PendingPage) -> None:
        intent = page.intent
        orphans = self._handlers[intent["kind"]].orphans(page)
        if "client" in intent:
            # What was stored may not have been noted any more as falling due.
            self._schedule.touch(intent["client"], intent.get("categories", ()))
        self._keys.judge(page, orphans)


class KeyHolder(Protocol):
    """The repository of one collection of sealed documents."""

    def current_key(self, document_id: DocumentId, /) -> KeyReference | None:
        """The key of the version that the document holds; None if it is not there, or erased."""
        ...


class DocumentIntents:
    """Intents of `ContentVersions`: one sealed document, perhaps replacing an older version.

    A version was committed if its document has it, or had it until it was erased in its turn.
    `holders` names the repository of each collection.
    """

    patience = timedelta(minutes=10)

    def __init__(
        self, holders: Mapping[str, KeyHolder], eraser: Eraser, copies: VersionCopies
    ) -> None:
        self._holders = holders
        self._eraser = eraser
        self._copies = copies

    def is_half_done(self, page: PendingPage) -> bool:
        """Whether a version was written whose older one nobody has begun to erase."""
        if not self._was_committed(page) or "replaces" not in page.intent:
            return False
        return not self._eraser.was_erased(_replaced(page.intent).key)

    def orphans(self, page: PendingPage) -> Sequence[KeyReference]:
        if not self._was_committed(page):
            self._copies.drop_copy(page.page)
            return page.references
        if "replaces" in page.intent:
            self._finish_replacing(page.intent)
        return ()

    def _was_committed(self, page: PendingPage) -> bool:
        key = KeyReference(page.page, _ONLY_SLOT)
        holder = self._holders[page.intent["collection"]]
        held = holder.current_key(page.intent["document"])
        return held == key or self._eraser.was_erased(key)

    def _finish_replacing(self, intent: Mapping[str, Any]) -> None:
        old = _replaced(intent)
        if self._eraser.was_erased(old.key):
            return
        client_id, role, ground = intent["client"], Role(intent["role"]), Ground.of(intent)
        self._eraser.erase(client_id, role, ground.category, ground.rule, [old], _ACTOR)


def _replaced(intent: Mapping[str, Any]) -> ErasedItem:
    return ErasedItem(intent["record"], KeyReference(**intent["replaces"]), intent["document"])

"""Cleaning up after killed processes, by what they recorded that they would do (DESIGN §3)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import REPLACED, ErasedItem
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import VERSION
from telecom_privacy.keys.model import KeyReference, PendingPage
from telecom_privacy.keys.service import KeyService
from telecom_privacy.scope import Role
from telecom_privacy.storage.mongo import MongoDatabase, translating_errors

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


class Recovery:
    """Finishes begun erasures and drops the keys of records that were never committed."""

    def __init__(
        self,
        keys: KeyService,
        eraser: Eraser,
        handlers: Mapping[str, IntentHandler],
        clock: Clock,
    ) -> None:
        self._keys = keys
        self._eraser = eraser
        self._handlers = handlers
        self._clock = clock

    def run(self) -> int:
        """Return how many intents were settled. Raises `Unavailable`; may be repeated."""
        settled = self._eraser.resume()
        now = self._clock.now()
        shortest = min(handler.patience for handler in self._handlers.values())
        for page in list(self._keys.pending(now - shortest)):
            handler = self._handlers[page.intent["kind"]]
            if page.since <= now - handler.patience:
                self._keys.judge(page, handler.orphans(page))
                settled += 1
        return settled


class DocumentIntents:
    """Intents of `ContentVersions`: one sealed document, perhaps replacing an older version.

    A version was committed if its document has it, or had it until it was erased in its turn.
    """

    patience = timedelta(minutes=10)

    def __init__(self, bulk: MongoDatabase, eraser: Eraser) -> None:
        self._bulk = bulk
        self._eraser = eraser

    def orphans(self, page: PendingPage) -> Sequence[KeyReference]:
        if not self._was_committed(page):
            return page.references
        if "replaces" in page.intent:
            self._finish_replacing(page.intent)
        return ()

    def _was_committed(self, page: PendingPage) -> bool:
        key = KeyReference(page.page, _ONLY_SLOT)
        return self._current(page.intent) == key or self._eraser.was_erased(key)

    def _current(self, intent: Mapping[str, Any]) -> KeyReference | None:
        with translating_errors():
            found = self._bulk[intent["collection"]].find_one({"_id": intent["document"]})
        return KeyReference(**found["key"]) if found and "key" in found else None

    def _finish_replacing(self, intent: Mapping[str, Any]) -> None:
        old = ErasedItem(intent["record"], KeyReference(**intent["replaces"]), intent["document"])
        if self._eraser.was_erased(old.key):
            return
        role = Role(intent["role"])
        self._eraser.erase(intent["client"], role, VERSION, REPLACED, [old], _ACTOR)

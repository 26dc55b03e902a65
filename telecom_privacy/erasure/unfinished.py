"""What is left of a client's erasures before somebody may be told that they are done."""

from datetime import timedelta
from uuid import UUID

from telecom_privacy.clock import CLOCK_TOLERANCE, Clock
from telecom_privacy.erasure.recovery import DocumentIntents
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import Ground
from telecom_privacy.keys.model import PendingPage
from telecom_privacy.keys.service import KeyService

_GIVEN_UP_AFTER = timedelta(minutes=1)


class Unfinished:
    """Finishes what was begun on a ground.

    Once a new version is written nothing leads from its record to the old one, whose key lives
    until it is erased. Only the recorded intent knows of it.
    """

    def __init__(
        self, keys: KeyService, intents: DocumentIntents, eraser: Eraser, clock: Clock
    ) -> None:
        self._keys = keys
        self._intents = intents
        self._eraser = eraser
        self._clock = clock

    def finish(self, client_id: UUID, ground: Ground) -> bool:
        """Finish what others left, all of it under the rule of `ground`.

        False if somebody may still be at it, or it cannot be finished. Raises `Unavailable`.
        """
        half_done = self._half_done(client_id, ground)
        left = [page for page in half_done if page.since <= self._clock.now() - _GIVEN_UP_AFTER]
        for page in left:
            self._intents.orphans(page)
        return self._eraser.finish_of(client_id, ground.rule) and len(left) == len(half_done)

    def _half_done(self, client_id: UUID, ground: Ground) -> list[PendingPage]:
        """The intents to replace a version on this ground of which the old one still stands."""
        pending = self._keys.pending(self._clock.now() + CLOCK_TOLERANCE)
        return [
            page
            for page in pending
            if (page.intent.get("client"), Ground.of(page.intent)) == (client_id, ground)
            and self._intents.is_half_done(page)
        ]

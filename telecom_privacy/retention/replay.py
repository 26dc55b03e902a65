"""Erasing again, after a restore, what the ledger says was erased (DESIGN §5)."""

from collections.abc import Callable
from itertools import groupby

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.ledger import Ledger
from telecom_privacy.erasure.recovery import Recovery
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.retention.reindexing import Reindexing
from telecom_privacy.storage.epoch import Epoch

_SHOWN_EVERY = 100


class Replay:
    """Goes through the whole ledger; whatever kills it, it is begun again, and harms nothing."""

    def __init__(
        self,
        ledger: Ledger,
        eraser: Eraser,
        recovery: Recovery,
        reindexing: Reindexing,
        epoch: Epoch,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._eraser = eraser
        self._recovery = recovery
        self._reindexing = reindexing
        self._epoch = epoch
        self._audit = audit
        self._clock = clock

    def run(self, actor: str, progress: Callable[[int], None] = lambda _: None) -> int:
        """Erase all of it again, and return how many erasures that were. Raises `Unavailable`."""
        self._epoch.advance()  # what was cached before the restore may be there no more
        done = 0
        for _, together in groupby(self._ledger.all(), key=lambda erasure: erasure.at):
            for erasure in self._eraser.in_order(together):
                self._eraser.repeat(erasure)
                done += 1
                if done % _SHOWN_EVERY == 0:
                    progress(done)
        self._recovery.run()
        self._reindexing.run()
        self._epoch.advance()
        event = Event("erasures.replayed", actor, self._clock.now(), details={"count": done})
        self._audit.append([event])
        return done

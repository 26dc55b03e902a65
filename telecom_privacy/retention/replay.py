"""Erasing again, after a restore, what the ledger says was erased (DESIGN §5)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.ledger import Ledger
from telecom_privacy.erasure.recovery import Recovery
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.retention.reindexing import Reindexing
from telecom_privacy.storage.epoch import Epoch

_SHOWN_EVERY = 100


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many erasures were carried out again, and how many could not be."""

    repeated: int
    failed: int


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

    def run(self, actor: str, progress: Callable[[int], None] = lambda _: None) -> Replayed:
        """Erase all of it again. Raises `Unavailable`.

        One erasure that cannot be repeated is an alarm, and does not keep the others waiting.
        """
        self._epoch.restart()  # what was cached before the restore may be there no more
        done = failed = 0
        for _, together in groupby(self._ledger.all(), key=lambda erasure: erasure.at):
            for erasure in self._eraser.in_order(together):
                repeat = partial(self._eraser.repeat, erasure)
                alarm = "an erasure cannot be repeated"
                failed += not succeeds(repeat, alarm, erasure=erasure.id)
                done += 1
                if done % _SHOWN_EVERY == 0:
                    progress(done)
        self._recovery.run()
        self._reindexing.run()
        self._epoch.advance()
        details = {"count": done - failed, "failed": failed}
        self._audit.append([Event("erasures.replayed", actor, self._clock.now(), details=details)])
        return Replayed(done - failed, failed)

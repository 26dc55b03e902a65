"""The time stamp of a package, from an authority that may be away for a while."""

import logging
import time
from collections.abc import Sequence

from telecom_privacy.crypto.timestamp_authority import TimestampAuthority
from telecom_privacy.errors import IntegrityError, Unavailable

PAUSES = (0.0, 0.5, 1.0)
_log = logging.getLogger("telecom_privacy.reversibility")


class Stamping:
    """Asks the authority again after each of `pauses` (seconds), then lets it be.

    All of it takes less than what is left of the lease of a preparation.
    """

    def __init__(self, authority: TimestampAuthority, pauses: Sequence[float] = PAUSES) -> None:
        self._authority = authority
        self._pauses = pauses

    def stamp(self, content: bytes) -> bytes | None:
        """Return the stamp over `content`, or None: a client does not wait for somebody else."""
        for pause in self._pauses:
            time.sleep(pause)
            try:
                return self._authority.stamp(content)
            except Unavailable:
                continue
            except IntegrityError:
                _log.error("the time stamp authority answers with what is not a valid stamp")
                return None
        _log.warning("a package is made without a time stamp: its authority cannot be reached")
        return None

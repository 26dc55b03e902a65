"""One damaged piece of work must not keep the others waiting."""

import logging
from collections.abc import Callable

from telecom_privacy.errors import Unavailable

_log = logging.getLogger("telecom_privacy.erasure")


def succeeds(work: Callable[[], object], alarm: str, **ids: object) -> bool:
    """Do a piece of work; if it fails, raise the alarm with its internal ids, and return False.

    Raises `Unavailable`: nothing else would work either.
    """
    try:
        work()
    except Unavailable:
        raise
    except Exception as error:  # whatever it is, the next piece must not wait for it
        fields = {name: str(value) for name, value in ids.items()} | {"error": type(error).__name__}
        _log.critical(alarm, extra={"fields": fields})
        return False
    return True

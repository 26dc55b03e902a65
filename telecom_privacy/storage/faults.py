"""Which faults of the database pass, so that the same request may succeed later."""

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    CursorNotFound,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
)

DUPLICATE_KEY = 11_000

_PASSING = frozenset(
    {
        1,  # InternalError: also the embedded database's answer on a full disk
        6,  # HostUnreachable
        7,  # HostNotFound
        24,  # LockTimeout
        46,  # LockBusy
        50,  # MaxTimeMSExpired
        64,  # WriteConcernTimeout
        89,  # NetworkTimeout
        91,  # ShutdownInProgress
        100,  # UnsatisfiableWriteConcern
        112,  # WriteConflict
        134,  # ReadConcernMajorityNotAvailableYet
        175,  # QueryPlanKilled
        189,  # PrimarySteppedDown
        202,  # NetworkInterfaceExceededTimeLimit
        237,  # CursorKilled
        246,  # SnapshotUnavailable
        262,  # ExceededTimeLimit
        9001,  # SocketException
        10058,  # LegacyNotPrimary
        10107,  # NotWritablePrimary
        11600,  # InterruptedAtShutdown
        11601,  # Interrupted
        11602,  # InterruptedDueToReplStateChange
        13388,  # StaleConfig
        13435,  # NotPrimaryNoSecondaryOk
        13436,  # NotPrimaryOrSecondary
        14031,  # OutOfDiskSpace
        None,  # the server gave no reason
    }
)
"""Error codes of MongoDB's manual for a server that is away, stopping, busy, moving or full."""


def code_of(error: PyMongoError) -> int | None:
    """Return the server's error code; for a bulk of writes that of the first that failed."""
    if isinstance(error, BulkWriteError):
        return next(iter(failed_codes(error)), None)
    return error.code if isinstance(error, OperationFailure) else None


def failed_codes(error: BulkWriteError) -> list[int | None]:
    return [one.get("code") for one in error.details["writeErrors"]]


def passes(error: PyMongoError) -> bool:
    """Tell whether the database is only away, busy or full. An unconfirmed write counts as that."""
    if isinstance(error, BulkWriteError):
        return all(code in _PASSING or code == DUPLICATE_KEY for code in failed_codes(error))
    if isinstance(error, ConnectionFailure | CursorNotFound | WriteConcernError):
        return True
    if isinstance(error, OperationFailure):
        return error.code in _PASSING or error.has_error_label("RetryableWriteError")
    return error.timeout

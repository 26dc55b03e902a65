"""Which faults of the database are worth another try."""

import logging

import pytest
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    CursorNotFound,
    ExecutionTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WriteConcernError,
    WTimeoutError,
)

from telecom_privacy.bootstrap import Services
from telecom_privacy.errors import StorageFault, Unavailable
from telecom_privacy.storage.mongo import translating_errors

INTERNAL, DISK_FULL, UNAUTHORIZED, INVALID_DOCUMENT = 1, 14031, 13, 121


def bulk(*codes: int) -> BulkWriteError:
    failed = [{"index": number, "code": code} for number, code in enumerate(codes)]
    return BulkWriteError({"writeErrors": failed, "writeConcernErrors": []})


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect("x"),
        NotPrimaryError("x"),
        ServerSelectionTimeoutError("x"),
        ExecutionTimeout("x", 50),
        WTimeoutError("x", 64),
        WriteConcernError("x", 100),
        CursorNotFound("x", 43),
        OperationFailure("x", INTERNAL),
        OperationFailure("x", DISK_FULL),
        OperationFailure("x", 99999, {"errorLabels": ["RetryableWriteError"]}),
        bulk(DISK_FULL, 11000),
    ],
)
def test_a_database_that_is_away_or_full_is_unavailable(error: PyMongoError) -> None:
    with pytest.raises(Unavailable), translating_errors():
        raise error


@pytest.mark.parametrize(
    "error",
    [
        OperationFailure("x", UNAUTHORIZED),
        OperationFailure("x", INVALID_DOCUMENT),
        bulk(11000, INVALID_DOCUMENT),
        PyMongoError("x"),
    ],
)
def test_a_database_that_refuses_is_a_fault(error: PyMongoError) -> None:
    with pytest.raises(StorageFault), translating_errors():
        raise error


def test_an_operation_that_the_database_does_not_know_is_a_fault(services: Services) -> None:
    with pytest.raises(StorageFault), translating_errors():
        services.databases.bulk["calls"].find_one({"$nonsense": 1})


def test_the_cause_is_logged_by_type_and_code_but_never_quoted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with (
        caplog.at_level(logging.WARNING, "telecom_privacy.storage"),
        pytest.raises(StorageFault),
        translating_errors(),
    ):
        raise OperationFailure("+33612345678 is no number", UNAUTHORIZED)
    [record] = caplog.records
    assert record.__dict__["fields"] == {"error": "OperationFailure", "code": UNAUTHORIZED}
    assert "+33612345678" not in record.getMessage()

"""Which faults of the database mean that it is away, and which have a meaning of their own."""

from typing import Any

import pytest
from pymongo.errors import AutoReconnect, BulkWriteError, DuplicateKeyError, OperationFailure

from telecom_privacy.bootstrap import Services
from telecom_privacy.errors import ConfigurationError, Unavailable
from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import connect, translating_errors

DUPLICATE, FULL_DISK = {"index": 0, "code": 11000}, {"index": 1, "code": 14031}


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect("the server at 10.0.0.1 is gone"),
        OperationFailure("no space left"),
        BulkWriteError({"writeErrors": [DUPLICATE, FULL_DISK], "writeConcernErrors": []}),
        BulkWriteError({"writeErrors": [DUPLICATE], "writeConcernErrors": [{"code": 64}]}),
        BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64}]}),
    ],
)
def test_a_write_that_was_not_confirmed_is_unavailable_and_quotes_nothing(
    error: Exception,
) -> None:
    with pytest.raises(Unavailable) as raised, translating_errors():
        raise error
    assert "10.0.0.1" not in str(raised.value)


@pytest.mark.parametrize(
    "error",
    [
        DuplicateKeyError("taken"),
        BulkWriteError({"writeErrors": [DUPLICATE], "writeConcernErrors": []}),
    ],
)
def test_duplicates_reach_the_repository(error: Exception) -> None:
    with pytest.raises(type(error)), translating_errors():
        raise error


def test_the_database_s_own_duplicates_are_told_apart(services: Services) -> None:
    collection: Any = services.databases.bulk["things"]
    collection.insert_one({"_id": 1})
    with pytest.raises(BulkWriteError), translating_errors():
        collection.insert_many([{"_id": 1}, {"_id": 2}], ordered=False)
    assert collection.count_documents({}) == 2


def test_a_malformed_uri_is_a_setting_that_is_wrong() -> None:
    with pytest.raises(ConfigurationError, match="not a valid MongoDB URI"):
        connect(
            Settings(mongodb_uri="http://host", keystore_uri="http://host", audit_uri="http://host")
        )


def test_a_database_that_nobody_serves_is_unavailable() -> None:
    uri = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=1"
    databases = connect(Settings(mongodb_uri=uri, keystore_uri=uri, audit_uri=uri))
    with pytest.raises(Unavailable):
        databases.ping()
    databases.close()

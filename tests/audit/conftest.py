from collections.abc import Iterator
from uuid import uuid4

import pytest
from pymongo import MongoClient

from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import Document, MongoDatabase
from tests.audit.builders import audit_log, connect, database


@pytest.fixture(scope="session")
def audit_client(database_settings: Settings) -> Iterator[MongoClient[Document]]:
    with connect(database_settings.audit_uri or "") as client:
        yield client


@pytest.fixture
def audit_database(audit_client: MongoClient[Document]) -> Iterator[MongoDatabase]:
    name = f"audit_{uuid4().hex}"
    AuditRepository(database(audit_client, name)).create_indexes()
    yield database(audit_client, name)
    audit_client.drop_database(name)


@pytest.fixture
def log(audit_database: MongoDatabase) -> AuditLog:
    return audit_log(audit_database)

"""The database server all sides share."""

from pymongo import MongoClient

from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import connect, translating_errors


def server_facts(uri: str) -> str:
    """Name and version of the server, as it tells them. Raises `Unavailable`."""
    with translating_errors(), MongoClient[dict[str, object]](uri) as client:
        told = client.server_info()
    embedded = told.get("secantusVersion")
    answers = f"MongoDB {told['version']}"
    return f"SecantusDB {embedded}, which answers as {answers}" if embedded else answers


def drop_databases(settings: Settings) -> None:
    """Drop the three databases of a service. Raises `Unavailable`."""
    databases = connect(settings)
    with translating_errors():
        for database in (databases.bulk, databases.keystore, databases.audit):
            database.client.drop_database(database.name)
    databases.close()

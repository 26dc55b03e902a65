"""Compares the record keys of the keystore with the documents that need them."""

from uuid import UUID

from telecom_privacy.bootstrap import Services

Slot = tuple[str, str]
_HOLDERS = ("traffic", "calls")
_PARTIES = ("clients", "licences", "api_keys", "professions")


def loose_keys(services: Services) -> set[Slot]:
    """The keys to which no document refers: orphans, or what should have been destroyed."""
    return _existing(services) - _needed(services)


def missing_keys(services: Services) -> set[Slot]:
    """The keys that a document refers to and that are not there."""
    return _needed(services) - _existing(services)


def open_intents(services: Services) -> int:
    """The recorded intents that nobody has settled and that still hold a key."""
    query = {"pending_since": {"$exists": True}, "keys": {"$ne": {}}}
    return services.databases.keystore["record_keys"].count_documents(query)


def record_key(services: Services, record_id: str) -> dict:
    """Where the key of a call's current version lies."""
    return services.databases.bulk["calls"].find_one({"record_id": UUID(record_id)})["key"]


def assert_tidy(services: Services) -> None:
    """Every key has its document, every document its key, every segment its recording."""
    assert loose_keys(services) == set()
    assert missing_keys(services) == set()
    assert open_intents(services) == 0
    bulk = services.databases.bulk
    listed = {entry["record_id"] for call in bulk["calls"].find() for entry in _recordings(call)}
    assert {segment["content"] for segment in bulk["segments"].find({}, {"content": 1})} == listed


def _existing(services: Services) -> set[Slot]:
    pages = services.databases.keystore["record_keys"].find()
    return {(str(page["_id"]), slot) for page in pages for slot in page["keys"]}


def _needed(services: Services) -> set[Slot]:
    bulk, audit = services.databases.bulk, services.databases.audit
    found = [document for name in _HOLDERS for document in bulk[name].find()]
    found += [document for name in _PARTIES for document in audit[name].find()]
    found += [entry for document in found for entry in _recordings(document)]
    keys = [document["key"] for document in found if "key" in document]
    return {(str(key["page"]), key["slot"]) for key in keys}


def _recordings(document: dict) -> list[dict]:
    return [entry for entry in document.get("recordings", ()) if "gone_at" not in entry]

"""Sets of databases that are used again: put back to how `preparation.prepare` left them.

To prepare a set takes longer than most tests. What it left, documents and files, is copied once;
the next service on the set, with the same settings, starts from the copy. No two services that
live at the same time share one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from telecom_privacy import preparation
from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import Databases, MongoDatabase, connect

_MOST_TO_EMPTY = 3_000
"""Documents of a collection that are emptied out; with more, another set is made sooner."""

_RAW = CodecOptions(RawBSONDocument)
_DATABASES = ("bulk", "keystore", "audit")


@dataclass(frozen=True)
class _Prepared:
    """What preparing left in a set of databases, and in the directories."""

    settings: Settings
    collections: frozenset[tuple[str, str]]
    documents: Mapping[tuple[str, str], Sequence[RawBSONDocument]]
    data_files: Mapping[str, bytes]
    key_files: Mapping[str, bytes]


_empty: dict[str, _Prepared] = {}
"""Sets, by prefix, that are there with all collections and indexes, and without data."""

_handed_out: dict[str, _Prepared | None] = {}
"""Sets that were empty, or not yet there, when a test got them, and what was prepared before."""

_used_up: set[Settings] = set()


def prefix_for(settings: Settings) -> str:
    """Return the prefix of an empty set: at best one that these settings had prepared."""
    like = _without_places(settings)
    same = [name for name, found in _empty.items() if found.settings == like]
    there = [name for name, found in _empty.items() if _uris(found.settings) == _uris(like)]
    prefix = (same or there)[-1] if there else f"test_{uuid4().hex[:12]}"
    _handed_out[prefix] = _empty.pop(prefix, None)
    return prefix


def prepare(settings: Settings) -> _Prepared | None:
    """Prepare a set, from its copy if the settings are the same. None if it was not empty."""
    is_untouched = settings.database_prefix in _handed_out and not settings.key_dir.exists()
    known = _handed_out.pop(settings.database_prefix, None)
    _empty.pop(settings.database_prefix, None)  # it is in use again
    if is_untouched and known and known.settings == _without_places(settings):
        _put_back(known, settings)
        return known
    preparation.prepare(settings)
    return _copied(settings) if is_untouched else None


def give_back(prepared: _Prepared | None, settings: Settings, databases: Databases) -> None:
    """Empty a set for the next test, or let it be used no more."""
    if prepared and _are_emptied(databases, prepared):
        _empty[settings.database_prefix] = prepared
    else:
        _used_up.add(settings)


def drop_databases(base: Settings) -> None:
    """Drop the databases of all tests of this process; an embedded server's go with its files."""
    sets = [replace(base, database_prefix=prefix) for prefix in (*_empty, *_handed_out)]
    for settings in (*sets, *_used_up):
        databases = connect(settings)
        for _, database in _all(databases):
            database.client.drop_database(database.name)
        databases.close()


def _copied(settings: Settings) -> _Prepared:
    databases = connect(settings)
    collections = frozenset(_collections(databases))
    documents = {
        (kind, name): list(getattr(databases, kind)[name].with_options(_RAW).find())
        for kind, name in collections
    }
    databases.close()
    return _Prepared(
        _without_places(settings),
        collections,
        {place: found for place, found in documents.items() if found},
        _files(settings.data_dir),
        _files(settings.key_dir),
    )


def _put_back(prepared: _Prepared, settings: Settings) -> None:
    databases = connect(settings)
    for (kind, name), documents in prepared.documents.items():
        getattr(databases, kind)[name].insert_many(documents)
    databases.close()
    _write(settings.data_dir, prepared.data_files)
    _write(settings.key_dir, prepared.key_files)


def _are_emptied(databases: Databases, prepared: _Prepared) -> bool:
    """Whether all is as before `prepare`, but for the collections and their indexes."""
    found = set(_collections(databases))
    counts = {
        place: getattr(databases, place[0])[place[1]].estimated_document_count() for place in found
    }
    if prepared.collections - found or any(one > _MOST_TO_EMPTY for one in counts.values()):
        return False
    for (kind, name), count in counts.items():
        if count:
            getattr(databases, kind)[name].delete_many({})
    return True


def _collections(databases: Databases) -> Iterator[tuple[str, str]]:
    for kind, database in _all(databases):
        for name in database.list_collection_names():
            yield kind, name


def _all(databases: Databases) -> Iterator[tuple[str, MongoDatabase]]:
    for kind in _DATABASES:
        yield kind, getattr(databases, kind)


def _files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()}


def _write(directory: Path, files: Mapping[str, bytes]) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        path = directory / name
        path.touch(mode=0o600)
        path.write_bytes(content)


def _without_places(settings: Settings) -> Settings:
    return replace(settings, database_prefix="", data_dir=Path(), key_dir=Path())


def _uris(settings: Settings) -> tuple[str | None, ...]:
    return settings.mongodb_uri, settings.keystore_uri, settings.audit_uri

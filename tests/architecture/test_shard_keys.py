"""The shard keys of docs/scaling.md suit the indexes that the code makes."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from telecom_privacy.bootstrap import Services

_DOCS = Path(__file__).parents[2] / "docs"
_PAGE = (_DOCS / "scaling.md").read_text()
_ROW = re.compile(r"^\| `(\w+)\.(\w+)` \| `([\w, ]+)` \|", re.MULTILINE)
KEYS = {(database, name): key.split(", ") for database, name, key in _ROW.findall(_PAGE)}
_WHOLE = set(re.findall(r"`(?:keystore|audit)\.(\w+)`", _PAGE))


@pytest.fixture(scope="module")
def unique(services: Services) -> Mapping[tuple[str, str], Sequence[Sequence[str]]]:
    """The fields of each unique index but that of `_id`, by database and collection."""
    databases = services.databases
    named = {"bulk": databases.bulk, "keystore": databases.keystore, "audit": databases.audit}
    return {
        (database, collection): [
            [field for field, _ in index["key"]]
            for index in named[database][collection].index_information().values()
            if index.get("unique")
        ]
        for database in named
        for collection in named[database].list_collection_names()
    }


def test_every_collection_that_is_named_is_one_of_the_code(unique):
    formats = (_DOCS / "formats.md").read_text()
    assert len(KEYS) >= 5
    assert KEYS.keys() <= unique.keys()
    assert [name for name in _WHOLE if f"`{name}`" not in formats] == []


def test_a_shard_key_keeps_every_unique_index_unique(unique):
    for collection, key in KEYS.items():
        for fields in unique[collection]:
            assert fields[: len(key)] == key, collection

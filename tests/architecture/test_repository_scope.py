"""Client data is reached by scope: no repository can be asked for it without saying whose."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_type_hints

import pytest

from telecom_privacy.calls.index_repository import CallIndexRepository
from telecom_privacy.calls.model import StoredCall
from telecom_privacy.calls.party_repository import PartyRepository
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clients.repository import LicenceRepository
from telecom_privacy.erasure.model import Erasure
from telecom_privacy.records.model import StoredRecord
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.rights.repository import ForwardedRepository
from telecom_privacy.scope import Scope
from telecom_privacy.traffic.model import StoredTraffic
from telecom_privacy.traffic.repository import TrafficRepository

REPOSITORIES = (
    CallRepository,
    CallIndexRepository,
    ForwardedRepository,
    LicenceRepository,
    PartyRepository,
    RecordRepository,
    TrafficRepository,
)
CARRIES_SCOPE = (
    Scope,
    StoredCall,
    StoredRecord,
    Erasure,
    Sequence[StoredCall],
    Sequence[StoredRecord],
    Sequence[StoredTraffic],
)
WITHOUT_SCOPE = {
    "create_indexes": "touches no record",
    "forget_tombstones": "housekeeping over all clients; reads nothing",
    "fetch_anonymisations": "recovery, of those begun for any client",
    "fetch_closed": "recovery, of the deletions begun for any client",
    "fetch_indexed_otherwise": "a month's tokens, whose key may be that of all clients",
    "fetch_refusing": "housekeeping over all clients; reads whose tombstones are to be kept",
    "fetch_proving": "recovery, of the proofs begun for any client",
    "fetch_revoking": "recovery, of the revocations begun for any client",
    "fetch_open": "upkeep, of what was begun for any client",
    "settle": "by the random id of what was begun",
    "drop": "upkeep, by the random ids of what was begun for any client",
    "fetch_document": "recovery, by the document id of its own intents",
    "current_key": "recovery, by the document id of its own intents",
    "is_empty": "housekeeping over all clients; reads nothing",
    "delete_many": "recovery, by random record ids of its own intents",
    "fetch_with_number": "a person's own request, about the calls of its number with any client",
    "fetch_contents": "erasure, by the random record ids of its own items",
    "holds": "recovery, by random record id",
    "holds_record": "recovery, by keyed token and random record id",
    "lists_content": "recovery, by keyed token and random content id",
    "lists_recording": "recovery, by keyed token and random record id",
}


def _methods() -> Iterator[tuple[str, Callable[..., Any]]]:
    for repository in REPOSITORIES:
        for name, method in inspect.getmembers(repository, inspect.isfunction):
            if not name.startswith("_"):
                yield f"{repository.__name__}.{name}", method


@pytest.mark.parametrize(("name", "method"), list(_methods()))
def test_a_method_of_client_data_starts_with_whose_data_it_is(
    name: str, method: Callable[..., Any]
) -> None:
    if name.rpartition(".")[2] in WITHOUT_SCOPE:
        return
    first = list(inspect.signature(method).parameters)[1]
    assert get_type_hints(method)[first] in CARRIES_SCOPE

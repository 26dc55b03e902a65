"""Tokens of a number in all months at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.keys.model import client_node, index_node
from telecom_privacy.keys.numbers import NumberKeys
from telecom_privacy.scope import Role
from tests.keys.test_tree import CountingRepository, add_generation, repository_of, tree_of

NUMBER = "+33612345678"
MONTHS = ("2026-09", "2026-10", "2026-11")

Tokens = Mapping[str, Sequence[bytes]]


@pytest.fixture
def numbers(services: Services) -> NumberKeys:
    return NumberKeys(repository_of(services), tree_of(services))


def tokens(numbers: NumberKeys, client: UUID) -> Tokens:
    return numbers.search(Role.PROCESSOR, NUMBER, dict, client)


def test_they_are_those_of_each_month_and_of_the_client(numbers: NumberKeys) -> None:
    client, other = uuid4(), uuid4()
    for month in MONTHS:
        numbers.index(Role.PROCESSOR, month, client)
    numbers.index(Role.PROCESSOR, "2026-11", other)
    expected = {month: numbers.tokens(Role.PROCESSOR, month, NUMBER, client) for month in MONTHS}
    assert tokens(numbers, client) == expected
    assert tokens(numbers, other).keys() == {"2026-11"}
    assert tokens(numbers, uuid4()) == {}


def test_a_month_whose_key_is_destroyed_or_was_never_used_is_left_out(
    services: Services, numbers: NumberKeys
) -> None:
    client = uuid4()
    for month in MONTHS:
        numbers.index(Role.PROCESSOR, month, client)
    numbers._tree.destroy(index_node(Role.PROCESSOR, "2026-09", client))
    pending = index_node(Role.PROCESSOR, "2026-10", client).name
    services.databases.keystore["keys"].update_one({"_id": pending}, {"$set": {"pending": True}})
    assert tokens(numbers, client).keys() == {"2026-11"}


def test_a_generation_that_another_worker_made_a_moment_ago_is_among_them(
    services: Services, numbers: NumberKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = uuid4()
    numbers.index(Role.PROCESSOR, "2026-11", client)
    before = tokens(numbers, client)["2026-11"]
    parent = tree_of(services).current(client_node(client, Role.PROCESSOR)).key
    with monkeypatch.context() as patched:
        patched.setattr(services.epoch, "advance", lambda: None)  # and nobody knows of it yet
        add_generation(services, index_node(Role.PROCESSOR, "2026-11", client), parent)
    after = tokens(numbers, client)["2026-11"]
    assert len(after) == 2
    assert list(after[:1]) == list(before)
    named = numbers.names(Role.PROCESSOR, "2026-11", ["+33611111111", NUMBER], client)
    assert list(named.values()) == ["+33611111111"] * 2 + [NUMBER] * 2
    assert [token for token in named if named[token] == NUMBER] == list(after)


def test_what_is_found_while_a_rotation_begins_is_looked_for_again(
    services: Services, numbers: NumberKeys
) -> None:
    client = uuid4()
    numbers.index(Role.PROCESSOR, "2026-11", client)
    searches = []

    def find(found: Tokens) -> Tokens:
        searches.append(found)
        if len(searches) == 1:
            services.epoch.begin_rotation(services.epoch.rotation() + 1)
        return found

    assert numbers.search(Role.PROCESSOR, NUMBER, find, client) == searches[-1]
    assert len(searches) == 2


def test_no_month_is_asked_for_alone(services: Services) -> None:
    client, tree = uuid4(), tree_of(services)
    numbers, repository = NumberKeys(repository_of(services), tree), tree._repository
    assert isinstance(repository, CountingRepository)
    for month in MONTHS:
        numbers.index(Role.PROCESSOR, month, client)
    services.epoch.advance()  # what was made is opened anew
    read = repository.reads
    tokens(numbers, client)
    assert repository.reads - read <= len(MONTHS)  # the key above, once for each at most

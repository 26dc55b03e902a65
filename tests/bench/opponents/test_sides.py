"""The opponents answer as the oracle knows, and one of them encrypts."""

import pytest

from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.opponents.databases import own_database
from telecom_privacy.bench.opponents.field_encryption import EncryptedSide, Vault, encrypted_side
from telecom_privacy.bench.opponents.plain import PlainSide, plain_side
from telecom_privacy.bench.opponents.server import document_bytes, size_of
from telecom_privacy.bench.roles.faults import walk
from telecom_privacy.bench.roles.mixes import LOGGED
from telecom_privacy.bench.roles.world import World


@pytest.fixture
def plan(settings, tmp_path) -> Plan:
    return Plan(settings, tmp_path, seed=1, rounds=1, quick=True, say=print)


def _filled(side: PlainSide, world: World) -> PlainSide:
    side.load(world.all_calls())
    side.load_log(LOGGED)
    for number in world.objectors():
        side.object(number)
    return side


@pytest.mark.parametrize("made", [plain_side, encrypted_side])
def test_an_opponent_answers_as_the_oracle_knows(made, plan, world) -> None:
    with made(plan, 0) as side:
        walk(_filled(side, world), world)


def test_documents_are_as_large_as_asked(plan, world) -> None:
    with own_database(plan) as database:
        side = PlainSide(database, 1_500)
        side.load(world.all_calls())
        assert document_bytes(database, "calls") == 1_500
        assert all(size_of(document) == 1_500 for document in database["calls"].find())


def test_numbers_and_content_of_side_b_are_not_readable(plan, world) -> None:
    with own_database(plan) as database, Vault(database) as vault:
        EncryptedSide(database, 0, vault).load(world.all_calls())
        stored = repr(list(database["calls"].find()) + list(database["traffic"].find()))
    for call in world.all_calls():
        assert call.number not in stored
        assert call.note not in stored

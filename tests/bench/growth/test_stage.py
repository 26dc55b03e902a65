"""Both stores hold the same calls, and a wrong answer of either is noticed."""

import pytest

from telecom_privacy.bench.bulk import new_call
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.growth.reads import KINDS, ReadCosts
from telecom_privacy.bench.growth.stage import growing
from telecom_privacy.bench.growth.sweeps import Sweeps
from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.roles.service_side import ServiceSide
from telecom_privacy.bench.service import service
from telecom_privacy.calls.intake import CallIntake

_SIZE = 200


@pytest.fixture(scope="module")
def plan(database_settings, tmp_path_factory) -> Plan:
    directory = tmp_path_factory.mktemp("growth")
    return Plan(database_settings, directory, seed=1, rounds=1, quick=True, say=lambda _: None)


@pytest.fixture(scope="module")
def stage(plan):
    with growing(plan) as stage:
        stage.grow(_SIZE)
        yield stage


def test_both_stores_are_asked_the_same_and_answer_the_same(plan, stage) -> None:
    costs = ReadCosts(plan, stage)
    costs.measure(_SIZE)
    for kind in KINDS:
        assert [len(costs.grown(kind, side).costs[_SIZE]) for side in "AC"] == [1, 1]


def test_what_is_loaded_in_bulk_is_as_if_it_had_been_handed_in(stage) -> None:
    call = stage.population.call(0)
    intake = service(stage.tenant.services, CallIntake)
    assert new_call(call) == intake.read(call.id, call.content())
    side = ServiceSide(stage.tenant)
    assert side.read(call.id) == call.seen
    side.change(call.id, "another note", ("sales",))
    side.change(call.id, call.note, call.tags)


def test_no_key_of_what_is_loaded_waits_for_recovery(stage) -> None:
    pages = stage.tenant.services.databases.keystore["record_keys"]
    assert pages.count_documents({"pending_since": {"$exists": True}}) == 0


def test_operators_copies_alone_are_taken_by_the_next_sweep(plan, stage) -> None:
    traffic = stage.tenant.services.databases.bulk["traffic"]
    before = traffic.count_documents({})
    stage.loader.load_traffic(Sweeps(plan, stage).past_their_term(3))
    assert traffic.count_documents({}) == before + 3
    Sweeps(plan, stage).sweep(erased=3)
    with pytest.raises(WrongAnswer, match="just what was due"):
        Sweeps(plan, stage).sweep(erased=3)


def test_a_wrong_answer_ends_the_measurement(plan, stage) -> None:
    another = {"content.from": "+33199009999"}
    for collection in ("calls", "traffic"):
        stage.plain.database[collection].update_many({}, {"$set": another})
    with pytest.raises(WrongAnswer, match="side A"):
        ReadCosts(plan, stage).measure(_SIZE)

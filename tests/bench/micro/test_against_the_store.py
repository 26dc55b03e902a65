"""A wrong answer ends the measurement; opponents have as much to store as we do."""

import pytest

from telecom_privacy.bench.audio import InventedAudio
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.micro import ranges
from telecom_privacy.bench.micro.batches import LICENCES, Batches
from telecom_privacy.bench.micro.exports import measure_exports
from telecom_privacy.bench.micro.recordings import Recordings
from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.opponents.databases import own_database
from telecom_privacy.bench.opponents.inserts import PlainInserts
from telecom_privacy.bench.opponents.server import size_of
from telecom_privacy.bench.tenant import Tenant, new_tenant
from telecom_privacy.clock import SystemClock
from tests.wiring import own_settings, wired


@pytest.fixture(scope="module")
def tenant(database_settings, tmp_path_factory):
    settings = own_settings(database_settings, tmp_path_factory.mktemp("services"))
    with wired(settings, SystemClock()) as services:
        yield new_tenant(services, [f"licence-{number}" for number in range(LICENCES)])


@pytest.fixture(scope="module")
def batches(tenant: Tenant) -> Batches:
    """Five calls were handed in."""
    batches = Batches(tenant, seed=1)
    batches.hand_in(batches.prepared(5))
    return batches


@pytest.fixture
def plan(tenant: Tenant, tmp_path) -> Plan:
    return Plan(tenant.services.settings, tmp_path, seed=1, rounds=1, quick=True, say=print)


def test_a_batch_that_is_not_taken_whole_is_a_wrong_answer(batches: Batches) -> None:
    body = batches.prepared(1)
    batches.hand_in(body)
    with pytest.raises(WrongAnswer):
        batches.hand_in(body)  # a duplicate is acknowledged, too, but stored once


def test_plain_inserts_store_both_documents_of_a_call_with_all_indexes(
    tenant: Tenant, batches: Batches, plan: Plan
) -> None:
    bulk = tenant.services.databases.bulk
    with own_database(plan) as database:
        plain = PlainInserts(bulk, database, 3)
        plain.prepared()()
        plain.prepared()()
        for name in ("calls", "traffic"):
            ours, theirs = (list(one[name].find()) for one in (bulk, database))
            assert len(theirs) == 6
            assert {size_of(one) for one in theirs} <= {size_of(one) for one in ours}
            indexes = [one[name].index_information().keys() for one in (bulk, database)]
            assert indexes[0] == indexes[1]


def test_a_recording_with_other_bytes_is_a_wrong_answer(tenant: Tenant, plan: Plan) -> None:
    recordings = Recordings(tenant, seed=1)
    audio, other = InventedAudio(70_000), InventedAudio(70_000)
    call_id = recordings.stored(audio)
    assert ranges._read(recordings, call_id, audio, 10, 69_999) > 0
    with pytest.raises(WrongAnswer):
        ranges._read(recordings, call_id, other, 10, 69_999)


def test_a_package_without_all_calls_is_a_wrong_answer(plan: Plan, tenant: Tenant) -> None:
    fresh = new_tenant(tenant.services, ["licence-0"], "exporting")
    with pytest.raises(WrongAnswer):
        measure_exports(plan, fresh, 1)

"""What acts leave is told by collection."""

from itertools import count

import pytest

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.http import InProcess
from telecom_privacy.bench.load.asking import Asker
from telecom_privacy.bench.load.stock import Stock
from telecom_privacy.bench.sizes.acts import Scale
from telecom_privacy.bench.sizes.benchmark import RECORDING_BYTES, Acts
from telecom_privacy.bench.tenant import new_tenant
from telecom_privacy.clock import SystemClock
from tests.wiring import own_settings, wired


@pytest.fixture(scope="module")
def weighed(database_settings, tmp_path_factory):
    """Acts on a service, and what weighs them."""
    settings = own_settings(database_settings, tmp_path_factory.mktemp("sizes"))
    with wired(settings, SystemClock()) as services:
        stock = Stock.of(1, 41)
        tenant = new_tenant(services, stock.licences)
        acts = Acts.of(tenant, stock)
        asker = Asker(InProcess(services), tenant.keys, lambda _: None, 1, count())
        yield acts, Scale(settings, asker, tenant.path)


def test_each_act_leaves_what_it_stores(weighed):
    acts, scale = weighed
    call = scale.weigh(acts.calls(), 41).leaves
    assert (call["bulk.calls"].documents, call["bulk.traffic"].documents) == (1, 1)
    assert call["bulk.calls"].data > 1_000
    assert call["bulk.calls"].indexes > 0
    recording = scale.weigh(acts.recordings(), 2).leaves["bulk.segments"]
    assert recording.documents == 2
    assert RECORDING_BYTES < recording.data < 1.01 * RECORDING_BYTES
    reading = scale.weigh(acts.readings(), 2).leaves
    assert reading["audit.accesses"].documents == 1
    assert "bulk.calls" not in reading
    assert "audit.batches" in scale.weigh(acts.searches(), 2).leaves
    deletion = scale.weigh(acts.deletions(), 2).leaves
    assert deletion["bulk.segments"].documents == -2
    assert deletion["audit.erasures"].documents >= 1


def test_acts_that_are_not_done_are_not_weighed(weighed):
    acts, scale = weighed
    with pytest.raises(WrongAnswer):
        scale.weigh(acts.recordings(), 2)

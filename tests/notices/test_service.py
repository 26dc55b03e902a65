"""What happened is put into the outbox once, for whoever subscribed it."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from telecom_privacy.bootstrap import Services
from telecom_privacy.errors import StorageFault
from telecom_privacy.notices.model import NoticeType, notice_id
from telecom_privacy.notices.repository import DeliveryRepository
from tests.builders import MovableClock
from tests.notices.conftest import Outbox

STORED = NoticeType.RECORDING_STORED


def test_a_notice_that_nobody_subscribed_is_not_kept(services: Services, outbox: Outbox) -> None:
    client = uuid4()
    outbox.subscribe(client, NoticeType.ERASURE_CERTIFIED)
    services.noticing.notices.announce(client, STORED, uuid4(), services.clock.now(), {})
    assert outbox.found() == []


def test_a_notice_goes_to_its_client_and_the_operator_and_to_no_other_client(
    services: Services, outbox: Outbox
) -> None:
    client = uuid4()
    own, operators = outbox.subscribe(client, STORED), outbox.subscribe(None, STORED)
    outbox.subscribe(uuid4(), STORED)
    services.noticing.notices.announce(client, STORED, uuid4(), services.clock.now(), {})
    assert outbox.receivers() == {own, operators}


def test_without_a_client_a_notice_is_for_the_operator_alone(
    services: Services, outbox: Outbox
) -> None:
    certified = NoticeType.ERASURE_CERTIFIED
    outbox.subscribe(uuid4(), certified)
    operators = outbox.subscribe(None, certified)
    services.noticing.notices.announce(None, certified, uuid4(), services.clock.now(), {})
    assert outbox.receivers() == {operators}


def test_a_change_of_sub_processors_is_for_everybody_who_subscribed_it(
    services: Services, outbox: Outbox
) -> None:
    changed = NoticeType.SUBPROCESSORS_CHANGED
    subscribed = {outbox.subscribe(client, changed) for client in (uuid4(), uuid4(), None)}
    outbox.subscribe(uuid4(), STORED)
    services.noticing.notices.announce(None, changed, uuid4(), services.clock.now(), {})
    assert outbox.receivers() == subscribed


def test_a_notice_that_the_database_did_not_take_does_not_pass_for_one_that_is_there(
    services: Services, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = uuid4()
    outbox.subscribe(client, STORED)

    def refuse(*_: Any, **__: Any) -> None:
        raise BulkWriteError({"writeErrors": [{"code": 121}], "writeConcernErrors": []})

    monkeypatch.setattr(Collection, "insert_many", refuse)
    with pytest.raises(StorageFault):
        services.noticing.notices.announce(client, STORED, uuid4(), services.clock.now(), {})


def test_what_is_announced_again_is_told_once_even_after_it_was_delivered(
    services: Services, outbox: Outbox, clock: MovableClock
) -> None:
    client, subject = uuid4(), uuid4()
    outbox.subscribe(client, STORED)
    for data in ({"revision": 1}, {"revision": 1}, {"revision": 2}):
        services.noticing.notices.announce(client, STORED, subject, clock.now(), data)
        clock.advance(seconds=1)
    assert [found["data"]["revision"] for found in outbox.found()] == [1, 2]


def test_a_notice_is_due_when_what_it_tells_of_happens(
    services: Services, outbox: Outbox, clock: MovableClock
) -> None:
    outbox.subscribe(None, STORED)
    later = clock.now() + timedelta(hours=1)
    services.noticing.notices.announce(None, STORED, uuid4(), later, {})
    deliveries = DeliveryRepository(services.databases.bulk)
    assert deliveries.fetch_due(later - timedelta(milliseconds=1), 10) == []
    [due] = deliveries.fetch_due(later, 10)
    assert json.loads(due.notice.body) == {
        "type": "recording.stored",
        "timestamp": later.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": {},
    }


def test_what_a_webhook_misses_while_it_is_switched_off_waits_to_be_replayed(
    services: Services, outbox: Outbox, clock: MovableClock
) -> None:
    outbox.subscribe(None, STORED, disabled_at=clock.now())
    services.noticing.notices.announce(None, STORED, uuid4(), clock.now(), {})
    assert [found["state"] for found in outbox.found()] == ["failed"]


def test_a_notice_has_one_id_whatever_the_order_of_its_data() -> None:
    subject = uuid4()
    one = notice_id(STORED, subject, {"a": 1, "b": "x"})
    assert one == notice_id(STORED, subject, {"b": "x", "a": 1})
    assert one != notice_id(STORED, subject, {"a": 1, "b": "y"})
    assert one != notice_id(STORED, uuid4(), {"a": 1, "b": "x"})

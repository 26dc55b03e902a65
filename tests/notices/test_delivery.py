"""Delivery: at least once, again after failures, given up in the end, replayed on demand."""

from concurrent.futures import wait
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services, wire
from telecom_privacy.notices.model import NoticeType, pause_after
from telecom_privacy.notices.repository import DeliveryRepository, WebhookRepository
from telecom_privacy.notices.sending import Sender
from tests.builders import Api, MovableClock
from tests.erasure.kills import killed_at
from tests.holds.builders import logged
from tests.notices.conftest import Outbox
from tests.notices.hooks import Hook, of_client, types
from tests.notices.receiver import Receiver, receiving

FAILURES = 10
SWITCHED_OFF = ["webhook.disabled", "webhook.disabled.withdrawn"]


@pytest.fixture
def hook(api: Api, client: str, receiver: Receiver, outbox: Outbox) -> Hook:
    return of_client(api, client, receiver)


def test_what_failed_is_sent_again_as_the_specification_suggests(
    hook: Hook, receiver: Receiver, outbox: Outbox, clock: MovableClock
) -> None:
    receiver.answer = lambda _: (500, {})
    hook.send("POST", "/test")
    outbox.deliver()
    for attempts in range(1, FAILURES):
        [delivery] = hook.deliveries()
        assert (delivery["state"], delivery["attempts"]) == ("pending", attempts)
        outbox.deliver()
        assert len(receiver.received) == attempts
        clock.advance(seconds=1.1 * (pause_after(attempts) or timedelta()).total_seconds())
        outbox.deliver()
    [delivery] = hook.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("failed", FAILURES)
    assert delivery["last_attempt"]["status"] == 500
    assert delivery["next_attempt_at"] is None
    assert len({body for _, body in receiver.received}) == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.received}) == FAILURES


def test_a_failure_is_over_with_the_next_success(
    hook: Hook, receiver: Receiver, outbox: Outbox, clock: MovableClock
) -> None:
    receiver.answer = lambda number: (500 if number == 1 else 200, {})
    hook.send("POST", "/test")
    outbox.deliver()
    assert hook.send("GET").get_json()["state"] == "failing"
    clock.advance(seconds=6)
    outbox.deliver()
    assert hook.send("GET").get_json()["state"] == "active"
    assert [one["state"] for one in hook.deliveries()] == ["delivered"]


def test_a_receiver_is_left_alone_for_as_long_as_it_wants(
    hook: Hook, receiver: Receiver, outbox: Outbox, clock: MovableClock
) -> None:
    receiver.answer = lambda _: (429, {"Retry-After": "120"})
    hook.send("POST", "/test")
    for seconds, attempts in ((0, 1), (119, 1), (1, 2)):
        clock.advance(seconds=seconds)
        outbox.deliver()
        assert len(receiver.received) == attempts


def test_a_receiver_that_fails_gets_one_attempt_at_a_time(
    hook: Hook, receiver: Receiver, outbox: Outbox, clock: MovableClock
) -> None:
    receiver.answer = lambda number: (500 if number < 3 else 200, {})
    for _ in range(3):
        hook.send("POST", "/test")
    for received in (1, 2, 5):
        outbox.deliver()
        assert len(receiver.received) == received
        clock.advance(minutes=6)


def test_a_webhook_that_fails_for_days_is_switched_off_with_an_alarm(
    hook: Hook,
    receiver: Receiver,
    outbox: Outbox,
    clock: MovableClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver.answer = lambda _: (500, {})
    for days in (0, 3, 2):
        clock.advance(days=days)
        assert hook.send("GET").get_json()["state"] != "disabled"
        hook.send("POST", "/test")
        outbox.deliver()
    assert hook.send("GET").get_json()["state"] == "disabled"
    assert [one.levelname for one in caplog.records if "switched off" in one.message] == [
        "CRITICAL"
    ]
    received = len(receiver.received)
    hook.send("POST", "/test")
    clock.advance(days=2)
    outbox.deliver()
    assert len(receiver.received) == received
    assert {one["state"] for one in hook.deliveries()} == {"failed"}


def test_a_webhook_that_fails_again_after_a_success_is_not_switched_off(
    hook: Hook, receiver: Receiver, outbox: Outbox, clock: MovableClock
) -> None:
    receiver.answer = lambda number: (200 if number == 2 else 500, {})
    hook.send("POST", "/test")
    outbox.deliver()
    clock.advance(days=6)
    hook.send("POST", "/test")
    outbox.deliver()
    assert len(receiver.received) == 3
    assert hook.send("GET").get_json()["state"] == "failing"


def test_a_success_of_another_process_keeps_a_webhook_from_being_switched_off(
    services: Services, outbox: Outbox, clock: MovableClock
) -> None:
    webhooks = WebhookRepository(services.databases.audit)
    failing = webhooks.note_failure(outbox.subscribe(None, NoticeType.TEST), clock.now())
    assert failing
    assert failing.failing_since
    webhooks.note_success(failing.id)
    assert not webhooks.disable(failing, clock.now())


def test_the_log_says_of_a_webhook_that_worked_meanwhile_that_it_was_not_switched_off(
    api: Api,
    services: Services,
    hook: Hook,
    receiver: Receiver,
    outbox: Outbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disable = WebhookRepository.disable

    def another_succeeds_first(webhooks: WebhookRepository, *args: Any) -> bool:
        webhooks.note_success(args[0].id)
        return disable(webhooks, *args)

    monkeypatch.setattr(WebhookRepository, "disable", another_succeeds_first)
    receiver.answer = lambda _: (410, {})
    hook.send("POST", "/test")
    outbox.deliver()
    assert hook.send("GET").get_json()["state"] == "active"
    said = [one for one in logged(api, services) if one["action"] in SWITCHED_OFF]
    assert [
        one["action"] for one in said if one["details"]["webhook"] == hook.made["id"]
    ] == SWITCHED_OFF


def test_a_receiver_that_says_gone_is_believed_at_once(
    hook: Hook, receiver: Receiver, outbox: Outbox
) -> None:
    receiver.answer = lambda _: (410, {})
    hook.send("POST", "/test")
    outbox.deliver()
    assert hook.send("GET").get_json()["state"] == "disabled"


def test_what_was_missed_is_replayed_once_the_webhook_is_enabled(
    hook: Hook, receiver: Receiver, outbox: Outbox
) -> None:
    receiver.answer = lambda number: (410 if number == 1 else 200, {})
    hook.send("POST", "/test")
    outbox.deliver()
    missed = hook.send("POST", "/test").get_json()["id"]
    replay = f"/deliveries/{missed}/replay"
    assert hook.send("POST", replay).status_code == HTTPStatus.CONFLICT
    assert hook.send("POST", "/enable").get_json()["state"] == "active"
    assert hook.send("POST", replay).status_code == HTTPStatus.ACCEPTED
    assert hook.send("POST", replay).status_code == HTTPStatus.CONFLICT  # it is under way
    outbox.deliver()
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 2


def test_a_delivered_notice_is_replayed_under_the_same_id(
    hook: Hook, receiver: Receiver, outbox: Outbox
) -> None:
    delivery = hook.send("POST", "/test").get_json()["id"]
    outbox.deliver()
    hook.send("POST", f"/deliveries/{delivery}/replay")
    outbox.deliver()
    one, other = receiver.received
    assert (one[0]["webhook-id"], one[1]) == (other[0]["webhook-id"], other[1])


def test_a_redirect_is_a_failure(hook: Hook, receiver: Receiver, outbox: Outbox) -> None:
    receiver.answer = lambda _: (302, {"Location": receiver.url})
    hook.send("POST", "/test")
    outbox.deliver()
    [delivery] = hook.deliveries()
    assert (delivery["state"], delivery["last_attempt"]["status"]) == ("pending", 302)


def test_why_there_was_no_answer_is_said_in_a_word(api: Api, client: str, outbox: Outbox) -> None:
    with receiving() as closed:
        hook = of_client(api, client, closed)
    hook.send("POST", "/test")
    outbox.deliver()
    [delivery] = hook.deliveries()
    assert delivery["last_attempt"]["error"] == "connection"
    assert delivery["last_attempt"]["status"] is None


def test_of_several_processes_one_makes_an_attempt(
    services: Services, hook: Hook, receiver: Receiver, outbox: Outbox, clock: MovableClock
) -> None:
    others = [wire(services.settings, services.databases, clock).noticing for _ in range(3)]
    for _ in range(5):
        hook.send("POST", "/test")
    wait([one for other in others for one in other.dispatcher.run()])
    outbox.deliver()
    assert len(receiver.received) == 5
    for other in others:
        other.dispatcher.stop()


@pytest.mark.parametrize("step", [(Sender, "post"), (DeliveryRepository, "finish")])
def test_an_attempt_that_was_killed_is_made_again(
    hook: Hook,
    receiver: Receiver,
    outbox: Outbox,
    clock: MovableClock,
    step: tuple[type, str],
) -> None:
    hook.send("POST", "/test")
    with killed_at(*step):
        outbox.deliver()
    outbox.deliver()
    before = len(receiver.received)
    clock.advance(minutes=2, seconds=1)
    outbox.deliver()
    assert len(receiver.received) == before + 1
    assert [one["state"] for one in hook.deliveries()] == ["delivered"]


def test_a_dead_receiver_does_not_keep_the_others_waiting(
    api: Api, client: str, receiver: Receiver, outbox: Outbox
) -> None:
    with receiving() as closed:
        dead = of_client(api, client, closed)
    alive = of_client(api, client, receiver)
    for _ in range(30):
        dead.send("POST", "/test")
    alive.send("POST", "/test")
    outbox.deliver()
    assert types(receiver) == ["test"]


def test_finished_deliveries_are_forgotten_after_30_days(
    services: Services, hook: Hook, outbox: Outbox, clock: MovableClock
) -> None:
    hook.send("POST", "/test")
    outbox.deliver()
    for days, left in ((30, 1), (1, 0)):
        clock.advance(days=days)
        services.noticing.upkeep.run()
        assert len(outbox.found()) == left


def test_the_webhooks_of_a_client_that_is_gone_go_a_week_later(
    services: Services, outbox: Outbox, hook: Hook, clock: MovableClock
) -> None:
    gone: list[Any] = [outbox.subscribe(uuid4(), NoticeType.CONTRACT_DESTROYED)]
    for days, left in ((0, 2), (6, 2), (1, 1)):
        clock.advance(days=days)
        services.noticing.upkeep.run()
        assert len(list(services.databases.audit["webhooks"].find())) == left
    assert services.databases.audit["webhooks"].find_one({"_id": gone[0]}) is None

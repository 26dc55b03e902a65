"""Webhooks over HTTP: who may, what is shown, what is refused."""

from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import Api, MovableClock, raw_documents
from tests.notices.conftest import Outbox
from tests.notices.hooks import ALL, of_client, of_operator, read
from tests.notices.receiver import Receiver

URL = "https://portal.example/hooks"


@pytest.fixture(autouse=True)
def _empty(outbox: Outbox) -> None:
    """Each test begins and ends without webhooks."""


def test_a_key_that_is_limited_to_licences_may_not_use_webhooks(
    api: Api, client: str, receiver: Receiver
) -> None:
    hook = of_client(api, client, receiver)
    hook.key = api.client_key(client, ["licence-1"])
    for method, end in (("GET", ""), ("POST", "/rotate"), ("GET", "/deliveries"), ("DELETE", "")):
        assert hook.send(method, end).status_code == HTTPStatus.FORBIDDEN
    listed = api.request("GET", hook.path, hook.key)
    assert listed.status_code == HTTPStatus.FORBIDDEN


def test_a_webhook_is_reached_by_its_owner_alone(api: Api, client: str, receiver: Receiver) -> None:
    stranger = api.create_client(f"other-{uuid4().hex[:8]}")
    theirs, operators = of_client(api, stranger, receiver), of_operator(api, receiver)
    own, admin = (f"/v1/clients/{client}/webhooks", api.client_key(client)), "/v1/webhooks"
    for path, key, hook in (
        (*own, theirs),
        (*own, operators),
        (admin, api.key("admin"), theirs),
    ):
        for method, end in (("GET", ""), ("POST", "/rotate"), ("POST", "/test"), ("DELETE", "")):
            answer = api.request(method, f"{path}/{hook.made['id']}{end}", key)
            assert answer.status_code == HTTPStatus.NOT_FOUND
    assert theirs.send("GET").status_code == operators.send("GET").status_code == HTTPStatus.OK


def test_the_secret_is_shown_once(api: Api, client: str, receiver: Receiver) -> None:
    hook = of_client(api, client, receiver)
    assert hook.made["secret"].startswith("whsec_")
    shown = hook.send("GET").get_json()
    assert shown == {key: value for key, value in hook.made.items() if key != "secret"}
    listed = api.request("GET", hook.path, hook.key).get_json()
    assert listed == {"items": [shown]}
    assert shown["state"] == "active"


def test_url_label_and_secret_are_sealed(
    api: Api, services: Services, client: str, receiver: Receiver
) -> None:
    hook = of_client(api, client, receiver)
    stored = raw_documents(services.databases)
    for part in (receiver.url, hook.made["secret"], hook.made["secret"][6:], "portal"):
        assert part.encode() not in stored


@pytest.mark.parametrize(
    "change",
    [
        {"url": "ftp://portal.example/"},
        {"url": "https://user@portal.example/"},
        {"url": ""},
        {"events": []},
        {"events": ["test"]},
        {"events": ["hold.placed"]},
        {"label": "x" * 201},
        {"more": 1},
    ],
)
def test_a_webhook_that_is_not_possible_is_refused(
    api: Api, client: str, change: dict[str, Any]
) -> None:
    body = {"url": URL, "events": ALL, **change}
    answer = api.as_client(client, "POST", f"/v1/clients/{client}/webhooks", json=body)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(answer.get_json()["errors"]) == list(change)


def test_ten_webhooks_are_enough(api: Api, client: str, receiver: Receiver) -> None:
    for _ in range(10):
        of_client(api, client, receiver, ["export.ready"])
    body = {"url": URL, "events": ALL}
    answer = api.as_client(client, "POST", f"/v1/clients/{client}/webhooks", json=body)
    assert answer.status_code == HTTPStatus.CONFLICT


def test_a_test_notice_arrives_signed(
    api: Api, client: str, receiver: Receiver, outbox: Outbox
) -> None:
    hook = of_client(api, client, receiver)
    answer = hook.send("POST", "/test")
    assert answer.status_code == HTTPStatus.ACCEPTED
    assert answer.get_json()["state"] == "pending"
    outbox.deliver()
    [request] = receiver.received
    assert request[0]["Content-Type"] == "application/json"
    assert request[0]["webhook-id"] == answer.get_json()["message_id"]
    assert read(request, hook.made["secret"])["type"] == "test"
    shown = hook.send("GET", f"/deliveries/{answer.get_json()['id']}").get_json()
    assert (shown["state"], shown["last_attempt"]["status"]) == ("delivered", 204)


def test_after_a_rotation_both_secrets_sign_for_a_day(
    api: Api, client: str, receiver: Receiver, outbox: Outbox, clock: MovableClock
) -> None:
    hook = of_client(api, client, receiver)
    first = hook.made["secret"]
    second = hook.send("POST", "/rotate").get_json()["secret"]
    clock.advance(hours=23)
    third = hook.send("POST", "/rotate").get_json()["secret"]
    for hours, signing in ((0, (second, third)), (25, (third,))):
        clock.advance(hours=hours)
        hook.send("POST", "/test")
        outbox.deliver()
        headers = receiver.received[-1][0]
        assert len(headers["webhook-signature"].split(" ")) == len(signing)
        for secret in signing:
            read(receiver.received[-1], secret)
    with pytest.raises(AssertionError):
        read(receiver.received[-1], first)


def test_nothing_is_sent_to_a_webhook_that_was_removed(
    api: Api, services: Services, client: str, receiver: Receiver, outbox: Outbox
) -> None:
    hook = of_client(api, client, receiver)
    hook.send("POST", "/test")
    assert hook.send("DELETE").status_code == HTTPStatus.NO_CONTENT
    assert hook.send("GET").status_code == hook.send("DELETE").status_code == HTTPStatus.NOT_FOUND
    outbox.deliver()
    assert receiver.received == outbox.found() == []


def test_deliveries_are_listed_newest_first_in_pages(
    api: Api, client: str, receiver: Receiver, outbox: Outbox, clock: MovableClock
) -> None:
    hook = of_client(api, client, receiver)
    made = []
    for minutes in (0, 1, 60 * 24 * 20):
        clock.advance(minutes=minutes)
        made.append(hook.send("POST", "/test").get_json()["id"])
    outbox.deliver()
    first = hook.send("GET", "/deliveries?limit=2").get_json()
    second = hook.send("GET", f"/deliveries?limit=2&cursor={first['next']}").get_json()
    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None
    assert hook.deliveries("?state=pending") == []
    assert len(hook.deliveries("?state=delivered")) == 3


def test_what_is_done_with_webhooks_is_logged(api: Api, client: str, receiver: Receiver) -> None:
    hook = of_client(api, client, receiver)
    for method, end in (("POST", "/rotate"), ("POST", "/enable"), ("DELETE", "")):
        hook.send(method, end)
    items = api.as_("dpo", "GET", "/v1/audit/entries?count=1000").get_json()["items"]
    found = [item["detail"] for item in items if item["detail"]]
    assert [
        entry["action"] for entry in found if entry["details"].get("webhook") == hook.made["id"]
    ] == ["webhook.created", "webhook.rotated", "webhook.enabled", "webhook.removed"]

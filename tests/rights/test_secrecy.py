"""A secret hold changes no answer of any route about requests of persons, to nobody."""

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from telecom_privacy.bootstrap import Services
from tests.builders import STAFF, Api
from tests.holds.builders import kept, place
from tests.rights.builders import CONTACT, REQUESTS, Desk

CLIENT, OTHER = "etude-martin", "etude-durand"
RECORDS = "/v1/clients/operator/records"
REQUEST = f"{REQUESTS}/<uuid:request_id>"
FORWARDED = "/v1/clients/<client>/rights-requests"
GROUNDS = ("legal_retention", "defence_of_rights")
_RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
BAG = ("data/records.csv", "data/traffic.csv", "data/exclusions.csv")


class Walk:
    """Asks every route about one person, and keeps what was answered without what names it."""

    def __init__(self, desk: Desk, person: str) -> None:
        self._api = desk.api
        self._person = person
        self._received = 0
        self._current = ""
        self.asked: set[tuple[str, str]] = set()
        self.answers: list[str] = []

    def ask(self, method: str, rule: str, who: str = "dpo", **more: Any) -> None:
        """Ask a route as a role, or as a client by its id."""
        self.asked.add((method, rule))
        path = rule.replace("<uuid:request_id>", self._current).replace("<client>", who)
        is_client = who in (CLIENT, OTHER)
        sender = self._api.as_client if is_client else self._api.as_
        answer = sender(who, method, path, **more)
        self._keep(rule, answer)

    def _keep(self, rule: str, answer: TestResponse) -> None:
        said = _RANDOM_ID.sub("ID", f"{rule} {answer.status_code} {_text(answer)}")
        self.answers.append(said.replace(self._person.removeprefix("+"), "PERSON"))

    def receive(self, kind: str) -> None:
        self._received += 1  # of one moment, lists come in the order of random ids
        at = (self._api.clock.now() - timedelta(minutes=self._received)).isoformat()
        body = {"kind": kind, "subject": self._person, "contact": CONTACT, "received_at": at}
        self.asked.add(("POST", REQUESTS))
        answer = self._api.as_("dpo", "POST", REQUESTS, json=body)
        self._current = answer.json["id"]
        self._keep(REQUESTS, answer)
        verified = {"how": "call-back", "outcome": "verified"}
        self.ask("POST", f"{REQUEST}/identity", json=verified)


def _text(answer: TestResponse) -> str:
    if answer.mimetype != "application/zip":
        return json.dumps(answer.json, sort_keys=True)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bag:
        names = [name for name in bag.namelist() if name.endswith(BAG)]
        return "\n".join(bag.read(name).decode() for name in sorted(names))


@pytest.fixture(scope="module", autouse=True)
def _clients(api: Api) -> None:
    for client in (CLIENT, OTHER):
        api.create_client(client)


def store(desk: Desk, person: str) -> None:
    """The same of every person, with the operator and with a client."""
    now = desk.api.clock.now().isoformat()
    body = {"subject": person, "occurred_at": now, "data": {"name": "Exemple"}}
    name = person.removeprefix("+")
    answer = desk.api.as_("dpo", "PUT", f"{RECORDS}/marketing/{name}", json=body)
    assert answer.status_code == 201, answer.json
    call = desk.api.call(**{"from": person})
    assert desk.api.put_call(CLIENT, name, call).status_code == 201


def walk_access(walk: Walk) -> None:
    walk.receive("access")
    walk.ask("GET", f"{REQUEST}/package")
    walk.ask("POST", f"{REQUEST}/extend", json={"reason": "complexity"})
    walk.ask("POST", f"{REQUEST}/refer", json={"client_id": CLIENT})
    agreed = {"client_id": CLIENT, "agreed_by": "person"}
    walk.ask("POST", f"{REQUEST}/agreement", json=agreed)
    walk.ask("POST", f"{REQUEST}/answer", json={"outcome": "granted"})
    walk.ask("POST", f"{FORWARDED}/<uuid:request_id>/answer", CLIENT, json={"outcome": "granted"})


def walk_erasure(walk: Walk, person: str) -> None:
    walk.receive("erasure")
    name = person.removeprefix("+")
    walk.ask("POST", f"{REQUEST}/erase")
    walk.ask("POST", f"{REQUEST}/controllers", json={"name": "A", "how": "post"})
    walk.ask("POST", f"{REQUEST}/answer", json={"outcome": "partly_granted"})
    walk.ask("GET", f"{RECORDS}/marketing/{name}", headers=STAFF)
    walk.ask("DELETE", f"/v1/clients/{CLIENT}/calls/{name}", CLIENT)
    walk.ask("GET", f"/v1/clients/{CLIENT}/calls/{name}", CLIENT)


def walk_the_rest(walk: Walk) -> None:
    walk.receive("access")
    walk.ask("GET", f"{REQUEST}/package")  # what is left after the erasure
    for ground in GROUNDS:
        walk.receive("erasure")
        walk.ask("POST", f"{REQUEST}/refuse", json={"ground": ground})
        walk.ask("GET", f"{REQUEST}/letter")
    walk.ask("GET", REQUEST)


def walk_all(desk: Desk, person: str) -> Walk:
    walk = Walk(desk, person)
    walk_access(walk)
    walk.ask("GET", f"{REQUEST}/letter")
    walk_erasure(walk, person)
    walk.ask("GET", f"{REQUEST}/letter")
    walk_the_rest(walk)
    for order in ("received", "deadline"):
        walk.ask("GET", REQUESTS, query_string={"subject": person, "order": order})
    return walk


def test_every_route_answers_alike_with_a_secret_hold_and_without(
    desk: Desk, services: Services, app: Flask
) -> None:
    free, held = "+33140000091", "+33140000092"
    for person in (free, held):
        store(desk, person)
    hold = place(desk.api, number=held)
    walks = [walk_all(desk, person) for person in (free, held)]
    for one, other in zip(walks[0].answers, walks[1].answers, strict=True):
        assert one == other
    assert len(kept(services, hold)) > 0
    assert not routes_of_requests(app) - walks[0].asked


def routes_of_requests(app: Flask) -> set[tuple[str, str]]:
    """Those that tell of one person; a client's list tells of all of them."""
    found = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if "rights-requests" in rule.rule
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}
    }
    return found - {("GET", FORWARDED)}

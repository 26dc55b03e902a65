"""Records of the shipped policies over HTTP: served until the promised instant, then gone."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from telecom_privacy.policies.model import Category
from telecom_privacy.records.model import RESERVED
from telecom_privacy.scope import Role
from tests.builders import MovableClock
from tests.policies.cases import CASES, Case, named
from tests.policies.samples import paris
from tests.records.builders import RecordApi, record_path

TICK = timedelta(milliseconds=1)


def ends_before_its_client(case: Case) -> bool:
    client = case.terms().verdict(Category.CLIENT, Role.CONTROLLER, paris(case.occurred))
    return bool(case.due) and (client.due_at is None or paris(case.due) <= client.due_at)


def begin(api: RecordApi, case: Case) -> str:
    """Hand in the record when it occurs, with what is agreed with its client from then on."""
    client = f"client-{uuid4().hex[:8]}"
    contract = {"contract": {"started_on": "2015-01-01"}}
    api.create_client(client, licences=(), policy=case.notice, **contract)
    path = f"/v1/clients/{client}"
    if case.agreed:
        terms = {"terms": {case.category: case.agreed}}
        assert api.as_("admin", "PATCH", path, json=terms).status_code == 200
    data = {"purpose": "newsletter"} if case.category == "consent" else {}
    api.stored(client, case.category, "one", data)
    if case.ended:
        body = {"ended_on": case.ended, "keep_account": bool(case.keep_account)}
        assert api.as_("admin", "POST", f"{path}/contract-end", json=body).status_code == 201
    return client


def status(api: RecordApi, case: Case, client: str, at: datetime) -> int:
    api.clock.set(at)
    reader = "client" if case.role is Role.PROCESSOR else "dpo"
    archived_from = case.verdict().archived_from
    if archived_from and archived_from <= at:
        reader = "legal"
    return api.by(reader, client, "GET", record_path(client, case.category, "one")).status_code


@pytest.mark.parametrize(
    "case",
    [
        one
        for one in CASES
        if one.category not in {*Category, *RESERVED} and ends_before_its_client(one)
    ],
    ids=named,
)
def test_a_record_is_served_until_the_promised_instant(
    api: RecordApi, clock: MovableClock, case: Case
) -> None:
    clock.set(paris(case.occurred))
    client = begin(api, case)
    due_at = paris(case.due or "")
    for event, at in sorted(case.events.items(), key=lambda one: one[1]):
        clock.set(paris(at) - TICK)
        assert status(api, case, client, clock.now()) == 200
        clock.set(paris(at))
        path = record_path(client, case.category, "one", "events")
        answer = api.as_("platform", "POST", path, json={"event": event})
        assert answer.status_code < 300, answer.get_json()
    if paris(case.occurred) < due_at and due_at not in map(paris, case.events.values()):
        assert status(api, case, client, due_at - TICK) == 200
    assert status(api, case, client, due_at) == 410

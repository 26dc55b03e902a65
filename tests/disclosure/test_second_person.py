"""One person is not two by having had two keys."""

from uuid import uuid4

from telecom_privacy.bootstrap import Services
from telecom_privacy.http.access import ApiRole
from tests.disclosure.builders import REQUISITIONS, LegalDesk


def test_a_person_of_the_legal_staff_has_one_key_that_works(desk: LegalDesk) -> None:
    name = f"Jane {uuid4().hex}"

    def issued(holder: str | None) -> int:
        body = {"role": "legal", "label": "legal", "holder": holder}
        return desk.api.as_("admin", "POST", "/v1/api-keys", json=body).status_code

    assert issued(name) == 201
    for same in (
        name.upper(),
        f" {name}",
        name.replace(" ", "\u00a0"),
        name.replace(" ", "\u200b-"),
    ):
        assert issued(same) == 409, same
    assert [issued(f"{name} II"), issued(None), issued(None)] == [201, 201, 201]


def test_who_got_another_key_since_is_no_second_person(desk: LegalDesk, services: Services) -> None:
    name = f"Jane {uuid4().hex}"
    key, first = services.accounts.issue("test", ApiRole.LEGAL, "legal", holder=name)
    recorded = desk.api.request("POST", REQUISITIONS, first, json=desk.order())
    path = f"{REQUISITIONS}/{recorded.json['id']}"
    desk.pass_checks(path)
    services.accounts.revoke("test", key.id)
    later = services.accounts.issue("test", ApiRole.LEGAL, "legal", holder=name.lower())[1]
    body = {"order_digest": recorded.json["order_digest"], "acknowledge_unconfirmed": True}
    alone = desk.api.request("POST", f"{path}/approve", later, json=body)
    assert (alone.status_code, alone.json["type"].rpartition(":")[2]) == (403, "same-person")
    assert desk.approve(path).status_code == 200
